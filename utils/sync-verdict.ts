import type { SyncStatus } from '#shared/sync'

/** Something that is not as it should be, and what to do. */
interface SyncReason {
  level: 'attention' | 'failing'
  text: string
  mend: string
}

export interface SyncVerdict {
  level: 'ok' | SyncReason['level']
  sentence: string
  /** ISO 8601: since when that is known; null without evidence. */
  since: string | null
  reasons: SyncReason[]
}

const hour = 3_600_000
/** A sync that stalls causes no error, so its age is what counts. In milliseconds. */
const silentAfter = 24 * hour
const lateAfter = 5 * 60_000
const busyQueue = 1_000

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`
const sum = (counts: object) => Object.values(counts).reduce<number>((total, count) => total + Number(count), 0)

/** Judges whether profiles and Clerk's users agree, by evidence alone: what was never compared is not in order. */
export function syncVerdict(status: SyncStatus): SyncVerdict {
  const reasons = [...faultsOfSetup(status), ...faultsOfRuns(status), ...differences(status), ...faultsOfEvents(status)]
  const since = comparedAt(status)
  const failing = reasons.some(({ level }) => level === 'failing')
  if (failing) return { level: 'failing', sentence: 'The sync does not work', since: null, reasons }
  if (reasons.length > 0) return { level: 'attention', sentence: 'The sync needs attention', since: null, reasons }
  return { level: 'ok', sentence: 'Profiles and Clerk\'s users agree', since, reasons }
}

/** When profiles and users were last found equal: counted by a catch-up, or compared by a reconcile. */
function comparedAt({ counts, report }: SyncStatus): string | null {
  const times = [counts?.at, report?.ended_at].filter(time => time !== undefined)
  return times.toSorted().at(-1) ?? null
}

function faultsOfSetup({ checks }: SyncStatus): SyncReason[] {
  return checks.filter(({ verdict }) => verdict === 'failed').map(({ what, found, mend }) => {
    return { level: 'failing', text: `${what}: ${found}`, mend: mend ?? '' }
  })
}

function faultsOfRuns({ runs }: SyncStatus): SyncReason[] {
  return runs.flatMap(({ name, state, error }): SyncReason[] => {
    if (state === 'failed') {
      return [{ level: 'failing', text: `The last ${name} failed. ${error}`, mend: `Run the ${name} again.` }]
    }
    if (state === 'stopped') {
      return [{ level: 'attention', text: `The last ${name} was interrupted.`, mend: 'Continue it below.' }]
    }
    if (state === 'done' && error !== null) {
      const text = `The last ${name} could not apply everything. ${error}`
      return [{ level: 'attention', text, mend: 'Fix the cause, and run it again.' }]
    }
    return []
  })
}

function differences({ counts, report, reconcile_due }: SyncStatus): SyncReason[] {
  const found = report && (report.repaired === null || report.refused !== null) ? sum(report.differences) : 0
  if (found > 0) {
    const text = `The last reconcile found ${plural(found, 'difference that is', 'differences that are')} not repaired.`
    return [{ level: 'attention', text, mend: 'See the report below, and repair them.' }]
  }
  if (counts && counts.users !== counts.profiles && !isReconciledSince(counts.at, report)) {
    const text = `Clerk has ${plural(counts.users, 'user', 'users')}, and there are ${counts.profiles} profiles.`
    const mend = reconcile_due ? 'Run a reconcile: an event was missed.' : 'The next catch-up shows whether that stays.'
    return [{ level: 'attention', text, mend }]
  }
  if (!counts && !report) {
    return [{
      level: 'attention',
      text: 'Profiles were never compared with Clerk\'s users.',
      mend: 'Run a catch-up. Set CATCH_UP_MINUTES, so that it runs by itself.',
    }]
  }
  return []
}

const isReconciledSince = (at: string, report: SyncStatus['report']) => report !== null && report.ended_at > at

function faultsOfEvents({ checked_at, last_event_at, runs, failed, queued, lag_ms }: SyncStatus): SyncReason[] {
  const reasons: SyncReason[] = []
  const caughtUp = runs.find(({ name }) => name === 'catch-up')?.ended_at ?? null
  const heard = [last_event_at, caughtUp].filter(time => time !== null).toSorted().at(-1)
  const silence = heard === undefined ? Infinity : Date.parse(checked_at) - Date.parse(heard)
  if (silence > silentAfter) {
    reasons.push({
      level: 'attention',
      text: heard === undefined
        ? 'No webhook has arrived, and no catch-up has run.'
        : `Nothing was heard from Clerk for ${Math.floor(silence / hour)} hours.`,
      mend: 'Check the endpoint in Clerk\'s dashboard, Webhooks, and run a catch-up.',
    })
  }
  if (failed > 0) {
    reasons.push({
      level: 'attention',
      text: `${plural(failed, 'message', 'messages')} could not be stored.`,
      mend: 'Clerk repeats a message for 27 hours. After that, a catch-up applies what it said.',
    })
  }
  if (queued >= busyQueue) {
    reasons.push({
      level: 'attention',
      text: `${queued} events wait for the database.`,
      mend: 'The database is slow: check its load, its disk and its primary.',
    })
  }
  if (lag_ms && lag_ms.p99 > lateAfter) {
    reasons.push({
      level: 'attention',
      text: `One event in a hundred arrives more than ${Math.floor(lag_ms.p99 / 60_000)} minutes late.`,
      mend: 'See which were repeated, in the deliveries below.',
    })
  }
  return reasons
}
