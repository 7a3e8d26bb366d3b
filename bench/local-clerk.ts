import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consola } from 'consola'
import { openDatabase, startReplicaSet } from '../fixtures/mongodb.ts'
import { startLocalClerk } from '../local-clerk/index.ts'

/** Clerk's limit in production: 1,000 requests in 10 seconds. */
export const perSecond = 100

export interface World {
  clerk: Awaited<ReturnType<typeof startLocalClerk>>
  stored: Awaited<ReturnType<typeof openDatabase>>
  /** The users in Clerk. */
  ids: string[]
  /** The environment of the commands. */
  env: Record<string, string>
}

/** Starts Local Clerk with users and Clerk's production limit, and a replica set of one, and measures with them. */
export async function withLocalClerk(count: number, measure: (world: World) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'addendum-bench-'))
  const [clerk, mongod] = await Promise.all([startLocalClerk({ dataDir }), startReplicaSet(1)])
  const stored = await openDatabase(mongod.uri)
  try {
    consola.start(`Creating ${count} users in Local Clerk`)
    clerk.store.reset()
    const ids = clerk.store.transaction(() => Array.from({ length: count }, (_, index) => {
      return clerk.users.create({ id: `user_bench${index}`, created_at: 1_700_000_000_000 + index }).id
    }))
    const control = `${clerk.url}/__clerk/control/rate-limit`
    await fetch(control, { method: 'POST', body: JSON.stringify({ per_second: perSecond }) })
    const env = { ...clerk.env, PATH: process.env.PATH!, MONGODB_URI: mongod.uri }
    await measure({ clerk, stored, ids, env })
  }
  finally {
    await stored.close()
    await Promise.all([clerk.stop(), mongod.stop()])
    await rm(dataDir, { recursive: true })
  }
}
