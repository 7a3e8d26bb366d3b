import { beforeEach, describe, expect, it } from 'vitest'
import { listAudit, recordAudit } from '../../server/database/audit.ts'
import type { AuditEntry } from '../../server/database/audit.ts'
import { editAsAdmin, readAsAdmin } from '../../server/admin/user.ts'
import { exportProfile } from '../../server/profiles/own-data.ts'
import { readProfile, versionOf } from '../../server/profiles/profile.ts'
import type { ProfileEdit } from '../../shared/profile.ts'
import { useDatabase } from '../support/database.ts'
import { UserUnknown, ProfileGone, ProfileChanged, ClerkUnavailable } from '../../server/errors.ts'

const mongo = useDatabase()

beforeEach(async () => {
  await Promise.all([mongo.stored.profiles.deleteMany({}), audit().deleteMany({})])
  await mongo.stored.profiles.insertOne({ clerk_id: 'user_1', country: 'US', bio: 'Hi', visibility: 'private' })
})

const audit = () => mongo.stored.client.db('addendum').collection<AuditEntry>('audit_log')
const row = (clerk_id = 'user_1') => mongo.stored.profiles.findOne({ clerk_id })
const identity = (clerk_id: string, name: string) => ({ clerk_id, name, email: null, picture: '', banned: false })
/** A Clerk with two users; `silent` below stands for one that is not responding. */
const clerk = {
  find: async (ids: string[]) =>
    new Map(
      ids.map(id => [id, id === 'user_admin' ? identity(id, 'Alex') : id === 'user_new' ? identity(id, 'Nils') : null]),
    ),
}
const silent = { find: async () => new Map() }
const edit = (
  change: ProfileEdit,
  {
    clerk_id = 'user_1',
    versions,
    identities = clerk,
  }: { clerk_id?: string, versions?: string[], identities?: typeof clerk } = {},
) => editAsAdmin({ actor_id: 'user_admin', clerk_id, edit: change, versions }, identities)

/** Runs a function while a collection refuses documents that do not match a validator. */
async function whileRefusing(collection: string, validator: object, run: () => Promise<void>) {
  const db = mongo.stored.client.db('addendum')
  await db.command({ collMod: collection, validator })
  await run().finally(() => db.command({ collMod: collection, validator: {} }))
}

describe('an edit by an admin', () => {
  it('logs the actor, the user, the time and the names of the fields, but no values', async () => {
    const before = Date.now()
    expect(await edit({ country: 'CA', bio: 'A secret', birthday: null })).toMatchObject({
      country: 'CA',
      bio: 'A secret',
    })
    const entries = await audit().find().toArray()
    expect(entries).toEqual([
      {
        _id: expect.anything(),
        at: expect.any(Date),
        actor_id: 'user_admin',
        clerk_id: 'user_1',
        action: 'profile.edit',
        fields: ['country', 'bio', 'birthday'],
      },
    ])
    expect(entries[0]!.at.getTime()).toBeGreaterThanOrEqual(before)
    expect(await row()).toMatchObject({ country: 'CA', bio: 'A secret' })
  })

  it('changes nothing if the audit entry cannot be written', async () => {
    await whileRefusing('audit_log', { actor_id: 'nobody' }, async () => {
      await expect(edit({ country: 'CA' })).rejects.toThrow('validation')
    })
    expect(await row()).toMatchObject({ country: 'US' })
  })

  it('removes its audit entry when it is refused for another version or a deleted user', async () => {
    await expect(edit({ country: 'CA' }, { versions: ['older'] })).rejects.toThrow(ProfileChanged)
    await mongo.stored.profiles.updateOne({ clerk_id: 'user_1' }, { $set: { deleted_at: new Date() } })
    await expect(edit({ country: 'CA' })).rejects.toThrow(ProfileGone)
    await expect(edit({ country: 'CA' }, { versions: ['older'] })).rejects.toThrow(ProfileGone)
    expect(await audit().countDocuments()).toBe(0)
  })

  it('removes only its own audit entry', async () => {
    await edit({ country: 'CA' })
    await expect(edit({ country: 'DE' }, { versions: ['older'] })).rejects.toThrow(ProfileChanged)
    expect(await audit().countDocuments()).toBe(1)
  })

  it('keeps its audit entry after any other error, because the edit may have been applied', async () => {
    await whileRefusing('profiles', { country: { $ne: 'CA' } }, async () => {
      await expect(edit({ country: 'CA' })).rejects.toThrow('validation')
    })
    expect(await audit().find().toArray()).toMatchObject([{ fields: ['country'] }])
    expect(await row()).toMatchObject({ country: 'US' })
  })

  it('applies and logs only one of two concurrent edits of the same version', async () => {
    for (let round = 0; round < 10; round++) {
      await audit().deleteMany({})
      const versions = [versionOf('user_1', await readProfile('user_1'))]
      const results = await Promise.allSettled([
        edit({ bio: `One ${round}` }, { versions }),
        edit({ bio: `Two ${round}` }, { versions }),
      ])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await audit().countDocuments()).toBe(1)
    }
  })

  it('creates a row only for a user that exists in Clerk', async () => {
    await edit({ country: 'NO' }, { clerk_id: 'user_new' })
    expect(await row('user_new')).toMatchObject({ country: 'NO', visibility: 'private', clerk_updated_at: new Date(0) })
    await audit().deleteMany({})
    await expect(edit({ country: 'NO' }, { clerk_id: 'user_ghost' })).rejects.toThrow(UserUnknown)
    await expect(edit({ country: 'NO' }, { clerk_id: 'user_ghost', identities: silent })).rejects.toThrow(
      ClerkUnavailable,
    )
    expect(await row('user_ghost')).toBeNull()
    expect(await audit().countDocuments()).toBe(0)
  })

  it('does not need Clerk if there is a row', async () => {
    expect(await edit({ country: 'CA' }, { identities: silent })).toMatchObject({ country: 'CA' })
  })
})

describe('reading a user as an admin', () => {
  it('returns the newest 20 deliveries and edits, with the name of the admin if Clerk knows it', async () => {
    // Not long ago: the database removes old ones.
    const start = Date.now() - 60_000
    await audit().insertMany(
      Array.from({ length: 25 }, (_, index) => ({
        at: new Date(start + index),
        actor_id: index === 24 ? 'user_admin' : 'user_gone',
        clerk_id: 'user_1',
        action: 'profile.edit',
        fields: [`field${index}`],
      })),
    )
    await recordAudit([{ actor_id: 'user_admin', clerk_id: 'user_2', action: 'profile.import', fields: ['bio'] }])
    await mongo.stored.deliveries.insertMany(
      Array.from({ length: 25 }, (_, index) => ({
        _id: `msg_${index}`,
        clerk_id: index < 24 ? 'user_1' : 'user_2',
        last_received_at: new Date(start + index),
      })),
    )
    const { audit: entries, deliveries, ...rest } = await readAsAdmin('user_1', clerk)
    expect(entries).toHaveLength(20)
    expect(entries[0]).toMatchObject({ actor_id: 'user_admin', actor_name: 'Alex', fields: ['field24'] })
    expect(entries[1]).toMatchObject({ actor_id: 'user_gone', actor_name: null, fields: ['field23'] })
    expect(deliveries.map(({ _id }) => _id)).toEqual(Array.from({ length: 20 }, (_, index) => `msg_${23 - index}`))
    expect(rest).toMatchObject({
      identity: null,
      identity_known: true,
      state: 'stored',
      profile: { country: 'US' },
      deleted_at: null,
    })
  })

  it('distinguishes deleted users, users without a row and users unknown to Clerk', async () => {
    // The fields stay, as with DELETE_MODE=flag.
    const deleted_at = new Date()
    await mongo.stored.profiles.updateOne({ clerk_id: 'user_1' }, { $set: { deleted_at } })
    expect(await readAsAdmin('user_1', clerk)).toMatchObject({
      state: 'deleted',
      deleted_at,
      profile: { country: null, bio: null },
    })
    expect(await readAsAdmin('user_new', clerk)).toMatchObject({
      state: 'none',
      identity: { name: 'Nils' },
      identity_known: true,
      created_at: null,
    })
    expect(await readAsAdmin('user_ghost', silent)).toMatchObject({
      state: 'none',
      identity: null,
      identity_known: false,
    })
    await expect(readAsAdmin('user_ghost', clerk)).rejects.toThrow(UserUnknown)
  })
})

describe('the audit log', () => {
  it('is part of a user\'s data export, without the admin', async () => {
    await edit({ country: 'CA' })
    expect((await exportProfile('user_1')).audit).toEqual([
      { at: expect.any(Date), clerk_id: 'user_1', action: 'profile.edit', fields: ['country'] },
    ])
  })

  it('lists the newest entries first, and expires them after two years', async () => {
    await recordAudit([{ actor_id: 'user_admin', clerk_id: 'user_1', action: 'profile.import', fields: ['bio'] }])
    await audit().insertOne({
      at: new Date(Date.now() - 60_000),
      actor_id: 'user_admin',
      clerk_id: 'user_1',
      action: 'profile.edit',
      fields: [],
    })
    expect((await listAudit('user_1', 5)).map(({ action }) => action)).toEqual(['profile.import', 'profile.edit'])
    expect((await listAudit('user_1', 1)).map(({ action }) => action)).toEqual(['profile.import'])
    const indexes = await audit().indexes()
    expect(indexes.map(({ key }) => key)).toEqual([{ _id: 1 }, { clerk_id: 1, at: -1 }, { at: 1 }])
    expect(indexes.find(({ name }) => name === 'at_1')?.expireAfterSeconds).toBe(730 * 86_400)
  })
})
