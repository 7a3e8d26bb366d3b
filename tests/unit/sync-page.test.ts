import { describe, expect, it } from 'vitest'
import type { SyncRun, SyncStatus } from '../../shared/sync.ts'
import { deliveryReason, formatSpan } from '../../utils/delivery-reason.ts'
import { readDeliveryFilters, syncPath } from '../../utils/delivery-search.ts'
import { syncVerdict } from '../../utils/sync-verdict.ts'
import { inEnglish } from '../support/texts.ts'

const now = '2026-05-12T12:00:00.000Z'
const earlier = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString()

const run = (name: SyncRun['name'], changes: Partial<SyncRun> = {}): SyncRun => ({
  name,
  state: 'done',
  started_at: earlier(1),
  updated_at: earlier(1),
  ended_at: earlier(1),
  done: 5,
  total: 5,
  changed: 0,
  error: null,
  ...changes,
})
const status = (changes: Partial<SyncStatus> = {}): SyncStatus => ({
  checked_at: now,
  last_event_at: earlier(1),
  failed: 0,
  queued: 0,
  lag_ms: { p50: 90, p99: 400 },
  counts: { users: 5, profiles: 5, at: earlier(1) },
  reconcile_due: false,
  runs: [run('catch-up'), run('backfill'), run('reconcile')],
  report: null,
  checks: [],
  ...changes,
})
const report = (changes: object = {}): SyncStatus['report'] => ({
  started_at: earlier(2),
  ended_at: earlier(2),
  users: 5,
  profiles: 5,
  differences: { missing: 0, behind: 0, gone: 0, revived: 0 },
  examples: [],
  repaired: null,
  refused: null,
  ...changes,
})
const differing = (counts: object) => ({ missing: 0, behind: 0, gone: 0, revived: 0, ...counts })
const never = [run('catch-up', { state: 'never', ended_at: null })]

describe('the verdict on the sync', () => {
  it('is that all is well, since the last comparison', () => {
    expect(syncVerdict(status(), inEnglish)).toEqual({
      level: 'ok',
      sentence: 'Profiles and Clerk\'s users agree',
      since: earlier(1),
      reasons: [],
    })
    expect(syncVerdict(status({ counts: null, report: report() }), inEnglish)).toMatchObject({
      level: 'ok',
      since: earlier(2),
    })
  })

  it.each<[string, Partial<SyncStatus>, string, RegExp]>([
    [
      'a check failed',
      { checks: [{ what: 'Signing secret', verdict: 'failed', found: 'is not set', mend: 'Set it in .env' }] },
      'failing',
      /Signing secret: is not set/,
    ],
    [
      'a run failed',
      { runs: [run('catch-up', { state: 'failed', error: 'Clerk is away' })] },
      'failing',
      /last catch-up failed. Clerk is away/,
    ],
    [
      'a run was interrupted',
      { runs: [run('backfill', { state: 'stopped', ended_at: null })] },
      'attention',
      /interrupted/,
    ],
    ['a run could not apply everything', { runs: [run('backfill', { error: 'user_x' })] }, 'attention', /user_x/],
    ['messages failed', { failed: 1 }, 'attention', /^1 message could not be stored/],
    [
      'nothing was heard for long',
      { last_event_at: earlier(50), runs: [run('catch-up', { ended_at: earlier(30) })] },
      'attention',
      /for 30 hours/,
    ],
    ['nothing was ever heard', { last_event_at: null, runs: never }, 'attention', /No webhook has arrived/],
    ['nothing was ever compared', { counts: null }, 'attention', /never compared/],
    [
      'the numbers differ',
      { counts: { users: 4, profiles: 5, at: earlier(1) } },
      'attention',
      /4 users, and there are 5/,
    ],
    [
      'differences are not repaired',
      { report: report({ differences: differing({ missing: 2, gone: 1 }) }) },
      'attention',
      /3 differences/,
    ],
    [
      'a repair was refused',
      { report: report({ repaired: 0, refused: 'Too many', differences: differing({ gone: 1 }) }) },
      'attention',
      /1 difference that is not repaired/,
    ],
    ['events wait', { queued: 3_000 }, 'attention', /3,000 events wait/],
    ['events are late', { lag_ms: { p50: 100, p99: 700_000 } }, 'attention', /11 minutes late/],
  ])('says so when %s, and what to do', (_, changes, level, text) => {
    const verdict = syncVerdict(status(changes), inEnglish)
    expect(verdict).toMatchObject({ level, since: null })
    expect(verdict.reasons).toHaveLength(1)
    const [reason] = verdict.reasons
    expect([reason!.text, reason!.detail].filter(Boolean).join(' ')).toMatch(text)
    expect(reason!.mend).toMatch(/\w{3,}/)
  })

  it('is not about numbers that a reconcile has explained since', () => {
    const counts = { users: 4, profiles: 5, at: earlier(3) }
    expect(syncVerdict(status({ counts, report: report({ repaired: 1 }) }), inEnglish)).toMatchObject({ level: 'ok' })
  })

  it('counts a recent catch-up as a sign of life', () => {
    expect(syncVerdict(status({ last_event_at: null }), inEnglish)).toMatchObject({ level: 'ok' })
  })
})

describe('the reason of a delivery', () => {
  it.each([
    ['applied', null, /up to date/],
    ['applied', 'Seed dropped: unsafe_metadata.birthday: Enter a date.', /Seed dropped.*does not fit/],
    ['stale', null, /newer version.*Nothing to do/],
    ['ignored', null, /handlers\.ts/],
    ['rejected', 'id: is not a Clerk id', /cannot be used: id: is not a Clerk id\. .*Resync/],
    ['failed', 'No answer within 9000 ms', /not stored: No answer.*catch-up/],
  ] as const)('of %s (%s) says what to do', (outcome, error, text) => {
    const { key, error: quoted } = deliveryReason({ outcome, error })!
    expect(inEnglish.t(key, { error: quoted, file: 'handlers.ts' })).toMatch(text)
  })

  it.each([[0, '0 ms'], [850, '850 ms'], [4_200, '4.2 s'], [60_000, '60 s'], [720_000, '12 min'], [9e7, '25 h']])(
    'says %i milliseconds as %s',
    (milliseconds, text) => expect(formatSpan(milliseconds, inEnglish)).toBe(text),
  )
})

describe('the filters of the deliveries in the URL', () => {
  it('are read without empty and foreign values', () => {
    expect(readDeliveryFilters({ outcome: ['failed', 'stale'], type: ' ', id: ['a', 'b'], utm: 'x' })).toEqual({
      outcome: 'failed,stale',
      id: 'b',
    })
  })

  it('are written, changed and removed', () => {
    const filters = { outcome: 'failed,stale', from: '2026-05-12T12:00:00Z' }
    expect(syncPath(filters)).toBe('/admin/sync?outcome=failed,stale&from=2026-05-12T12:00:00Z')
    expect(syncPath(filters, { from: '' })).toBe('/admin/sync?outcome=failed,stale')
    expect(syncPath({})).toBe('/admin/sync')
  })
})
