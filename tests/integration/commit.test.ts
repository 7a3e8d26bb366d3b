/** @module-tag slow */
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyAll, recordAll } from '../../server/database/sync-store.ts'
import { createCommit } from '../../server/sync/commit.ts'
import type { Accepted } from '../../server/sync/commit.ts'
import { beforeCommand } from '../support/commands.ts'
import { useDatabase, useReplicaSet } from '../support/database.ts'

let next = 0
/** An event that is a newer version of a user. */
function event(clerk_id: string, seeds = {}): Accepted {
  const received_at = Date.now()
  return {
    attempt: { message_id: `msg_${next++}`, received_at, duration_ms: 0, outcome: 'failed', type: 'user.updated' },
    change: { kind: 'change', clerk_id, version: received_at, seeds },
  }
}

/** The commands that the app sends to MongoDB, and their write concerns. */
const commands: [name: string, w: unknown][] = []
mongoose.connection.on('connected', () => {
  mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    if (['update', 'insert'].includes(commandName)) commands.push([commandName, command.writeConcern?.w])
  })
})
const takeCommands = () => commands.splice(0)

describe('a commit on a replica set', () => {
  const database = useReplicaSet(3)

  beforeAll(async () => {
    const admin = database.stored.client.db('admin')
    const { config } = await admin.command({ replSetGetConfig: 1 })
    config.version++
    config.settings.electionTimeoutMillis = 5_000
    await admin.command({ replSetReconfig: config })
  })
  afterAll(() => {
    for (const member of database.replicas.members().values()) member.thaw()
  })
  const primaryPort = async () => {
    const { me } = await database.stored.client.db('admin').command({ hello: 1 })
    return Number(String(me).split(':')[1])
  }

  /** Makes the other members read the primary's operations, or not. */
  async function replicate(primary: number, isOn: boolean): Promise<void> {
    for (const port of [...database.replicas.members().keys()].filter(each => each !== primary)) {
      await using client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, { directConnection: true })
      const mode = isOn ? 'off' : 'alwaysOn'
      await client.db('admin').command({ configureFailPoint: 'stopReplProducer', mode })
    }
  }

  /** Resolves when the app's client knows another primary. */
  const nextPrimary = (port: number) => new Promise<void>((resolve) => {
    mongoose.connection.getClient().on('topologyDescriptionChanged', ({ newDescription }) => {
      for (const { type, hostAddress } of newDescription.servers.values())
        if (type === 'RSPrimary' && hostAddress.port !== port) resolve()
    })
  })

  it('waits for the nodes once for both collections, as soon as the server has reported its term', async () => {
    const commit = createCommit({ applyAll, recordAll, deleteMode: 'erase' })
    await commit([event('user_1')], 20_000)
    takeCommands()
    const results = await commit([event('user_1'), event('user_2')], 20_000)
    expect(results).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }])
    expect(takeCommands()).toEqual([['update', 1], ['insert', 'majority']])
  })

  it('writes the profile again if another node became primary before the delivery was written', async () => {
    const commit = createCommit({ applyAll, recordAll, deleteMode: 'erase' })
    await commit([event('user_3')], 20_000)
    const port = await primaryPort()
    const first = database.replicas.members().get(port)!
    // The others do not get the write of the profile: the first one is gone before they read it.
    await replicate(port, false)
    beforeCommand('insert', 'deliveries', async () => {
      await first.freeze()
      const elected = nextPrimary(port)
      await replicate(port, true)
      await elected
    })
    const [result] = await commit([event('user_3', { bio: 'Hi' })], 60_000)
    expect(result).toMatchObject({ outcome: 'applied' })
    first.thaw()
    // It gives up what only it had.
    await expect.poll(async () => {
      const { members } = await database.stored.client.db('admin').command({ replSetGetStatus: 1 })
      return members.map(({ stateStr }: { stateStr: string }) => stateStr).toSorted()
    }).toEqual(['PRIMARY', 'SECONDARY', 'SECONDARY'])
    expect(await database.stored.profiles.findOne({ clerk_id: 'user_3' })).toMatchObject({ bio: 'Hi' })
  })
})

describe('a commit on a standalone server, which reports no terms', () => {
  useDatabase()

  it('makes each write durable', async () => {
    const commit = createCommit({ applyAll, recordAll, deleteMode: 'erase' })
    for (let time = 0; time < 2; time++) {
      takeCommands()
      expect(await commit([event('user_1')], 20_000)).toMatchObject([{ outcome: 'applied' }])
      expect(takeCommands()).toEqual([['update', 'majority'], ['insert', 'majority']])
    }
  })
})
