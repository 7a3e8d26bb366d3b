import type { RunName, SyncStatus } from '#shared/sync'
import { hoursOfRetries } from './delivery-reason'
import { numberFormatter } from './formats'
import type { Wording } from './messages'

/** Something that is not as it should be, and what to do. */
interface SyncReason {
  level: 'attention' | 'failing'
  /** In the page's language. Empty where the server has a text of its own. */
  text: string
  /** The server's words about it, in English. */
  detail?: string
  mend: string
  /** `mend` is the server's, too. */
  isEnglish?: boolean
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

const sum = (counts: object) => Object.values(counts).reduce<number>((total, count) => total + Number(count), 0)

/** Judges whether profiles and Clerk's users agree, by evidence alone: what was never compared is not in order. */
export function syncVerdict(status: SyncStatus, wording: Wording): SyncVerdict {
  const { t } = wording
  const reasons = [
    ...faultsOfSetup(status),
    ...faultsOfRuns(status, wording),
    ...differences(status, wording),
    ...faultsOfEvents(status, wording),
  ]
  const since = comparedAt(status)
  const failing = reasons.some(({ level }) => level === 'failing')
  if (failing) return { level: 'failing', sentence: t('admin.sync.failing'), since: null, reasons }
  if (reasons.length > 0) return { level: 'attention', sentence: t('admin.sync.attention'), since: null, reasons }
  return { level: 'ok', sentence: t('admin.sync.agree'), since, reasons }
}

/** When profiles and users were last found equal: counted by a catch-up, or compared by a reconcile. */
function comparedAt({ counts, report }: SyncStatus): string | null {
  const times = [counts?.at, report?.ended_at].filter(time => time !== undefined)
  return times.toSorted().at(-1) ?? null
}

function faultsOfSetup({ checks }: SyncStatus): SyncReason[] {
  return checks.filter(({ verdict }) => verdict === 'failed').map(({ what, found, mend }) => {
    return { level: 'failing', text: '', detail: `${what}: ${found}`, mend: mend ?? '', isEnglish: true }
  })
}

function faultsOfRuns({ runs }: SyncStatus, { t }: Wording): SyncReason[] {
  const names: Record<RunName, string> = {
    'catch-up': t('admin.sync.inText.catchUp'),
    'backfill': t('admin.sync.inText.backfill'),
    'reconcile': t('admin.sync.inText.reconcile'),
  }
  return runs.flatMap(({ name, state, error }): SyncReason[] => {
    const run = names[name]
    const detail = error ?? undefined
    if (state === 'failed') {
      const text = t('admin.verdict.runFailed', { run })
      return [{ level: 'failing', text, detail, mend: t('admin.verdict.runFailedMend', { run }) }]
    }
    if (state === 'stopped') {
      const text = t('admin.verdict.runStopped', { run })
      return [{ level: 'attention', text, mend: t('admin.verdict.runStoppedMend') }]
    }
    if (state === 'done' && error !== null) {
      const text = t('admin.verdict.runIncomplete', { run })
      return [{ level: 'attention', text, detail, mend: t('admin.verdict.runIncompleteMend') }]
    }
    return []
  })
}

function differences({ counts, report, reconcile_due }: SyncStatus, { t, locale }: Wording): SyncReason[] {
  const format = numberFormatter(locale)
  const found = report && (report.repaired === null || report.refused !== null) ? sum(report.differences) : 0
  if (found > 0) {
    const text = t('admin.verdict.notRepaired', { differences: format(found) }, found)
    return [{ level: 'attention', text, mend: t('admin.verdict.notRepairedMend') }]
  }
  if (counts && counts.users !== counts.profiles && !isReconciledSince(counts.at, report)) {
    const { users, profiles } = counts
    const text = t('admin.verdict.countsDiffer', { users: format(users), profiles: format(profiles) }, users)
    const mend = reconcile_due ? t('admin.verdict.reconcileDueMend') : t('admin.verdict.countsDifferMend')
    return [{ level: 'attention', text, mend }]
  }
  if (!counts && !report) {
    const mend = t('admin.verdict.neverComparedMend', { variable: 'CATCH_UP_MINUTES' })
    return [{ level: 'attention', text: t('admin.verdict.neverCompared'), mend }]
  }
  return []
}

const isReconciledSince = (at: string, report: SyncStatus['report']) => report !== null && report.ended_at > at

function faultsOfEvents(status: SyncStatus, { t, locale }: Wording): SyncReason[] {
  const { checked_at, last_event_at, runs, failed, queued, lag_ms } = status
  const format = numberFormatter(locale)
  const reasons: SyncReason[] = []
  const caughtUp = runs.find(({ name }) => name === 'catch-up')?.ended_at ?? null
  const heard = [last_event_at, caughtUp].filter(time => time !== null).toSorted().at(-1)
  const silence = heard === undefined ? Infinity : Date.parse(checked_at) - Date.parse(heard)
  if (silence > silentAfter) {
    const hours = Math.floor(silence / hour)
    reasons.push({
      level: 'attention',
      text: heard === undefined
        ? t('admin.verdict.neverHeard')
        : t('admin.verdict.silent', { hours: format(hours) }, hours),
      mend: t('admin.verdict.silentMend'),
    })
  }
  if (failed > 0) {
    reasons.push({
      level: 'attention',
      text: t('admin.verdict.notStored', { messages: format(failed) }, failed),
      mend: t('admin.verdict.notStoredMend', { hours: format(hoursOfRetries) }),
    })
  }
  if (queued >= busyQueue) {
    reasons.push({
      level: 'attention',
      text: t('admin.verdict.busy', { events: format(queued) }, queued),
      mend: t('admin.verdict.busyMend'),
    })
  }
  if (lag_ms && lag_ms.p99 > lateAfter) {
    const minutes = Math.floor(lag_ms.p99 / 60_000)
    reasons.push({
      level: 'attention',
      text: t('admin.verdict.late', { minutes: format(minutes) }, minutes),
      mend: t('admin.verdict.lateMend'),
    })
  }
  return reasons
}
