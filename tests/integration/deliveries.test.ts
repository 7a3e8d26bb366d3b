import { beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { deliveriesQuery, deliveryChartQuery } from '../../shared/deliveries.ts'
import type { Outcome } from '../../shared/deliveries.ts'
import { chartDeliveries, listDeliveries, listDeliveriesAbout } from '../../server/sync/list-deliveries.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll } from '../support/sync.ts'

const database = useDatabase()
beforeEach(() => clearAll(database))

/** The date some days from now, in UTC. */
const date = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
// Not long ago: the database removes old deliveries.
const [day, next] = [date(-9), date(-8)]
const noon = Date.parse(`${day}T12:00Z`)

interface Given {
  id: string
  at?: number
  outcome?: Outcome
  type?: string
  clerk_id?: string
}

async function store(...given: Given[]): Promise<void> {
  await database.stored.deliveries.insertMany(given.map(({ id, at = noon, ...rest }) => ({
    _id: id,
    type: 'user.updated',
    outcome: 'applied' as const,
    attempts: 1,
    first_received_at: new Date(at),
    last_received_at: new Date(at),
    ...rest,
  })))
}

const list = (query: Record<string, string> = {}) => listDeliveries(z.parse(deliveriesQuery, query))
const idsOf = async (query: Record<string, string>) => (await list(query)).deliveries.map(({ _id }) => _id)
const chart = (query: Record<string, string>) => chartDeliveries(z.parse(deliveryChartQuery, query))

describe('the list of deliveries', () => {
  it('shows each delivery once, newest first, page by page, while others arrive', async () => {
    // Many share a millisecond.
    await store(...Array.from({ length: 95 }, (_, index) => ({
      id: `msg_${String(index).padStart(3, '0')}`,
      at: noon + Math.floor(index / 40),
    })))
    const seen: string[] = []
    let cursor: string | null = ''
    for (let page = 0; cursor !== null; page++) {
      const answer = await list({ limit: '7', ...cursor && { cursor } })
      seen.push(...answer.deliveries.map(({ _id }) => _id!))
      cursor = answer.next_cursor
      await store({ id: `msg_new${page}`, at: noon + 1_000 + page })
    }
    expect(new Set(seen).size).toBe(95)
    expect(seen).toHaveLength(95)
    const times = seen.map(id => Math.floor(Number(id.slice(4)) / 40))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it('is filtered by outcome, type, user, message and time', async () => {
    await store(
      { id: 'msg_a', at: noon, outcome: 'failed' },
      { id: 'msg_b', at: noon + 1_000, type: 'user.deleted', clerk_id: 'user_b' },
      { id: 'msg_c', at: noon + 2_000, outcome: 'rejected', clerk_id: 'user_b' },
    )
    expect(await idsOf({ outcome: 'failed' })).toEqual(['msg_a'])
    expect(await idsOf({ outcome: 'failed,rejected' })).toEqual(['msg_c', 'msg_a'])
    expect(await idsOf({ type: 'user.deleted' })).toEqual(['msg_b'])
    expect(await idsOf({ clerk_id: 'user_b' })).toEqual(['msg_c', 'msg_b'])
    expect(await idsOf({ id: 'msg_a' })).toEqual(['msg_a'])
    expect(await idsOf({ from: `${day}T12:00:01Z` })).toEqual(['msg_c', 'msg_b'])
    expect(await idsOf({ to: `${day}T14:00:01+02:00` })).toEqual(['msg_a'])
    expect(await idsOf({ from: next })).toEqual([])
    expect((await listDeliveriesAbout('user_b', 1)).map(({ _id }) => _id)).toEqual(['msg_c'])
  })

  it.each([
    [{ outcome: 'lost' }, 'outcome', /applied, stale, ignored/],
    [{ from: 'yesterday' }, 'from', /YYYY-MM-DD/],
    [{ from: '2026-05-13', to: '2026-05-12' }, 'to', /after `from`/],
    [{ cursor: 'msg_1' }, 'cursor', /next_cursor/],
    [{ limit: '0' }, 'limit', /1 to 100/],
    [{ type: ' ' }, 'type', /event type/],
  ])('says what is wrong with %j', (query, field, message) => {
    const { error } = z.safeParse(deliveriesQuery, query)
    expect(error?.issues).toEqual([expect.objectContaining({ path: expect.arrayContaining([field]) })])
    expect(error?.issues[0]?.message).toMatch(message)
  })

  it('names an unknown filter', () => {
    expect(z.safeParse(deliveriesQuery, { user: 'x' }).error?.issues[0]?.message).toBe('There is no such filter: user')
  })
})

describe('the chart of deliveries', () => {
  it('counts them by outcome, in buckets that cover the time', async () => {
    await store(
      { id: 'msg_a', at: noon },
      { id: 'msg_b', at: noon + 60_000, outcome: 'failed' },
      { id: 'msg_c', at: noon + 60_001, outcome: 'failed' },
      { id: 'msg_d', at: noon + 2 * 60_000 },
    )
    const { bucket_seconds, buckets } = await chart({ from: `${day}T12:00:00Z`, to: `${day}T12:02:00Z` })
    expect(bucket_seconds).toBe(60)
    expect(buckets).toEqual([
      { at: `${day}T12:00:00.000Z`, applied: 1, stale: 0, ignored: 0, rejected: 0, failed: 0 },
      { at: `${day}T12:01:00.000Z`, applied: 0, stale: 0, ignored: 0, rejected: 0, failed: 2 },
    ])
  })

  it.each([
    [day, next],
    [date(-99), next],
    ['2020-01-01', next],
    [`${day}T00:00:00Z`, `${day}T00:00:30Z`],
  ])('has at most 60 buckets from %s to %s', async (from, to) => {
    const { buckets } = await chart({ from, to })
    expect(buckets.length).toBeGreaterThan(0)
    expect(buckets.length).toBeLessThanOrEqual(60)
  })

  it('covers the last day by default', async () => {
    await store({ id: 'msg_now', at: Date.now() - 1_000 }, { id: 'msg_old', at: Date.now() - 30 * 3_600_000 })
    const { buckets } = await chart({})
    expect(buckets.reduce((sum, { applied }) => sum + applied, 0)).toBe(1)
  })
})
