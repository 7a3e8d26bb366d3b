import { consola } from 'consola'
import { mongo } from 'mongoose'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import type { LoadResult } from './load.ts'
import { writeSection } from './report.ts'
import { runLoad } from './run-load.ts'
import { median, startServer } from './server.ts'
import type { RunningServer } from './server.ts'

const mostDeliveries = Number(process.env.BENCH_DELIVERIES ?? 10_000_000)
const memoryMinutes = Number(process.env.BENCH_MINUTES ?? 10)
const connections = 64
const requests = 10_000
const rounds = 3

let version = Date.now()

function load({ url }: Pick<RunningServer, 'url'>, count = requests): Promise<LoadResult> {
  const send = { users: 5_000, version }
  version += count
  return runLoad({ url: `${url}/api/webhooks`, connections, requests: count, expected: 200, send })
}

async function rateOf(run: () => Promise<number>): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) rates.push(await run())
  return Math.round(median(rates))
}

/** Adds deliveries until the collection has `count` of them. */
async function fill(db: mongo.Db, count: number): Promise<void> {
  const deliveries = db.collection<{ _id: string }>('deliveries')
  const at = new Date()
  for (let index = await deliveries.estimatedDocumentCount(); index < count; index += 5_000) {
    await deliveries.insertMany(Array.from({ length: Math.min(5_000, count - index) }, (_, offset) => ({
      _id: `msg_filled${index + offset}`,
      type: 'user.updated',
      clerk_id: `user_${(index + offset) % 5_000}`,
      outcome: 'applied',
      attempts: 1,
      first_received_at: at,
      last_received_at: at,
      event_at: at,
      lag_ms: 100,
      duration_ms: 10,
    })), { ordered: false })
  }
}

/** Webhooks as the deliveries grow, from several processes, and the memory of a process over time. */
export async function benchGrowth(): Promise<void> {
  const set = await startReplicaSet(1)
  const uri = set.uriOf('addendum')
  const client = await mongo.MongoClient.connect(uri)
  const servers: RunningServer[] = []
  try {
    const first = await startServer({ uri })
    servers.push(first)
    await load(first)
    const byCount: [string, number][] = []
    for (let count = 1_000; count <= mostDeliveries; count *= 10) {
      consola.start(`${count} deliveries`)
      await fill(client.db(), count)
      byCount.push([count.toLocaleString('en'), await rateOf(async () => (await load(first)).perSecond)])
    }

    const byProcesses: [number, number][] = []
    for (const processes of [1, 2, 4]) {
      while (servers.length < processes) servers.push(await startServer({ uri }))
      consola.start(`${processes} processes`)
      byProcesses.push([processes, await rateOf(async () => {
        const started = performance.now()
        await Promise.all(servers.map(server => load(server)))
        return servers.length * requests / (performance.now() - started) * 1_000
      })])
    }
    while (servers.length > 1) await servers.pop()!.stop()

    const memory: number[] = [await first.residentMiB()]
    for (let minute = 1; minute <= memoryMinutes; minute++) {
      consola.start(`Minute ${minute} of ${memoryMinutes}`)
      const end = Date.now() + 60_000
      while (Date.now() < end) await load(first, 5_000)
      memory.push(await first.residentMiB())
    }
    await writeSection('growth', [
      `${connections} connections, medians of ${rounds} rounds.`,
      { head: ['stored deliveries', 'events per second'], rows: byCount },
      'On one replica set, whose machine the servers and the load clients share:',
      { head: ['processes', 'events per second'], rows: byProcesses },
      `Resident memory of one process under load, in MiB, at the start and after each minute: `
      + `${memory.map(each => each.toFixed(0)).join(', ')}.`,
    ])
  }
  finally {
    await Promise.all(servers.map(server => server.stop()))
    await client.close()
    await set.stop()
  }
}
