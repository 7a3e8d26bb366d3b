import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { consola } from 'consola'
import mongoose from 'mongoose'
import { startLocalClerk } from '../local-clerk/index.ts'
import { seedPeople } from '../local-clerk/seed.ts'
import type { AdminProfilePage } from '../shared/answers.ts'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import { combinations, common, questionOf, sorts } from './admin-questions.ts'
import { createAdmin } from './admin-session.ts'
import { tableOf, writeSection } from './report.ts'
import type { Part } from './report.ts'
import { insertProfiles, profiles, waitForIndexes } from './seeded-database.ts'
import { median, quantile, startServer } from './server.ts'

const clerkUsers = Math.min(100_000, profiles)
const asked = 8

interface IndexDetails {
  'block-manager': { 'file bytes available for reuse': number }
}
type Server = Awaited<ReturnType<typeof startServer>>
const admin = createAdmin()
const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
const round = (number: number) => Number(number.toPrecision(3))

/** One complete request, and its milliseconds. */
async function ask<T>(server: Server, path: string): Promise<{ ms: number, body: T }> {
  const started = performance.now()
  const response = await fetch(server.url + path, { headers: admin.headers(server.url) })
  const text = await response.text()
  const ms = performance.now() - started
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return { ms, body: JSON.parse(text) as T }
}
const page = (server: Server, query: string) => ask<AdminProfilePage>(server, `/api/admin/profiles?limit=50&${query}`)

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Every combination of filters and every order, page after page, and the total of each. */
async function benchCombinations(server: Server): Promise<Part[]> {
  const results: { names: string[], sort: string, times: number[] }[] = []
  const totals: number[] = []
  for (const [index, names] of combinations.entries()) {
    if (index % 20 === 0)
      consola.start(`Combination ${index} of ${combinations.length}, each in ${sorts.length} orders`)
    for (const sort of sorts) {
      const times: number[] = []
      while (times.length < asked) {
        // Two pages of each question, the second by cursor.
        const query = questionOf(names, sort)
        const first = await page(server, query)
        times.push(first.ms)
        if (first.body.next_cursor) times.push((await page(server, `${query}&cursor=${first.body.next_cursor}`)).ms)
      }
      results.push({ names, sort, times })
    }
    totals.push((await ask(server, `/api/admin/profiles/total?${questionOf(names, '').replace(/&?sort=$/, '')}`)).ms)
  }
  const table = (label: string, of: typeof results) => {
    const all = of.flatMap(({ times }) => times)
    return {
      'filters': label,
      'requests': all.length,
      'p50 ms': round(median(all)),
      'p99 ms': round(quantile(all, 0.99)),
      'slowest ms': round(Math.max(...all)),
    }
  }
  const alone = combinations
    .filter(names => names.length < 2)
    .map(([name]) =>
      table(
        name ?? 'none',
        results.filter(({ names }) => names.length < 2 && names[0] === name),
      ),
    )
  const medians = results
    .map(({ names, sort, times }) => ({ filters: names.join(', '), sort, ms: median(times) }))
    .toSorted((a, b) => b.ms - a.ms)
  return [
    `Pages of 50, over HTTP, of ${medians.length} combinations of filters and orders:`,
    tableOf([
      ...alone,
      table('two of them', results.filter(({ names }) => names.length === 2)),
      table('all', results),
    ]),
    `The combinations with the slowest medians:`,
    tableOf(medians.slice(0, 5).map(({ ms, ...rest }) => ({ ...rest, 'p50 ms': round(ms) }))),
    `The total of each search: p50 ${round(median(totals))} ms, p99 ${round(quantile(totals, 0.99))} ms, slowest `
    + `${round(Math.max(...totals))} ms.`,
  ]
}

/** What MongoDB read for one page, from its profiler. */
async function explain(server: Server, db: mongoose.mongo.Db, query: string) {
  await db.command({ profile: 2 })
  await page(server, query)
  await db.command({ profile: 0 })
  const finds = await db.collection('system.profile').find({ op: 'query', ns: 'addendum.profiles' }).toArray()
  await db.collection('system.profile').drop()
  const sum = (field: string) => finds.reduce((total, each) => total + Number(each[field]), 0)
  const returned = sum('nreturned')
  return {
    // Each country is a scan of its own.
    plan: [...new Set(finds.map(({ planSummary }) => String(planSummary).replace(/, IXSCAN.*/, ', …')))].join(' '),
    returned,
    documents: sum('docsExamined'),
    keys: sum('keysExamined'),
    ratio: round(sum('docsExamined') / Math.max(1, returned)),
  }
}

/** The plans of common questions, and the most that any combination reads. */
async function explainAll(server: Server, db: mongoose.mongo.Db): Promise<Part[]> {
  const rows = []
  for (const { name, query } of common) {
    const { plan, returned, ratio, keys } = await explain(server, db, query)
    rows.push({
      'question': name,
      plan,
      returned,
      'documents / returned': ratio,
      'keys / returned': round(keys / returned),
    })
  }
  consola.start(`What ${combinations.length} combinations read, newest first`)
  const all = []
  for (const names of combinations)
    all.push({ filters: names.join(', '), ...(await explain(server, db, questionOf(names, '-created_at'))) })
  const { storageStats } = (await db
    .collection('profiles')
    .aggregate([{ $collStats: { storageStats: {} } }])
    .next())!
  // A checkpoint copies pages, and leaves their old places free.
  const free = Object.values<IndexDetails>(storageStats.indexDetails)
    .reduce((sum, details) => sum + details['block-manager']['file bytes available for reuse'], 0)
  const scans = all.filter(({ plan }) => plan.includes('COLLSCAN')).length
  const documents = all.map(each => each.documents)
  const keys = all.map(each => each.keys)
  return [
    `${storageStats.nindexes} indexes on ${profiles} profiles take ${mib(storageStats.totalIndexSize - free)} MiB, and `
    + `their files have ${mib(free)} MiB of free space for what comes next.`,
    'What MongoDB reads for common questions:',
    tableOf(rows),
    `Over ${combinations.length} combinations, newest first, a page reads ${median(documents)} documents (median; at `
    + `most ${Math.max(...documents)}) and ${median(keys)} keys (at most ${Math.max(...keys)}); ${scans} use no index.`,
  ]
}

/** Pages through a list, to compare its first pages with later ones. */
async function benchDepth(server: Server): Promise<Part[]> {
  const rows = []
  for (const query of ['sort=-created_at', 'country=US&sort=birthday', 'birth_month=5&sort=next_birthday']) {
    const times: number[] = []
    let cursor: string | null = ''
    while (cursor !== null && times.length < 1_010) {
      const { ms, body } = await page(server, `${query}${cursor && `&cursor=${cursor}`}`)
      times.push(ms)
      cursor = body.next_cursor
    }
    rows.push({
      'list': query,
      'pages': times.length,
      'pages 2 to 21, p50 ms': round(median(times.slice(1, 21))),
      'last 20 pages, p50 ms': round(median(times.slice(-20))),
    })
  }
  return ['Later pages beside the first:', tableOf(rows)]
}

/** The same questions by find, skip and countDocuments over a collection with the index on clerk_id alone. */
async function benchNaive(server: Server, naive: mongoose.mongo.Collection): Promise<Part[]> {
  const rows = []
  for (const { name, query, naive: filter, sort } of common) {
    consola.start(`The naive way: ${name}`)
    const living = { ...filter, deleted_at: null }
    const naively = (skip: number) =>
      timed(() =>
        Promise.all([naive.find(living).sort(sort).skip(skip).limit(50).toArray(), naive.countDocuments(living)]),
      )
    const times = []
    const naiveTimes = []
    for (let index = 0; index < 3; index++) {
      times.push((await page(server, query)).ms)
      naiveTimes.push(await naively(50 * index))
    }
    rows.push({
      'question': name,
      'Addendum p50 ms': round(median(times)),
      'naive p50 ms': round(median(naiveTimes)),
      'times as fast': round(median(naiveTimes) / median(times)),
    })
  }
  const deep = await timed(() =>
    naive.find({ deleted_at: null }).sort({ created_at: -1 }).skip(50_000).limit(50).toArray(),
  )
  return [
    'Beside `find` with `skip` and `countDocuments`, without an index but that of `clerk_id`. The 1,000th page of all '
    + `takes them ${round(deep)} ms:`,
    tableOf(rows),
  ]
}

/** The same question to Clerk, whose list can only be read from start to end, 500 users a page. */
async function benchClerk(server: Server): Promise<Part[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'addendum-bench-clerk-'))
  const clerk = await startLocalClerk({ dataDir })
  try {
    await seedPeople(clerk, clerkUsers, {
      done: count => count % 20_000 === 0 && consola.start(`${count} of ${clerkUsers} users in Local Clerk`),
    })
    const { users } = createClerkClient({ secretKey: clerk.env.NUXT_CLERK_SECRET_KEY, apiUrl: clerk.url })
    const found: string[] = []
    let read = 0
    const scan = await timed(async () => {
      for (;;) {
        const { data } = await users.getUserList({ limit: 500, offset: read })
        found.push(...data.filter(({ unsafeMetadata }) => unsafeMetadata.country === 'DE').map(({ id }) => id))
        read += data.length
        if (data.length < 500) break
      }
    })
    const ours = median(await Promise.all([1, 2, 3].map(async () => (await page(server, 'country=DE')).ms)))
    return [
      `Users in Germany: ${round(scan / 1_000)} s to read ${read} users of Local Clerk by @clerk/backend, 500 a page `
      + `(${found.length} found); ${round(ours)} ms here, of ${profiles}.`,
    ]
  }
  finally {
    await clerk.stop()
    await rm(dataDir, { recursive: true })
  }
}

/** The admin search over a million profiles, beside other ways, and its later pages. */
export async function benchAdmin(): Promise<void> {
  const set = await startReplicaSet(1)
  const uri = set.uriOf('addendum')
  const client = await mongoose.mongo.MongoClient.connect(set.uri)
  try {
    const stored = client.db('addendum').collection('profiles')
    const naive = client.db('naive').collection('profiles')
    await insertProfiles(stored)
    await insertProfiles(naive)
    await naive.createIndex({ clerk_id: 1 }, { unique: true })
    consola.start('Start, and build the indexes')
    const server = await startServer({ uri, env: admin.env })
    await waitForIndexes(stored)
    // Warms the caches, as after the first hour of a day.
    for (const sort of sorts)
      for (const { query } of common) await page(server, `${query.replace(/sort=.*/, '')}sort=${sort}`)
    const parts = [
      ...await benchCombinations(server),
      ...await explainAll(server, client.db('addendum')),
      ...await benchDepth(server),
      ...await benchNaive(server, naive),
      ...await benchClerk(server),
    ]
    await server.stop()
    await writeSection('admin', parts)
  }
  finally {
    await client.close()
    await set.stop()
  }
}
