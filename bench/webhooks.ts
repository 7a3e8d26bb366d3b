import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consola } from 'consola'
import { mongo } from 'mongoose'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import { contestants, prepareContestants } from './contestants.ts'
import type { Contestant } from './contestants.ts'
import { whereTimeGoes } from './cpu-profile.ts'
import type { Load, LoadResult } from './load.ts'
import { runLoad } from './run-load.ts'
import { writeSection } from './report.ts'
import { drawBars } from './bars.ts'
import { median, startServer } from './server.ts'

const users = 4_000
const rounds = 5
/** Events of a round, by the number of connections: a few seconds of work each. */
const eventsOf: Record<number, number> = { 1: 300, 16: 2_000, 64: 8_000, 256: 8_000 }

let version = Date.now()

function load(options: Omit<Load, 'send'>): Promise<LoadResult> {
  const send = { users, version }
  version += options.requests
  return runLoad({ ...options, send })
}

/** Something that is measured in each round. */
interface Runner {
  name: string
  isEqualWork: boolean
  run: (connections: number, events: number) => Promise<LoadResult>
}

/** What mongod does at most: the same two writes of an event, in batches by the driver's bulkWrite. */
function bulkWriter(client: mongo.MongoClient, name: string): Runner {
  const db = client.db(name)
  let count = 0
  return {
    name: 'limit: MongoDB\'s driver, bulkWrite of 256 alone',
    isEqualWork: true,
    async run(_connections, events) {
      await db.collection('profiles').createIndex({ clerk_id: 1 }, { unique: true })
      const started = performance.now()
      for (let done = 0; done < events; done += 256) {
        const batch = Array.from({ length: Math.min(256, events - done) }, () => count++)
        const at = new Date(version++)
        await db.collection('profiles').bulkWrite(batch.map(index => ({
          updateOne: {
            filter: { clerk_id: `user_${index % users}`, clerk_updated_at: { $lte: at } },
            update: { $set: { clerk_updated_at: at } },
            upsert: true,
          },
        })), { ordered: false })
        await db.collection<{ _id: string, attempts: number }>('deliveries').bulkWrite(batch.map(index => ({
          updateOne: {
            filter: { _id: `msg_${index}` },
            update: { $set: { outcome: 'applied', last_received_at: at }, $inc: { attempts: 1 } },
            upsert: true,
          },
        })), { ordered: false })
      }
      return { perSecond: events / (performance.now() - started) * 1_000, latencies: [], p50: 0, p99: 0, cpuShare: 0 }
    },
  }
}

type Results = Map<string, Map<number, LoadResult[]>>

/** Compares the ways to receive webhooks, in rounds that alternate between them. */
export async function benchWebhooks({ quick = false } = {}): Promise<void> {
  await prepareContestants()
  const set = await startReplicaSet(1)
  const client = await mongo.MongoClient.connect(set.uri)
  const { uriOf } = set
  const databaseOf = (contestant: Contestant) => `bench${contestants.indexOf(contestant)}`
  const running = await Promise.all(contestants.map(async (contestant) => {
    return { contestant, server: await contestant.start(uriOf(databaseOf(contestant))) }
  }))
  try {
    const sent = new Map<string, number>()
    const runners: Runner[] = running.map(({ contestant, server }) => ({
      ...contestant,
      run(connections, events) {
        sent.set(contestant.name, (sent.get(contestant.name) ?? 0) + events)
        return load({ url: server.url + contestant.path, connections, requests: events, expected: 200 })
      },
    }))
    const own = running[0]!.server
    if (quick) {
      for (const { run } of runners) await run(4, 20)
    }
    else {
      runners.push(bulkWriter(client, 'bulk'), {
        name: 'limit: Addendum refusing a signature',
        isEqualWork: false,
        run: (connections, events) => load({
          url: `${own.url}/api/webhooks`, connections, requests: events, expected: 400,
        }),
      })
      await report(await measure(runners))
    }
    for (const contestant of contestants) await checkStored(client.db(databaseOf(contestant)), contestant, sent)
    consola.success('Every event was answered 200, and is in the database of its server')
  }
  finally {
    await Promise.all(running.map(({ server }) => server.stop()))
    await client.close()
    await set.stop()
  }
}

async function checkStored(db: mongo.Db, { name, isEqualWork }: Contestant, sent: Map<string, number>): Promise<void> {
  const expected = { profiles: Math.min(users, sent.get(name)!), deliveries: isEqualWork ? sent.get(name)! : 0 }
  const stored = {
    profiles: await db.collection('profiles').countDocuments(),
    deliveries: await db.collection('deliveries').countDocuments(),
  }
  if (stored.profiles !== expected.profiles || stored.deliveries !== expected.deliveries) {
    throw new Error(`${name} stored ${JSON.stringify(stored)}, and should have ${JSON.stringify(expected)}`)
  }
}

async function measure(runners: Runner[]): Promise<Results> {
  consola.start('Warming up')
  for (const { run } of runners) await run(64, 4_000)
  const results: Results = new Map(runners.map(({ name }) => [name, new Map()]))
  for (let round = 1; round <= rounds; round++) {
    for (const [connections, events] of Object.entries(eventsOf)) {
      consola.start(`Round ${round} of ${rounds}, ${connections} connections`)
      for (const { name, run } of runners) {
        const byConnections = results.get(name)!
        const result = await run(Number(connections), events)
        byConnections.set(Number(connections), [...byConnections.get(Number(connections)) ?? [], result])
      }
    }
  }
  return results
}

async function report(results: Results): Promise<void> {
  const levels = Object.keys(eventsOf).map(Number)
  const medianOf = (name: string, level: number, key: Exclude<keyof LoadResult, 'latencies'>) => {
    return median(results.get(name)!.get(level)!.map(result => result[key]))
  }
  const own = contestants[0]!.name
  // Of rounds side by side, since a machine may be slower in one than in another.
  const ratioOf = (name: string, level: number) => {
    const theirs = results.get(name)!.get(level)!
    return median(results.get(own)!.get(level)!.map(({ perSecond }, round) => perSecond / theirs[round]!.perSecond))
  }
  const rates = [...results.keys()].map(name => [name, ...levels.map((level) => {
    const [rate, p50, p99] = (['perSecond', 'p50', 'p99'] as const).map(key => Math.round(medianOf(name, level, key)))
    return p50 ? `${rate} (${p50} / ${p99} ms)` : String(rate)
  })])
  const ratios = [...results.keys()]
    .slice(1)
    .map(name => [name, ...levels.map(level => ratioOf(name, level).toFixed(2))])
  const all = [...results.values()].flatMap(each => [...each.values()].flat())
  const share = Math.max(...all.map(({ cpuShare }) => cpuShare))
  const heads = levels.map(level => level === 1 ? '1 connection' : `${level} connections`)
  await writeSection('webhooks', [
    `Signed \`user.updated\` events of 2 KB about ${users} users, on a replica set of one, every write on a majority `
    + `and journaled. ${rounds} rounds that alternate between the servers; medians. Each connection sends the next `
    + `event when the last one is answered. The load client used at most ${Math.round(share * 100)} % of one core.`,
    '![Events per second with 64 connections, relative to Clerk\'s guide](performance.svg)',
    'Addendum\'s events per second in relation to the others\':',
    { head: ['', ...heads], rows: ratios },
    'Events per second (median / 99th percentile of the response time):',
    { head: ['', ...heads], rows: rates },
  ])
  const base = medianOf('Clerk\'s guide on Nuxt', 64, 'perSecond')
  await drawBars('performance', 'Events per second with 64 connections; Clerk\'s guide on Nuxt = 1', contestants.map(
    ({ name }) => ({ name, value: medianOf(name, 64, 'perSecond') / base }),
  ))
}

/** Where the server's time goes. */
export async function profileWebhooks(): Promise<void> {
  const set = await startReplicaSet(1)
  const profileTo = await mkdtemp(join(tmpdir(), 'addendum-profile-'))
  try {
    const server = await startServer({ uri: set.uriOf('addendum'), profileTo })
    for (let round = 0; round < 3; round++) {
      const result = await load({
        url: `${server.url}/api/webhooks`, connections: 64, requests: 10_000, expected: 200,
      })
      consola.log(`${Math.round(result.perSecond)} events/s, ${result.p50.toFixed(1)} / ${result.p99.toFixed(1)} ms`)
    }
    await server.stop()
    console.table(await whereTimeGoes(profileTo))
  }
  finally {
    await rm(profileTo, { recursive: true })
    await set.stop()
  }
}
