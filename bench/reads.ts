import { consola } from 'consola'
import { mongo } from 'mongoose'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import { createAdmin } from './admin-session.ts'
import { prepareContestants, startNuxtContestant } from './contestants.ts'
import type { LoadResult } from './load.ts'
import { writeSection } from './report.ts'
import { runLoad } from './run-load.ts'
import { median, startServer } from './server.ts'

const rounds = 5
const connections = 64

/** Reads by a signed-in user, beside Clerk's middleware as it comes with one query by Mongoose. */
export async function benchReads(): Promise<void> {
  await prepareContestants()
  const set = await startReplicaSet(1)
  const client = await mongo.MongoClient.connect(set.uri)
  const uri = set.uriOf('addendum')
  const user = createAdmin()
  const env = user.env
  const [own, other] = await Promise.all([startServer({ uri, env }), startNuxtContestant(uri, env)])
  try {
    await client.db('addendum').collection('profiles').updateOne(
      { clerk_id: user.id },
      { $set: { country: 'CA', bio: 'Hi', visibility: 'private', created_at: new Date(), updated_at: new Date() } },
      { upsert: true },
    )
    const runs = [
      { name: '`GET /api/me`', url: `${own.url}/api/me`, requests: 4_000 },
      { name: '`GET /api/me`, Clerk\'s middleware and Mongoose', url: `${other.url}/api/me`, requests: 4_000 },
      { name: '`GET /profile`, rendered on the server', url: `${own.url}/profile`, requests: 600 },
    ].map(run => ({ ...run, headers: user.headers(new URL(run.url).origin), results: [] as LoadResult[] }))
    for (let round = 0; round <= rounds; round++) {
      consola.start(round === 0 ? 'Warming up' : `Round ${round} of ${rounds}`)
      for (const { url, requests, headers, results } of runs) {
        const result = await runLoad({ url, connections, requests, expected: 200, send: { headers } })
        if (round > 0) results.push(result)
      }
    }
    const rate = (index: number) => median(runs[index]!.results.map(({ perSecond }) => perSecond))
    const ratio = median(runs[0]!.results.map((each, round) => each.perSecond / runs[1]!.results[round]!.perSecond))
    await writeSection('reads', [
      `${connections} connections of one signed-in user, ${rounds} rounds that alternate; medians. \`GET /api/me\` is `
      + `${ratio.toFixed(2)} times as fast as the same route with Clerk's middleware as it comes and one query by `
      + 'Mongoose: a session token is verified once, and the runtime config is read once.',
      { head: ['', 'requests per second'], rows: runs.map(({ name }, index) => [name, Math.round(rate(index))]) },
    ])
  }
  finally {
    await Promise.all([own.stop(), other.stop()])
    await client.close()
    await set.stop()
  }
}
