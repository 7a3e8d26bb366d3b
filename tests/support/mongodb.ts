import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoMemoryReplSet, MongoMemoryServer } from 'mongodb-memory-server'
import mongoose from 'mongoose'
import type { DeliveryDocument } from '../../server/database/deliveries.ts'
import type { ProfileDocument } from '../../server/database/profiles.ts'

const { MongoClient } = mongoose.mongo

/** A mongod that can be killed, frozen and started again on its data and port. */
export async function startMongod() {
  const dbPath = await mkdtemp(join(tmpdir(), 'addendum-mongod-'))
  const instance = {
    dbPath,
    storageEngine: 'wiredTiger' as const,
    port: undefined as number | undefined,
    // Expired documents go within a second: what must stay is seen to stay. Commands fail where a test asks for it.
    args: ['--setParameter', 'ttlMonitorSleepSecs=1', '--setParameter', 'enableTestCommands=1'],
  }
  let server = await MongoMemoryServer.create({ instance })
  instance.port = server.instanceInfo!.port
  const child = () => server.instanceInfo!.instance.mongodProcess!
  return {
    uri: server.getUri(),
    async kill() {
      const dead = once(child(), 'close')
      child().kill('SIGKILL')
      await dead
    },
    async restart() {
      server = await MongoMemoryServer.create({ instance })
    },
    freeze: () => child().kill('SIGSTOP'),
    thaw: () => child().kill('SIGCONT'),
    async stop() {
      await server.stop({ doCleanup: false })
      await rm(dbPath, { recursive: true, force: true })
    },
  }
}

export async function startReplicaSet(count: number) {
  const set = await MongoMemoryReplSet.create({ replSet: { count, storageEngine: 'wiredTiger' } })
  return { uri: set.getUri(), stop: () => set.stop() }
}

/** What the app stored, read past the app. */
export async function openDatabase(uri: string, name = 'addendum') {
  const client = await MongoClient.connect(uri)
  const db = client.db(name)
  return {
    client,
    profiles: db.collection<ProfileDocument>('profiles'),
    deliveries: db.collection<DeliveryDocument>('deliveries'),
    close: () => client.close(),
  }
}
