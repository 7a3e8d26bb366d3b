import { durable } from '../database/durable.ts'
import type { Applied, ApplyAll, ApplyOptions } from './apply.ts'
import type { UserChange, UserDeletion } from './decode.ts'
import type { Attempt, RecordAll } from './record.ts'

/** A verified event: the attempt to record, and the change of a profile that comes first. */
export interface Accepted {
  /** Without its outcome, if there is a change. */
  attempt: Attempt
  change?: UserChange | UserDeletion
}

/**
 * Applies the changes of events and records their deliveries.
 * @returns for each event, in order: its attempt with the outcome, or why its delivery was not recorded
 * @throws Error when a write did not become durable
 */
export type Commit = (accepted: Accepted[], timeoutMS: number) => Promise<(Attempt | Error)[]>

interface CommitOptions extends Pick<ApplyOptions, 'deleteMode'> {
  applyAll: ApplyAll
  recordAll: RecordAll
  /** A write of several events to a collection begins. */
  onWrite?: (collection: 'profiles' | 'deliveries', events: number) => void
}

/**
 * Creates the function that applies the changes of events and records their deliveries, with one durable wait for both.
 *
 * The profiles are written first, without waiting for other nodes, and then the deliveries, durably. A primary writes
 * its operations in one order, so where both replies name the same term, the profiles are as durable as the deliveries.
 * Otherwise, as after a failover between the two, the profiles are written again, durably.
 */
export function createCommit({ applyAll, recordAll, deleteMode, onWrite }: CommitOptions): Commit {
  let reportsTerms = false

  return async function commitAll(accepted, timeoutMS) {
    const deadline = Date.now() + timeoutMS
    const withChange = accepted.filter(hasChange)
    const changes = withChange.map(({ change }) => change)
    const apply = (writeConcern: ApplyOptions['writeConcern']) => {
      return applyAll(changes, { deleteMode, timeoutMS: deadline - Date.now(), writeConcern })
    }

    let term: string | undefined
    let isUnproven = false
    if (changes.length > 0) {
      onWrite?.('profiles', changes.length)
      const isQuick = reportsTerms
      const outcomes = await apply(isQuick ? { w: 1 } : durable).then((applied) => {
        term = applied.term
        isUnproven = isQuick
        reportsTerms = term !== undefined
        return applied.outcomes
      }, (error: Error) => changes.map(() => error))
      withChange.forEach(({ attempt }, index) => finish(attempt, outcomes[index]!))
    }
    onWrite?.('deliveries', accepted.length)
    const recorded = await recordAll(accepted.map(({ attempt }) => attempt), deadline - Date.now())
    if (isUnproven && (term === undefined || term !== recorded.term)) {
      const { outcomes } = await apply(durable)
      withChange.forEach(({ attempt }, index) => {
        const outcome = outcomes[index]!
        if (outcome instanceof Error) finish(attempt, outcome)
      })
    }
    return accepted.map(({ attempt }, index) => recorded.results[index] ?? attempt)
  }
}

const hasChange = (each: Accepted): each is Required<Accepted> => each.change !== undefined

function finish(attempt: Attempt, outcome: Applied | Error): void {
  attempt.duration_ms = Date.now() - attempt.received_at
  attempt.outcome = outcome instanceof Error ? 'failed' : outcome
  if (outcome instanceof Error) attempt.error = outcome.message
}
