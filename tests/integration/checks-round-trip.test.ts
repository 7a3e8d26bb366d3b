import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { secret } from '../../fixtures/webhooks.ts'
import { openDatabase } from '../../server/sync/checks/database.ts'
import { checkRoundTrip } from '../../server/sync/checks/round-trip.ts'
import { startAppRoute } from '../support/app-route.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

async function check(app: URL, secrets = secret) {
  const env = { MONGODB_URI: mongo.mongod.uri, NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secrets }
  const { what, ...finding } = await checkRoundTrip(app, env, openDatabase(env))
  expect(what).toBe('Round trip')
  expect(JSON.stringify(finding)).not.toContain('whsec_')
  return finding
}

/** The check of an app that has these secrets. */
async function checkApp(signingSecrets: string[], secrets?: string) {
  const app = await startAppRoute(signingSecrets)
  try {
    return await check(app.url, secrets)
  }
  finally {
    await app.stop()
  }
}

/** The check of another program. */
async function checkOther(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await check(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks`))
  }
  finally {
    server.close()
    server.closeAllConnections()
  }
}

const reply = (status: number, body: object | string): RequestListener => (_request, response) =>
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))

describe('the round trip through the app', () => {
  it('is in order when the app accepts and stores the event, and leaves nothing behind', async () => {
    expect(await checkApp([secret])).toEqual({
      verdict: 'ok',
      found: expect.stringMatching(/^The app at http:\/\/127\.0\.0\.1:\d+ accepts a signed event, and stores it$/),
      mend: null,
    })
    expect(await mongo.stored.deliveries.countDocuments()).toBe(0)
    expect(await mongo.stored.profiles.countDocuments()).toBe(0)
  })

  it('uses each secret of a rotation, and names the one that the app does not have', async () => {
    expect(await checkApp([secret, other], `${secret} ${other}`)).toMatchObject({ verdict: 'ok' })
    expect(await checkApp([secret], `${secret} ${other}`)).toMatchObject({
      verdict: 'failed',
      found: 'With secret 2 of 2: The app has another signing secret than this command',
    })
    expect(await mongo.stored.deliveries.countDocuments()).toBe(0)
  })

  it('names an app that has another secret, or none', async () => {
    expect(await checkApp([other])).toMatchObject({
      verdict: 'failed',
      found: 'The app has another signing secret than this command',
      mend: expect.stringContaining('Restart'),
    })
    expect(await checkApp([])).toMatchObject({
      verdict: 'failed',
      found: 'The app cannot take events: No webhook signing secret is configured',
    })
  })

  it('is skipped without a well-formed secret', async () => {
    expect(await checkApp([secret], 'whsec-')).toMatchObject({ verdict: 'skipped' })
  })

  it('warns when the app is not running', async () => {
    expect(await check(new URL(`http://127.0.0.1:${await freePort()}/api/webhooks`))).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/^The app is not running at http:\/\/127\.0\.0\.1:\d+$/),
      mend: expect.stringContaining('npm run dev'),
    })
    expect(await check(new URL(`http://localhost:${await freePort()}/api/webhooks`))).toMatchObject({
      verdict: 'warning',
    })
  })

  it('warns when the app stores the event in another database', async () => {
    expect(await checkOther(reply(200, { outcome: 'ignored' }))).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining('another database'),
    })
  })

  it.each<[string, RequestListener, RegExp]>([
    ['page', reply(200, '<html></html>'), /answers 200 to a signed event, and not as Addendum/],
    ['redirect', (_request, response) => response.writeHead(307, { location: '/' }).end(), /answers 307/],
    ['404', reply(404, { message: 'Not found' }), /answers 404 to POST \/api\/webhooks/],
    ['500', reply(500, ''), /answers 500/],
    ['400 of another kind', reply(400, { message: 'Bad request' }), /answers 400/],
    [
      '400 because of its clock',
      reply(400, { message: 'Unable to verify incoming webhook: Message timestamp too old' }),
      /timestamp too old/,
    ],
    [
      '503 without its database',
      reply(503, { message: 'The event could not be stored; send it again' }),
      /could not be stored/,
    ],
    ['broken connection', (request, response) => response.destroy(), /does not answer/],
  ])('names a program that answers with a %s', async (_name, answer, found) => {
    expect(await checkOther(answer)).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(found),
      mend: expect.any(String),
    })
  })

  it('gives up an app that does not answer', { tags: ['slow'] }, async () => {
    const started = Date.now()
    expect(await checkOther(() => {})).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/does not answer .* no answer in time/),
    })
    expect(Date.now() - started).toBeLessThan(8_000)
  })
})
