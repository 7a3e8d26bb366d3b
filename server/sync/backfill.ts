import { applyUsers } from './apply-users.ts'
import { readUsers } from './read-users.ts'
import type { ListPosition } from './read-users.ts'
import type { Job, Piece, RunContext } from './run.ts'

export interface BackfillPosition {
  /** Clerk's time when the first page was read, in milliseconds: every later change is newer. */
  startedAt: number
  /** Where the list continues. */
  next: ListPosition
}

/** Reads all of Clerk's users, and applies those that are newer than their profile. */
export const backfill: Job<BackfillPosition> = {
  name: 'backfill',
  // A user who was read before the interruption and changed since is not read again: a webhook or a catch-up applies
  // it.
  resumes: () => true,
  begin: () => null,
  async* work(context, position): AsyncGenerator<Piece<BackfillPosition>, void> {
    const { clerk, signal } = context
    const total = await clerk.countUsers(signal)
    let startedAt = position?.startedAt
    const pages = readUsers(clerk, position?.next ?? null, signal)
    const applied = ahead(pages, async page => ({ page, ...await applyUsers(page.users, context) }))
    for await (const { page, changed, fault } of applied) {
      startedAt ??= page.at
      yield { position: { startedAt, next: page.next }, read: page.users.length, changed, total, fault }
    }
    // An instance without users has no page.
    if (startedAt === undefined) yield emptyPiece(await timeOfClerk(context))
  },
}

const emptyPiece = (startedAt: number): Piece<BackfillPosition> => {
  return { position: { startedAt, next: { createdAt: 0, offset: 0, known: [] } }, read: 0, changed: 0, total: 0 }
}

async function timeOfClerk({ clerk, signal }: RunContext): Promise<number> {
  return (await clerk.listUsers({ limit: 1 }, signal)).at
}

/** How many pages are written while the next one is read: MongoDB shares the wait for its journal between them. */
const concurrency = 2

/** Does some work on each value, on several at a time, and yields the results in order, up to the first failure. */
async function* ahead<T, Result>(
  values: AsyncGenerator<T, void>,
  work: (value: T) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const results: Promise<Result>[] = []
  let failure: Error | undefined
  while (true) {
    const next = await values.next().catch((error: Error) => {
      failure = error
    })
    if (!next || next.done) break
    const result = work(next.value)
    // When an earlier one fails, nobody asks for this one any more.
    result.catch(() => {})
    results.push(result)
    if (results.length > concurrency) yield await results.shift()!
  }
  // What was read before the failure is used.
  for (const result of results) yield await result
  if (failure) throw failure
}
