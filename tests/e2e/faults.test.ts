import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase, startMongod, startReplicaSet } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'
import { deliver, message, pooled, sign, userEvent } from '../../fixtures/webhooks.ts'
import type { Message } from '../../fixtures/webhooks.ts'

const cleanups: (() => Promise<unknown>)[] = []
/** Stops what a test started, in reverse order, whether the test passed or not. */
function later<T>(thing: T, end: (thing: T) => Promise<unknown>): T {
  cleanups.push(() => end(thing))
  return thing
}
afterEach(async () => {
  for (const end of cleanups.splice(0).reverse()) await end()
})

const mongodb = async () => later(await startMongod(), each => each.stop())
const server = async (uri: string, env: Record<string, string> = {}) =>
  later(await startServer({ MONGODB_URI: uri, ...env }), each => each.stop('SIGKILL'))
const database = async (uri: string) => later(await openDatabase(uri), each => each.close())

const sentFor = (count: number) =>
  Array.from({ length: count }, (_, index) => message(userEvent('user.created', `user_${index}`, Date.now())))
const userOf = ({ body }: Message): string => JSON.parse(body).data.id

/** Delivers 50 at a time until `after` of them are answered 200, then calls `fault` and delivers the others at once. */
async function deliverThrough(url: string, sent: Message[], after: number, fault: () => Promise<unknown>) {
  const accepted: Message[] = []
  const failed: Message[] = []
  const others: Message[] = []
  let trouble: Promise<unknown> | undefined
  const attempt = async (each: Message) => {
    const { status } = await deliver(url, each)
    if (status === 200) accepted.push(each)
    else failed.push(each)
    if (accepted.length >= after) trouble ??= fault()
  }
  await pooled(
    50,
    sent.map(each => async () => {
      if (trouble) others.push(each)
      else await attempt(each)
    }),
  )
  await Promise.all(others.map(attempt))
  await trouble
  return { accepted, failed }
}

/** Retries as Clerk does, until each is answered 200. */
async function deliverUntilAccepted(url: string, sent: Message[]): Promise<void> {
  await pooled(
    50,
    sent.map(
      each => () =>
        expect.poll(async () => (await deliver(url, each)).status, { timeout: 60_000, interval: 200 }).toBe(200),
    ),
  )
}

async function expectStored(stored: Awaited<ReturnType<typeof openDatabase>>, sent: Message[]): Promise<void> {
  const ids = sent.map(userOf)
  const rows = await stored.profiles.find({ clerk_id: { $in: ids } }).toArray()
  expect(rows.map(row => row.clerk_id).sort()).toEqual(ids.sort())
  const deliveries = await stored.deliveries.find({ _id: { $in: sent.map(({ id }) => id) } }).toArray()
  expect(deliveries.map(({ outcome }) => outcome)).toEqual(sent.map(() => 'applied'))
}

describe('under load and faults', () => {
  it('applies 2,000 events sent at once, and again those that a busy machine did not take in time', async () => {
    const { uri } = await mongodb()
    const { webhooks } = await server(uri)
    const sent = sentFor(2_000)
    const answers = await Promise.all(sent.map(each => deliver(webhooks, each)))
    // 503 after nine seconds, and nothing within the sender's patience: Clerk repeats both.
    for (const { status } of answers) expect([200, 503, 0]).toContain(status)
    const stored = await database(uri)
    await expectStored(stored, sent.filter((_, index) => answers[index]!.status === 200))
    await deliverUntilAccepted(webhooks, sent.filter((_, index) => answers[index]!.status !== 200))
    await expectStored(stored, sent)
  })

  it('keeps every acknowledged event when mongod is killed, and applies the rest once it is back', async () => {
    const mongod = await mongodb()
    const { webhooks, url } = await server(mongod.uri)
    const { accepted, failed } = await deliverThrough(webhooks, sentFor(500), 150, () => mongod.kill())
    expect(failed.length).toBeGreaterThan(0)
    expect((await fetch(`${url}/api/health`)).status).toBe(200)
    expect((await fetch(`${url}/api/ready`)).status).toBe(503)

    await mongod.restart()
    const stored = await database(mongod.uri)
    await expectStored(stored, accepted)
    await deliverUntilAccepted(webhooks, failed)
    await expectStored(stored, [...accepted, ...failed])
    await expect.poll(async () => (await fetch(`${url}/api/ready`)).status).toBe(200)
  })

  it('keeps every acknowledged event when the server is killed', async () => {
    const { uri } = await mongodb()
    const first = await server(uri)
    const { accepted, failed } = await deliverThrough(first.webhooks, sentFor(500), 150, () => first.stop('SIGKILL'))
    expect(failed.length).toBeGreaterThan(0)

    const stored = await database(uri)
    await expectStored(stored, accepted)
    const second = await server(uri)
    await deliverUntilAccepted(second.webhooks, failed)
    await expectStored(stored, [...accepted, ...failed])
  })

  it('loses nothing when the primary of a replica set steps down', async () => {
    const { uri } = later(await startReplicaSet(3), each => each.stop())
    const { webhooks } = await server(uri)
    const stored = await database(uri)
    const { accepted, failed } = await deliverThrough(webhooks, sentFor(500), 150, () =>
      stored.client.db('admin').command({ replSetStepDown: 20, secondaryCatchUpPeriodSecs: 5 }),
    )
    await deliverUntilAccepted(webhooks, failed)
    await expectStored(stored, [...accepted, ...failed])
  })

  it('starts without its database, answers 503, and recovers by itself', async () => {
    const mongod = await mongodb()
    await mongod.kill()
    const { webhooks, url } = await server(mongod.uri)
    const [sent] = sentFor(1)
    const { status, headers } = await deliver(webhooks, sent!)
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect((await fetch(`${url}/api/ready`)).status).toBe(503)

    await mongod.restart()
    await deliverUntilAccepted(webhooks, [sent!])
    expect((await fetch(`${url}/api/ready`)).status).toBe(200)
    await expectStored(await database(mongod.uri), [sent!])
  })

  it('answers within 10 seconds when the database accepts connections and does not respond', async () => {
    const mongod = await mongodb()
    const { webhooks } = await server(mongod.uri)
    const sent = sentFor(20)
    expect((await deliver(webhooks, sent[0]!)).status).toBe(200)

    await mongod.freeze()
    const started = Date.now()
    const answers = await Promise.all(sent.map(each => deliver(webhooks, each)))
    expect(Date.now() - started).toBeLessThan(10_000)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))

    mongod.thaw()
    await deliverUntilAccepted(webhooks, sent)
    await expectStored(await database(mongod.uri), sent)
  })

  it('finishes requests in flight on SIGTERM, and exits with 0', async () => {
    const mongod = await mongodb()
    const running = await server(mongod.uri)
    const sent = sentFor(100)
    expect((await deliver(running.webhooks, sent[0]!)).status).toBe(200)

    // A frozen database keeps every event in flight until after the signal.
    await mongod.freeze()
    const answers = Promise.all(sent.map(each => deliver(running.webhooks, each)))
    await expect.poll(() => takenConnections(running.url)).toBe(sent.length)
    const exit = running.stop('SIGTERM')
    await expect.poll(() => running.logs.some(line => line.includes('Stopping'))).toBe(true)
    mongod.thaw()
    expect((await answers).map(({ status }) => status)).toEqual(sent.map(() => 200))
    expect(await exit).toBe(0)
    await expectStored(await database(mongod.uri), sent)
  })

  it('fails readiness first, and resets no request while it stops', async () => {
    const mongod = await mongodb()
    const running = await server(mongod.uri, { SHUTDOWN_GRACE_SECONDS: '3' })
    const sent = sentFor(2_000)
    const agent = new Agent({ keepAlive: true, maxSockets: 32 })
    const { port } = new URL(running.url)
    const ready = () =>
      fetch(`${running.url}/api/ready`).then(
        ({ status }) => status,
        () => 0,
      )
    let isStopping = false
    /** Acts like a load balancer: it reuses connections, and removes the server once it is not ready. */
    const send = (each: Message) =>
      new Promise<number | string>((resolve) => {
        if (isStopping) return resolve('elsewhere')
        const outgoing = request(
          {
            port,
            agent,
            path: '/api/webhooks',
            method: 'POST',
            headers: { ...sign(each), 'content-length': Buffer.byteLength(each.body) },
          },
          (answer) => {
            answer.resume()
            answer.on('end', () => resolve(answer.statusCode!))
          },
        )
        outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
        outgoing.end(each.body)
      })
    let exit: Promise<number | null> | undefined
    const answers: (number | string)[] = []
    await pooled(
      32,
      sent.map((each, index) => async () => {
        if (index === 300) exit = running.stop('SIGTERM')
        const answer = send(each)
        if (index === 300) {
          await expect.poll(ready).toBe(503)
          isStopping = true
        }
        answers.push(await answer)
      }),
    )
    expect(answers.filter(answer => answer !== 200 && answer !== 'elsewhere')).toEqual([])
    expect(answers.filter(answer => answer === 200).length).toBeGreaterThan(300)
    expect(await exit).toBe(0)
    agent.destroy()
  })

  it('does not wait for a body that never comes', async () => {
    const mongod = await mongodb()
    const running = await server(mongod.uri)
    const hanging = connect(Number(new URL(running.url).port), 'localhost')
    hanging.on('error', () => {})
    hanging.write('POST /api/webhooks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    await expect.poll(() => takenConnections(running.url)).toBe(1)
    expect((await fetch(`${running.url}/api/health`)).status).toBe(200)
    expect(await running.stop('SIGTERM')).toBe(0)
    expect(running.logs.join()).toContain('cut off')
    hanging.destroy()
  })

  it('serves and stops after the reader of its log has gone', async () => {
    const mongod = await mongodb()
    const running = await server(mongod.uri)
    running.closeLog()
    for (const each of sentFor(3)) expect((await deliver(running.webhooks, each)).status).toBe(200)
    expect((await fetch(`${running.url}/api/health`)).status).toBe(200)
    expect(await running.stop('SIGTERM')).toBe(0)
  })

  it('says in one line that its port is in use, and exits with 1', async () => {
    const taken = createServer().listen(0)
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const failure = await startServer({ MONGODB_URI: 'mongodb://localhost:9', PORT: String(port) }).then(
      () => '',
      (error: Error) => error.message,
    )
    taken.close()
    expect(failure).toMatch(/exited with 1/)
    expect(failure.split('\n').filter(line => line.includes('in use'))).toEqual([
      expect.stringContaining(`Port ${port} is in use`),
    ])
    expect(failure).not.toMatch(/\n\s+at /)
  })
})

/** The connections that a server has accepted and read empty: a connection that waits in the kernel has no inode. */
async function takenConnections(url: string): Promise<number> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8')))
  const rows = tables.flatMap(table => table.trim().split('\n').slice(1)).map(row => row.trim().split(/\s+/))
  const established = '01'
  return rows.filter(
    ([, local, , state, queues, , , , , inode]) =>
      local!.endsWith(`:${port}`) && state === established && queues!.endsWith(':00000000') && inode !== '0',
  ).length
}
