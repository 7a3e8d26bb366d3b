import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { consola } from 'consola'
import { openDatabase, startReplicaSet } from '../fixtures/mongodb.ts'
import { startLocalClerk } from '../local-clerk/index.ts'
import type { SyncRun } from '../shared/sync.ts'

const count = Number(process.env.BENCH_USERS || 100_000)
const pageSize = 500
/** Clerk's limit in production: 1,000 requests in 10 seconds. */
const perSecond = 100
const rounds = 3

/**
 * Measures a backfill of users from Local Clerk at Clerk's production limit, beside its two floors: the requests that
 * the limit allows, and mongod's own rate for the same rows in bulk writes of one page.
 */
export async function benchBackfill(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'addendum-bench-'))
  const [clerk, mongod] = await Promise.all([startLocalClerk({ dataDir }), startReplicaSet(1)])
  const stored = await openDatabase(mongod.uri)
  try {
    consola.start(`Creating ${count} users in Local Clerk`)
    clerk.store.reset()
    clerk.store.transaction(() => {
      for (let index = 0; index < count; index++) {
        clerk.users.create({ id: `user_bench${index}`, created_at: 1_700_000_000_000 + index })
      }
    })
    const control = `${clerk.url}/__clerk/control/rate-limit`
    await fetch(control, { method: 'POST', body: JSON.stringify({ per_second: perSecond }) })
    const requestsFloor = Math.ceil(count / pageSize) / perSecond

    const backfills: number[] = []
    const writes: number[] = []
    for (let round = 1; round <= rounds; round++) {
      await stored.client.db('addendum').dropDatabase()
      const { seconds, run, memory } = await runBackfill(mongod.uri, clerk.env)
      if (run.changed !== count) throw new Error(`${run.changed} of ${count} profiles were created: ${run.error}`)
      backfills.push(seconds)
      writes.push(await copyRows(stored))
      consola.log(`Round ${round}: backfill ${seconds.toFixed(1)} s, ${memory} MiB; `
        + `the same rows in bulk ${writes.at(-1)!.toFixed(1)} s`)
    }
    const [backfill, write] = [median(backfills), median(writes)]
    consola.success([
      `${count} users, median of ${rounds} rounds`,
      `  backfill                          ${backfill.toFixed(1)} s, ${Math.round(count / backfill)} users/s`,
      `  floor by Clerk's limit            ${requestsFloor.toFixed(1)} s (${(backfill / requestsFloor).toFixed(2)} x)`,
      `  floor by mongod's own bulk rate   ${write.toFixed(1)} s (${(backfill / write).toFixed(2)} x)`,
    ].join('\n'))
  }
  finally {
    await stored.close()
    await Promise.all([clerk.stop(), mongod.stop()])
    await rm(dataDir, { recursive: true })
  }
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** Runs the command in a process of its own, as an operator does. */
async function runBackfill(uri: string, env: Record<string, string>) {
  const started = performance.now()
  // GNU time's maximum of resident memory is not on every machine; the process prints its own.
  const report = 'process.on(\'exit\', () => console.error(`memory ${process.resourceUsage().maxRSS}`))'
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, 'scripts/backfill.ts', '--json'],
    { env: { ...env, PATH: process.env.PATH, MONGODB_URI: uri } },
  )
  const seconds = (performance.now() - started) / 1_000
  const memory = Math.round(Number(/memory (\d+)/.exec(stderr)?.[1]) / 1_024)
  return { seconds, run: JSON.parse(stdout) as SyncRun, memory }
}

/** Writes the profiles that the backfill wrote into an empty collection with the same indexes, page by page. */
async function copyRows({ profiles, client }: Awaited<ReturnType<typeof openDatabase>>): Promise<number> {
  const copy = client.db('addendum').collection<{ clerk_id: string }>('copy')
  for (const { key, v: _, ...options } of await profiles.indexes()) {
    if (options.name !== '_id_') await copy.createIndex(key, options)
  }
  const rows = await profiles.find({}, { projection: { _id: 0 } }).toArray()
  const started = performance.now()
  for (let start = 0; start < rows.length; start += pageSize) {
    await copy.bulkWrite(rows.slice(start, start + pageSize).map(row => ({
      updateOne: { filter: { clerk_id: row.clerk_id }, update: { $set: row }, upsert: true },
    })), { ordered: false, writeConcern: { w: 'majority', journal: true } })
  }
  return (performance.now() - started) / 1_000
}
