import { consola } from 'consola'
import { mongo } from 'mongoose'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import { seededProfiles } from '../fixtures/profiles.ts'
import type { ImportAnswer } from '../shared/answers.ts'
import { nextPieceBytes, usualPieceBytes } from '../shared/import.ts'
import { createAdmin } from './admin-session.ts'
import { tableOf, writeSection } from './report.ts'
import type { Part } from './report.ts'
import { runLoad } from './run-load.ts'
import { insertProfiles, profiles, waitForIndexes } from './seeded-database.ts'
import { startServer } from './server.ts'
import type { RunningServer } from './server.ts'

const importedRows = Math.min(100_000, profiles)
const eventsPerSecond = 200
const admin = createAdmin()

/** A CSV file with another bio for each of some profiles. */
function* fileOf(rows: number): Generator<string> {
  yield 'clerk_id,bio\n'
  let row = 0
  for (const { clerk_id } of seededProfiles(profiles)) {
    if (row++ === rows) return
    yield `${clerk_id},Imported as number ${row} of ${rows} at ${Date.now()}\n`
  }
}

/** Imports a file, piece by piece, as the page does. */
async function importFile({ url }: RunningServer, file: Buffer<ArrayBuffer>): Promise<number> {
  let offset = 0
  let size = usualPieceBytes
  let changed = 0
  let query: Record<string, string> = { dry_run: 'false' }
  while (offset < file.length) {
    const body = file.subarray(offset, offset + size)
    query.last = String(offset + body.length === file.length)
    const response = await fetch(`${url}/api/admin/import?${new URLSearchParams(query)}`, {
      method: 'POST', headers: { ...admin.headers(url), 'content-type': 'text/csv' }, body,
    })
    if (!response.ok) throw new Error(`Import: ${response.status} ${await response.text()}`)
    const answer = await response.json() as ImportAnswer
    const { bytes, next_line, columns, delimiter, format, encoding } = answer
    const layout = { columns: columns.join(), delimiter: delimiter!, format, encoding }
    query = { dry_run: 'false', line: String(next_line), ...layout }
    offset += bytes
    size = nextPieceBytes(size, bytes)
    changed += answer.changed
  }
  return changed
}

/** Exports all profiles, and counts the lines. */
async function exportAll({ url }: RunningServer, format: string): Promise<number> {
  const response = await fetch(`${url}/api/admin/profiles/export?format=${format}`, { headers: admin.headers(url) })
  let lines = 0
  for await (const chunk of response.body!)
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  return lines
}

/** Asks for pages of searches, one after the other, until it is aborted. */
async function search({ url }: RunningServer, { aborted }: { aborted: () => boolean }): Promise<void> {
  const queries = ['country=NL', 'birth_month=5&sort=next_birthday', 'age_min=30&age_max=40', 'has=bio&sort=birthday']
  for (let index = 0; !aborted(); index++) {
    const query = queries[index % queries.length]
    await fetch(`${url}/api/admin/profiles?${query}`, { headers: admin.headers(url) }).then(each => each.text())
  }
}

/** The resident memory of a new server at rest, and at most while it works. */
async function memoryOf(uri: string, work: (server: RunningServer) => Promise<number>) {
  const server = await startServer({ uri, env: admin.env })
  try {
    // A first request loads code, which neither should count.
    await fetch(`${server.url}/api/admin/profiles`, { headers: admin.headers(server.url) }).then(each => each.text())
    const rest = await server.residentMiB()
    let peak = rest
    const watch = setInterval(async () => (peak = Math.max(peak, await server.residentMiB())), 20)
    const started = performance.now()
    const rows = await work(server)
    const seconds = (performance.now() - started) / 1_000
    clearInterval(watch)
    return { rows, 'rows/s': Math.round(rows / seconds), 'MiB at rest': Math.round(rest), 'peak MiB': Math.round(peak) }
  }
  finally {
    await server.stop()
  }
}

let version = Date.now()
/** The response times of webhooks that arrive at a constant rate, until some work is done. */
async function webhooksDuring(server: RunningServer, work: () => Promise<unknown>) {
  const started = performance.now()
  let isDone = false
  const working = work().then(() => {
    isDone = true
    return (performance.now() - started) / 1_000
  })
  const results = []
  do {
    const send = { users: 5_000, version }
    version += eventsPerSecond * 5
    results.push(await runLoad({
      url: `${server.url}/api/webhooks`,
      connections: 64,
      requests: eventsPerSecond * 5,
      perSecond: eventsPerSecond,
      expected: 200,
      send,
    }))
  } while (!isDone)
  const seconds = await working
  const latencies = results.flatMap(each => each.latencies).toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)]!)
  return {
    'seconds': Math.round(seconds),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'slowest ms': Math.round(latencies.at(-1)!),
  }
}

async function benchFairness(server: RunningServer, file: () => Buffer<ArrayBuffer>): Promise<Part[]> {
  const exporting = () => exportAll(server, 'csv')
  const importing = () => importFile(server, file())
  const searching = (until: Promise<unknown>) => {
    let hasEnded = false
    void until.finally(() => (hasEnded = true))
    return search(server, { aborted: () => hasEnded })
  }
  const pause = () => new Promise(resolve => setTimeout(resolve, 20_000))
  const all = () => {
    const bulk = Promise.all([exporting(), importing()])
    return Promise.all([bulk, searching(bulk)])
  }
  const works: [name: string, work: () => Promise<unknown>][] = [
    ['nothing else', pause],
    [`an export of ${profiles} profiles`, exporting],
    [`an import of ${importedRows} rows`, importing],
    ['searches, one after the other', () => searching(pause())],
    ['all three', all],
  ]
  // Warms up.
  await webhooksDuring(server, async () => {})
  const rows = []
  for (const [name, work] of works) {
    consola.start(`${eventsPerSecond} webhooks a second beside ${name}`)
    rows.push({ beside: name, ...await webhooksDuring(server, work) })
  }
  return [
    `Webhooks at ${eventsPerSecond} a second, each timed from the moment when it was due, beside bulk work. On this `
    + 'machine the server, the database and the clients share the cores:',
    tableOf(rows),
  ]
}

/** Exports and imports over many profiles: their memory, and what webhooks notice of them. */
export async function benchBulk(): Promise<void> {
  const set = await startReplicaSet(1)
  const uri = set.uriOf('addendum')
  const client = await mongo.MongoClient.connect(uri)
  try {
    const stored = client.db().collection('profiles')
    await insertProfiles(stored)
    consola.start('Start, and build the indexes')
    const server = await startServer({ uri, env: admin.env })
    await waitForIndexes(stored)
    const file = () => Buffer.from([...fileOf(importedRows)].join(''))
    const fairness = await benchFairness(server, file)
    await server.stop()
    consola.start('Memory')
    const works: [name: string, work: (server: RunningServer) => Promise<number>][] = [
      ['export, CSV', each => exportAll(each, 'csv')],
      ['export, NDJSON', each => exportAll(each, 'ndjson')],
      ['import', each => importFile(each, file())],
    ]
    const memory = []
    for (const [name, work] of works) memory.push({ work: name, ...await memoryOf(uri, work) })
    await writeSection('bulk', [
      `Over ${profiles} profiles. Resident memory of a new server, with Node's own defaults:`,
      tableOf(memory),
      ...fairness,
    ])
  }
  finally {
    await client.close()
    await set.stop()
  }
}
