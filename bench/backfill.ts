import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { consola } from 'consola'
import type { openDatabase } from '../fixtures/mongodb.ts'
import type { SyncRun } from '../shared/sync.ts'
import { perSecond, withLocalClerk } from './local-clerk.ts'

const count = Number(process.env.BENCH_USERS || 100_000)
const pageSize = 500
const rounds = 3

/**
 * Measures a backfill of users from Local Clerk at Clerk's production limit, beside its two floors: the requests that
 * the limit allows, and mongod's own rate for the same rows in bulk writes of one page.
 */
export function benchBackfill(): Promise<void> {
  return withLocalClerk(count, async ({ stored, env }) => {
    const backfills: number[] = []
    const writes: number[] = []
    for (let round = 1; round <= rounds; round++) {
      await stored.client.db('addendum').dropDatabase()
      const { seconds, run, memory } = await runBackfill(env)
      if (run.changed !== count) throw new Error(`${run.changed} of ${count} profiles were created: ${run.error}`)
      backfills.push(seconds)
      writes.push(await copyRows(stored))
      consola.log(`Round ${round}: backfill ${seconds.toFixed(1)} s, ${memory} MiB; `
        + `the same rows in bulk ${writes.at(-1)!.toFixed(1)} s`)
    }
    const [backfill, write, requests] = [median(backfills), median(writes), Math.ceil(count / pageSize) / perSecond]
    consola.success([
      `${count} users, median of ${rounds} rounds`,
      `  backfill                          ${backfill.toFixed(1)} s, ${Math.round(count / backfill)} users/s`,
      `  floor by Clerk's limit            ${requests.toFixed(1)} s (${(backfill / requests).toFixed(2)} x)`,
      `  floor by mongod's own bulk rate   ${write.toFixed(1)} s (${(backfill / write).toFixed(2)} x)`,
    ].join('\n'))
  })
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** Runs the command in a process of its own, as an operator does. */
async function runBackfill(env: Record<string, string>) {
  const started = performance.now()
  // GNU time's maximum of resident memory is not on every machine; the process prints its own.
  const report = 'process.on(\'exit\', () => console.error(`memory ${process.resourceUsage().maxRSS}`))'
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, 'scripts/backfill.ts', '--json'],
    { env },
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
