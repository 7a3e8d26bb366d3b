import { expect, it } from 'vitest'
import { collection } from '../../server/database/connection.ts'
import { declaredIndexes } from '../../server/database/indexes.ts'
import { useDatabase } from '../support/database.ts'
import { shardKeys, takeFaults } from '../support/sharded-writes.ts'

// Every other integration test fails too if the server's code writes without the shard key.
useDatabase()

it.each([
  ['an update by another field', 'profiles', [
    { updateOne: { filter: { country: 'CA' }, update: { $set: { bio: '' } } } },
  ]],
  ['an update of several users', 'profiles', [
    { updateMany: { filter: { clerk_id: { $in: ['user_1'] } }, update: { $set: { bio: '' } } } },
  ]],
  ['a deletion of all', 'profiles', [{ deleteMany: { filter: {} } }]],
  ['a deletion by user', 'deliveries', [{ deleteMany: { filter: { clerk_id: 'user_1' } } }]],
])('%s is noticed', async (_, name, operations) => {
  await (await collection(name)).bulkWrite(operations as never)
  expect(takeFaults()).toEqual([expect.stringContaining(`on ${name} without ${shardKeys[name]}`)])
})

it('a findAndModify, an aggregation that writes, and a transaction are noticed', async () => {
  const profiles = await collection('profiles')
  await profiles.findOneAndDelete({ clerk_id: { $gt: '' } })
  await profiles.aggregate([{ $match: { clerk_id: 'user_1' } }, { $merge: { into: 'deliveries' } }]).toArray()
  expect(takeFaults()).toEqual([
    expect.stringContaining('findAndModify on profiles without clerk_id'),
    expect.stringContaining('aggregate writes'),
  ])
})

it('a write with the shard key is fine', async () => {
  const profiles = await collection('profiles')
  await profiles.updateOne({ clerk_id: 'user_1', country: 'CA' }, { $set: { bio: '' } }, { upsert: false })
  await profiles.deleteMany({ clerk_id: { $eq: 'user_1' } })
  expect(takeFaults()).toEqual([])
})

it('every unique index of a sharded collection begins with its shard key', () => {
  const unique = [...declaredIndexes()]
    .filter(([name]) => name in shardKeys)
    .flatMap(([name, indexes]) => [...indexes.values()].map(({ unique, key }) => ({ name, unique, key })))
    .filter(index => index.unique)
    .map(({ name, key }) => [name, Object.keys(key)[0]])
  expect(unique).toEqual([['profiles', 'clerk_id']])
})
