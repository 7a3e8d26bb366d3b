import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'
import { valueOf } from '../support/metrics.ts'
import { startServer } from '../support/server.ts'

const token = 'token-of-the-metrics'
const bearer = { authorization: `Bearer ${token}` }

let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  mongod = await startMongod()
  server = await startServer({ MONGODB_URI: mongod.uri, METRICS_TOKEN: token })
})
afterAll(async () => {
  mongod.thaw()
  await server.stop()
  await mongod.stop()
})

const ask = (headers: Record<string, string> = bearer, path = '/api/metrics') => fetch(server.url + path, { headers })
const scrape = async () => (await ask()).text()

/** The shortest of some answers, in milliseconds: a busy machine delays some of them. */
async function shortest(request: () => Promise<Response>): Promise<number> {
  const times = []
  for (let count = 0; count < 3; count++) {
    const asked = performance.now()
    await (await request()).text()
    times.push(performance.now() - asked)
  }
  return Math.min(...times)
}

describe('GET /api/metrics', () => {
  it('is 404 without METRICS_TOKEN, whatever is sent', async () => {
    const other = await startServer({ MONGODB_URI: mongod.uri })
    for (const headers of [{}, bearer, { authorization: 'Bearer ' }, { authorization: 'Bearer undefined' }]) {
      expect((await fetch(`${other.url}/api/metrics`, { headers })).status).toBe(404)
    }
    await other.stop()
  })

  it('is 401 without the token, or with another one', async () => {
    const wrong = ['', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token]
    for (const authorization of wrong) {
      const response = await ask({ authorization })
      expect([authorization, response.status, response.headers.get('www-authenticate')])
        .toEqual([authorization, 401, 'Bearer'])
      expect(await response.text()).not.toContain('addendum_')
    }
    expect((await ask({}, `/api/metrics?token=${token}`)).status).toBe(401)
  })

  it('counts real webhooks, in the format that Prometheus asks for', async () => {
    const sent = message(userEvent('user.created', 'user_1', Date.now()))
    const { status } = await deliver(server.webhooks, sent)
    const refused = await deliver(server.webhooks, sent, { ...sign(sent), 'svix-signature': 'v1,AAAA' })
    expect([status, refused.status]).toEqual([200, 400])
    await deliver(server.webhooks, message(userEvent('user.updated', 'user_1', 5)))
    const response = await ask()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    const deliveries = 'addendum_webhook_deliveries_total'
    expect(valueOf(text, deliveries, 'type="user.created",outcome="applied"')).toBe(1)
    expect(valueOf(text, deliveries, 'type="user.updated",outcome="stale"')).toBe(1)
    expect(valueOf(text, 'addendum_webhook_responses_total', 'status="400"')).toBe(1)
    expect(valueOf(text, 'addendum_webhook_duration_seconds_count')).toBe(3)
    expect(valueOf(text, 'addendum_database_up')).toBe(1)
    expect(valueOf(text, 'addendum_indexes_missing')).toBe(0)
    expect(valueOf(text, 'addendum_process_resident_memory_bytes')).toBeGreaterThan(1e7)
    for (const word of ['user_1', sent.id, token]) expect(text).not.toContain(word)
  })

  it('knows the age of the last event after a restart', async () => {
    const last = await openDatabase(mongod.uri)
    await last.deliveries.updateMany({}, { $set: { last_received_at: new Date(Date.now() - 3_600_000) } })
    await last.close()
    const other = await startServer({ MONGODB_URI: mongod.uri, METRICS_TOKEN: token })
    const text = await (await fetch(`${other.url}/api/metrics`, { headers: bearer })).text()
    await other.stop()
    expect(valueOf(text, 'addendum_last_event_age_seconds')).toBeGreaterThan(3_599)
    expect(valueOf(text, 'addendum_last_event_age_seconds')).toBeLessThan(3_700)
    expect(valueOf(text, 'addendum_webhook_deliveries_total', 'type="user.created",outcome="applied"')).toBe(0)
  })
})

describe('with a frozen database', () => {
  it('metrics are answered in two seconds, readiness in one', async () => {
    const ready = () => fetch(`${server.url}/api/ready`)
    expect([(await ask()).status, (await ready()).status]).toEqual([200, 200])
    await mongod.freeze()
    const [scrapeMS, readyMS] = await Promise.all([shortest(() => ask()), shortest(ready)])
    const text = await scrape()
    const notReady = await ready()
    mongod.thaw()
    expect(scrapeMS).toBeLessThan(2_000)
    expect(readyMS).toBeLessThan(1_000)
    expect([notReady.status, (await notReady.json()).message]).toEqual([503, 'The database is unavailable'])
    expect(valueOf(text, 'addendum_database_up')).toBe(0)
    expect(valueOf(text, 'addendum_last_event_age_seconds')).toBeUndefined()
    expect(valueOf(text, 'addendum_webhook_responses_total', 'status="200"')).toBe(2)
    await expect.poll(async () => (await ready()).status).toBe(200)
    expect(valueOf(await scrape(), 'addendum_database_up')).toBe(1)
  })

  it('both are answered in time by a server that has never reached it', async () => {
    await mongod.freeze()
    const other = await startServer({ MONGODB_URI: mongod.uri, METRICS_TOKEN: token })
    const ready = () => fetch(`${other.url}/api/ready`)
    const metrics = () => fetch(`${other.url}/api/metrics`, { headers: bearer })
    const [scrapeMS, readyMS] = await Promise.all([shortest(metrics), shortest(ready)])
    const statuses = [(await metrics()).status, (await ready()).status]
    mongod.thaw()
    expect(scrapeMS).toBeLessThan(2_000)
    expect(readyMS).toBeLessThan(1_000)
    expect(statuses).toEqual([200, 503])
    await expect.poll(async () => (await ready()).status).toBe(200)
    await other.stop()
  })
})
