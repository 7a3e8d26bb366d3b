import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase } from '../../server/database/connection.ts'
import { probeType } from '../../server/sync/checks/probe.ts'
import { createAppSync } from '../../server/sync/app-sync.ts'
import { createMetrics } from '../../server/utils/metrics.ts'
import { message, secret, sign, userEvent } from '../../fixtures/webhooks.ts'
import type { Message } from '../../fixtures/webhooks.ts'
import { useDatabase } from '../support/database.ts'
import { parseMetrics, valueOf } from '../support/metrics.ts'
import { clearAll } from '../support/sync.ts'

const mongo = useDatabase()
afterAll(() => mongo.mongod.thaw())
beforeEach(() => clearAll(mongo))

/** A receiver and the metrics that observe it. */
function setUp() {
  const metrics = createMetrics()
  const silent = () => {}
  const receiver = createAppSync({
    signingSecrets: [secret],
    log: { info: silent, warn: silent, error: silent },
    deleteMode: 'erase',
    groupCommit: true,
    onUserChange: () => {},
    observer: metrics.observer,
  })
  const receive = (sent: Message, headers = sign(sent)) =>
    receiver.receive({ headers: { get: name => headers[name] ?? null }, rawBody: Buffer.from(sent.body) })
  const scrape = () => metrics.scrape(receiver)
  return { receiver, receive, scrape }
}

const event = (id: string, at = Date.now()) => message(userEvent('user.created', id, at))
const checkpoint = (name: string, more: object) => ({
  _id: name as never,
  token: 1,
  state: 'done',
  started_at: new Date(),
  updated_at: new Date(),
  ended_at: new Date(),
  done: 0,
  total: null,
  changed: 0,
  error: null,
  succeeded_at: null,
  position: null,
  ...more,
})
const collection = (name: string) => mongo.stored.client.db('addendum').collection(name)

describe('the metrics of a receiver', () => {
  it('count deliveries by type and outcome, and responses by status', async () => {
    const { receive, scrape } = setUp()
    const sent = event('user_1')
    await receive(sent)
    await receive(message(userEvent('user.updated', 'user_1', 5)))
    await receive(message({ ...JSON.parse(event('user_2').body), data: { object: 'user' } }))
    await receive(sent, sign(sent, { secrets: ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] }))
    const text = await scrape()
    const deliveries = 'addendum_webhook_deliveries_total'
    expect(valueOf(text, deliveries, 'type="user.created",outcome="applied"')).toBe(1)
    expect(valueOf(text, deliveries, 'type="user.updated",outcome="stale"')).toBe(1)
    expect(valueOf(text, deliveries, 'type="user.created",outcome="rejected"')).toBe(1)
    const responses = 'addendum_webhook_responses_total'
    expect(['200', '400', '422', '503'].map(status => valueOf(text, responses, `status="${status}"`)))
      .toEqual([2, 1, 1, 0])
    expect(valueOf(text, 'addendum_webhook_duration_seconds_count')).toBe(4)
  })

  it('count types that nobody knows under one label', async () => {
    const { receive, scrape } = setUp()
    for (const type of ['user.invented', 'toString', '"} 1']) {
      await receive(message({ ...JSON.parse(event('user_1').body), type }))
    }
    const { values } = parseMetrics(await scrape()).get('addendum_webhook_deliveries_total')!
    expect(values.get('type="other",outcome="ignored"')).toBe(3)
    expect(new Set([...values.keys()].map(labels => labels.split(',')[0]))).toEqual(
      new Set(['user.created', 'user.updated', 'user.deleted', 'other'].map(type => `type="${type}"`)),
    )
  })

  it('leave out the probes of the checks', async () => {
    const { receive, scrape } = setUp()
    await receive(message({ ...JSON.parse(event('user_1').body), type: probeType }))
    const text = await scrape()
    expect(valueOf(text, 'addendum_webhook_deliveries_total', 'type="other",outcome="ignored"')).toBe(0)
    expect(valueOf(text, 'addendum_webhook_lag_seconds_count')).toBe(0)
    expect(valueOf(text, 'addendum_last_event_age_seconds')).toBe(Infinity)
  })

  it('measure the lag in seconds, and an event from the future as 0', async () => {
    const { receive, scrape } = setUp()
    const late = { ...userEvent('user.created', 'user_1', 1), timestamp: Date.now() - 20_000 }
    await receive(message(late))
    await receive(message({ ...late, timestamp: Date.now() + 60_000 }))
    const text = await scrape()
    expect(valueOf(text, 'addendum_webhook_lag_seconds_count')).toBe(2)
    const sum = valueOf(text, 'addendum_webhook_lag_seconds_sum')!
    expect(sum).toBeGreaterThanOrEqual(20)
    expect(sum).toBeLessThan(80)
    expect(valueOf(text, 'addendum_webhook_lag_seconds_bucket', 'le="10"')).toBe(1)
  })

  it('show how many events share a write', async () => {
    const { receive, scrape } = setUp()
    await Promise.all(Array.from({ length: 60 }, (_, index) => receive(event(`user_${index}`))))
    const text = await scrape()
    const batch = (part: string, collection: string, le = '') =>
      valueOf(text, `addendum_write_batch_events_${part}`, `${le && `le="${le}",`}collection="${collection}"`)!
    for (const collection of ['profiles', 'deliveries']) {
      expect(batch('sum', collection)).toBe(60)
      expect(batch('count', collection)).toBeLessThan(60)
      expect(batch('bucket', collection, '+Inf')).toBe(batch('count', collection))
    }
  })

  it('read the queue at the scrape', async () => {
    const { receiver, receive, scrape } = setUp()
    await receive(event('user_0'))
    await mongo.mongod.freeze()
    const answers = Array.from({ length: 30 }, (_, index) => receive(event(`user_${index}`)))
    // Two are being written; the others wait for them.
    await expect.poll(() => receiver.queued()).toBe(28)
    const text = await scrape()
    mongo.mongod.thaw()
    expect(valueOf(text, 'addendum_queue_length')).toBe(28)
    expect(valueOf(text, 'addendum_queue_capacity')).toBe(5_000)
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(valueOf(await scrape(), 'addendum_queue_length')).toBe(0)
  })

  it('count an event that came too late for its response once, with its outcome', { tags: ['slow'] }, async () => {
    const { receiver, receive, scrape } = setUp()
    await receive(event('user_0'))
    await mongo.mongod.freeze()
    const { status } = await receive(event('user_1'))
    mongo.mongod.thaw()
    expect(status).toBe(503)
    await receiver.drain()
    const counted = async () => {
      const { values } = parseMetrics(await scrape()).get('addendum_webhook_deliveries_total')!
      return [...values.values()].reduce((sum, value) => sum + value)
    }
    await expect.poll(counted).toBe(2)
    expect(valueOf(await scrape(), 'addendum_webhook_responses_total', 'status="503"')).toBe(1)
  })

  it('name nobody', async () => {
    const { receive, scrape } = setUp()
    const sent = event('user_ada')
    await receive(sent)
    const text = await scrape()
    for (const word of ['user_ada', sent.id, 'example.com', 'msg_']) expect(text).not.toContain(word)
    // Node reports garbage collections by `kind`, once there was one.
    const harmless = [
      'type', 'outcome', 'status', 'le', 'collection', 'space', 'kind', 'version', 'major', 'minor', 'patch', 'run',
    ]
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label!))
    expect(labels.size).toBeGreaterThan(5)
    expect([...labels].filter(label => !harmless.includes(label))).toEqual([])
  })
})

describe('the metrics of the sync', () => {
  it('show the age of the newest event, whichever process received it', async () => {
    const { scrape } = setUp()
    expect(valueOf(await scrape(), 'addendum_last_event_age_seconds')).toBe(Infinity)
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000)
    await mongo.stored.deliveries.insertMany([
      { _id: 'msg_old', outcome: 'failed', last_received_at: ago(1_000) },
      { _id: 'msg_new', outcome: 'applied', last_received_at: ago(100) },
      { _id: 'msg_failed', outcome: 'failed', last_received_at: ago(500) },
    ])
    const text = await scrape()
    expect(valueOf(text, 'addendum_last_event_age_seconds')).toBeCloseTo(100, -1)
    expect(valueOf(text, 'addendum_oldest_delivery_age_seconds')).toBeCloseTo(1_000, -1)
    expect(valueOf(text, 'addendum_failed_messages')).toBe(2)
  })

  it('find failed messages without reading the others', async () => {
    const { queryPlanner } = await mongo.stored.deliveries.find({ outcome: 'failed' }).explain()
    expect(JSON.stringify(queryPlanner.winningPlan)).toContain('"indexName":"outcome_1_last_received_at_1"')
  })

  it('leave out runs that never were, and drift that nobody looked for', async () => {
    const { scrape } = setUp()
    const metrics = parseMetrics(await scrape())
    expect(metrics.get('addendum_run_done')!.values.get('run="backfill"')).toBe(0)
    for (const name of ['run_total', 'run_last_success_timestamp_seconds', 'reconcile_differences']) {
      expect([...metrics.get(`addendum_${name}`)!.values]).toEqual([])
    }
    expect(metrics.get('addendum_reconcile_repaired')!.values.size).toBe(0)
  })

  it('show each run, its last success after it failed, and the differences of the last reconcile', async () => {
    const { scrape } = setUp()
    const succeeded_at = new Date('2026-11-24T12:00:00Z')
    await collection('checkpoints').insertMany([
      checkpoint('catch-up', { state: 'failed', done: 3, error: 'Clerk did not answer', succeeded_at }),
      checkpoint('backfill', { done: 900, total: 1_000 }),
    ])
    await collection('reports').insertOne({
      _id: 'reconcile' as never,
      started_at: succeeded_at.toISOString(),
      ended_at: succeeded_at.toISOString(),
      users: 9,
      profiles: 8,
      differences: { missing: 2, behind: 1, gone: 0, revived: 4 },
      examples: [{ clerk_id: 'user_ada', kind: 'missing' }],
      repaired: 5,
      refused: null,
    })
    const text = await scrape()
    expect(valueOf(text, 'addendum_run_failed', 'run="catch-up"')).toBe(1)
    expect(valueOf(text, 'addendum_run_failed', 'run="backfill"')).toBe(0)
    expect(valueOf(text, 'addendum_run_done', 'run="backfill"')).toBe(900)
    expect(valueOf(text, 'addendum_run_total', 'run="backfill"')).toBe(1_000)
    expect(valueOf(text, 'addendum_run_last_success_timestamp_seconds', 'run="catch-up"'))
      .toBe(succeeded_at.getTime() / 1_000)
    expect([...parseMetrics(text).get('addendum_reconcile_differences')!.values]).toEqual([
      ['kind="missing"', 2],
      ['kind="behind"', 1],
      ['kind="gone"', 0],
      ['kind="revived"', 4],
    ])
    expect(valueOf(text, 'addendum_reconcile_repaired')).toBe(5)
    expect(valueOf(text, 'addendum_reconcile_due')).toBe(0)
    expect(text).not.toContain('user_ada')
  })

  it('say so when the numbers of users and profiles differed twice', async () => {
    await collection('checkpoints').insertOne(checkpoint('catch-up', {
      position: { watermark: 1, lost_at: null, counts: { users: 2, profiles: 1, at: new Date() }, differed: 2 },
    }) as never)
    expect(valueOf(await setUp().scrape(), 'addendum_reconcile_due')).toBe(1)
  })

  it('count indexes that are wrong or could not be built, whether the app runs without them or not', async () => {
    const { scrape } = setUp()
    const { profiles, deliveries } = mongo.stored
    // Connecting may take longer than a scrape waits.
    const upAndMissing = () => expect.poll(async () => {
      const text = await scrape()
      return [valueOf(text, 'addendum_database_up'), valueOf(text, 'addendum_indexes_missing')]
    })
    await deliveries.dropIndex('last_received_at_1')
    await deliveries.createIndex({ type: 1 }, { name: 'last_received_at_1' })
    await closeDatabase()
    await upAndMissing().toEqual([1, 1])

    await deliveries.dropIndex('last_received_at_1')
    await profiles.dropIndex('clerk_id_1')
    await profiles.insertMany([{ clerk_id: 'user_1' }, { clerk_id: 'user_1' }] as never)
    await closeDatabase()
    await upAndMissing().toEqual([1, 1])

    await profiles.deleteMany({})
    await closeDatabase()
    await upAndMissing().toEqual([1, 0])
  })

  it('are there in two seconds while the database is frozen, except for what only the database knows', async () => {
    const { receive, scrape } = setUp()
    await receive(event('user_1'))
    expect(valueOf(await scrape(), 'addendum_database_up')).toBe(1)
    await mongo.mongod.freeze()
    const asked = performance.now()
    const texts = await Promise.all(Array.from({ length: 20 }, scrape))
    expect(performance.now() - asked).toBeLessThan(2_000)
    mongo.mongod.thaw()
    const metrics = parseMetrics(texts[0]!)
    expect(metrics.get('addendum_database_up')!.values.get('')).toBe(0)
    const applied = 'type="user.created",outcome="applied"'
    expect(metrics.get('addendum_webhook_deliveries_total')!.values.get(applied)).toBe(1)
    for (const name of ['last_event_age_seconds', 'failed_messages', 'run_done', 'indexes_missing', 'reconcile_due']) {
      expect([name, metrics.get(`addendum_${name}`)!.values.size]).toEqual([name, 0])
    }
    await expect.poll(async () => valueOf(await scrape(), 'addendum_database_up')).toBe(1)
    expect(valueOf(await scrape(), 'addendum_last_event_age_seconds')).toBeLessThan(60)
  })
})
