import { afterAll, beforeAll } from 'vitest'
import { closeDatabase, database } from '../../server/database/connection.ts'
import { openDatabase, startMongod, startReplicaSet } from '../../fixtures/mongodb.ts'

interface Database { stored: Awaited<ReturnType<typeof openDatabase>> }

/** A mongod to which the server's code in this process is connected, for all tests of a file. */
export function useDatabase() {
  const db = {} as Database & { mongod: Awaited<ReturnType<typeof startMongod>> }
  beforeAll(async () => {
    db.mongod = await startMongod()
    process.env.MONGODB_URI = db.mongod.uri
    await database()
    db.stored = await openDatabase(db.mongod.uri)
  })
  afterAll(async () => {
    await db.stored.close()
    await closeDatabase()
    await db.mongod.stop()
  })
  return db
}

/** What MongoDB's profiler records of the profiles while some work is done. */
export async function profiled({ stored }: Database, work: () => Promise<unknown>) {
  const db = stored.client.db('addendum')
  await db.command({ profile: 2 })
  await work()
  await db.command({ profile: 0 })
  const records = await db.collection('system.profile').find({ ns: 'addendum.profiles' }).toArray()
  await db.collection('system.profile').drop()
  return records
}

/** Like useDatabase, with a replica set. */
export function useReplicaSet(count: number) {
  const db = {} as Database & { replicas: Awaited<ReturnType<typeof startReplicaSet>> }
  beforeAll(async () => {
    db.replicas = await startReplicaSet(count)
    process.env.MONGODB_URI = db.replicas.uri
    await database()
    db.stored = await openDatabase(db.replicas.uri)
  })
  afterAll(async () => {
    await db.stored.close()
    await closeDatabase()
    await db.replicas.stop()
  })
  return db
}
