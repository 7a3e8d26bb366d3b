import type { User } from '@clerk/backend'
import { beforeEach, describe, expect, it } from 'vitest'
import { findPerson, listPeople } from '../../server/profiles/directory.ts'
import { createIdentities } from '../../server/clerk/identities.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const ids = ['user_1', 'user_2', 'user_3']
const clock = { time: 1, now: () => clock.time }
/** Clerk, as its Backend API answers. */
const banned = new Set<string>()
const locked = new Set<string>()
const user = (id: string) =>
  ({
    id,
    firstName: id,
    lastName: null,
    username: null,
    imageUrl: '',
    banned: banned.has(id),
    locked: locked.has(id),
  }) as User
const identities = createIdentities({
  fetchUsers: async asked => asked.map(user),
  searchUsers: async () => ({ data: [], totalCount: 0 }),
  onError: () => {},
  clock,
})
const shown = async () => (await listPeople({ limit: 50 }, identities)).people.map(({ clerk_id }) => clerk_id)

beforeEach(async () => {
  await mongo.stored.profiles.deleteMany({})
  await mongo.stored.profiles.insertMany(ids.map(clerk_id => ({ clerk_id, visibility: 'public' as const })))
  banned.clear()
  locked.clear()
  for (const id of ids) identities.forget(id)
})

describe('a user who is banned in Clerk', () => {
  it('disappears from the directory when the webhook arrives', async () => {
    expect(await shown()).toHaveLength(3)
    banned.add('user_2')
    identities.forget('user_2')
    expect(await shown()).toEqual(['user_3', 'user_1'])
    expect(await findPerson('user_2', identities)).toBeNull()
  })

  it('disappears after five minutes without a webhook', async () => {
    expect(await shown()).toHaveLength(3)
    banned.add('user_2')
    clock.time += 4 * 60_000
    await shown()
    clock.time += 60_001
    expect(await shown()).toEqual(['user_3', 'user_1'])
  })

  it('reappears when the ban is lifted, and a locked user never disappears', async () => {
    banned.add('user_1')
    locked.add('user_3')
    expect(await shown()).toEqual(['user_3', 'user_2'])
    banned.clear()
    identities.forget('user_1')
    expect(await shown()).toEqual(['user_3', 'user_2', 'user_1'])
  })

  it('is marked for admins', async () => {
    banned.add('user_2')
    expect((await identities.find(ids)).get('user_2')).toMatchObject({ banned: true })
    expect((await identities.find(ids)).get('user_1')).toMatchObject({ banned: false })
  })
})
