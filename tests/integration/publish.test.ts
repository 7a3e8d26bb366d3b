import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { editProfile } from '../../server/profiles/profile.ts'
import { publish, publishDue } from '../../server/profiles/publish.ts'
import { applyAll } from '../../server/database/sync-store.ts'
import { reconcile } from '../../server/sync/reconcile.ts'
import { fieldMeta, metaOf, profileFields } from '../../shared/profile.ts'
import { status, useClerk } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
const id = 'user_00000'
const ofClerk = (clerk_id = id) => clerk.local.users.get(clerk_id).public_metadata
const row = (clerk_id = id) => database.stored.profiles.findOne({ clerk_id })
const never = new AbortController().signal
const send = () => publishDue({ clerk: clerk.api, signal: never })
const repairAll = () => reconcile({ clerk: clerk.api, deleteMode: 'erase', repair: true, deleteLimit: 100 })

beforeAll(() => {
  fieldMeta.add(profileFields.shape.country, { ...metaOf('country'), inToken: true })
})
beforeEach(async () => {
  await clearAll(database)
  createUsers(clerk, 3)
})

describe('a field with inToken', () => {
  it('reaches Clerk\'s public metadata beside the role, and leaves it when it is cleared', async () => {
    clerk.local.users.update(id, { public_metadata: { role: 'admin' } })
    await editProfile(id, { country: 'CA', bio: 'Not for the token' })
    expect(await row()).toMatchObject({ token_due: expect.any(Date) })
    await publish(clerk.api, id)
    expect(ofClerk()).toEqual({ role: 'admin', profile: { country: 'CA' } })
    expect(await row()).not.toHaveProperty('token_due')
    await editProfile(id, { country: null })
    await publish(clerk.api, id)
    expect(ofClerk()).toEqual({ role: 'admin', profile: {} })
  })

  it('costs no request while only other fields change', async () => {
    await editProfile(id, { bio: 'Only here' })
    expect(await row()).not.toHaveProperty('token_due')
    await send()
    await publish(clerk.api, id)
    expect(clerk.asked).toEqual([])
  })

  it('stays due while Clerk does not take it, and is sent later', async () => {
    await editProfile(id, { country: 'CA' })
    clerk.spoil = () => status(500)
    await expect(send()).rejects.toThrow(/Clerk did not answer/)
    expect(await row()).toHaveProperty('token_due')
    clerk.spoil = () => undefined
    await send()
    expect(ofClerk()).toEqual({ profile: { country: 'CA' } })
    expect(await row()).not.toHaveProperty('token_due')
  })

  it('is sent although Clerk refuses another user', async () => {
    for (const each of [id, 'user_00001']) await editProfile(each, { country: 'CA' })
    clerk.spoil = path => path.includes(id) ? status(422) : undefined
    await send()
    expect(ofClerk('user_00001')).toEqual({ profile: { country: 'CA' } })
    expect(await row()).toHaveProperty('token_due')
  })

  it('stays due when it changes while it is sent', async () => {
    await editProfile(id, { country: 'CA' })
    clerk.spoil = () => async (_request, response, answer) => {
      clerk.spoil = () => undefined
      const { status: code, headers, text } = await answer()
      await editProfile(id, { country: 'FR' })
      response.writeHead(code, headers).end(text)
    }
    await publish(clerk.api, id)
    expect(ofClerk()).toEqual({ profile: { country: 'CA' } })
    await send()
    expect(ofClerk()).toEqual({ profile: { country: 'FR' } })
    expect(await row()).not.toHaveProperty('token_due')
  })

  it('is no longer due when Clerk has no such user', async () => {
    await editProfile(id, { country: 'CA' })
    clerk.local.users.remove(id)
    await send()
    expect(await row()).not.toHaveProperty('token_due')
    await applyAll([{ kind: 'deletion', clerk_id: id }], { deleteMode: 'erase', timeoutMS: 5_000 })
    await send()
    expect(clerk.asked).toHaveLength(1)
  })

  it('comes from a seed, once, however often the event arrives', async () => {
    const seeded = { kind: 'change' as const, clerk_id: id, version: 5, seeds: { country: 'IS' } }
    const apply = () => applyAll([seeded], { deleteMode: 'erase', timeoutMS: 5_000 })
    await apply()
    await send()
    expect(ofClerk()).toEqual({ profile: { country: 'IS' } })
    await apply()
    await applyAll([{ ...seeded, version: 9 }], { deleteMode: 'erase', timeoutMS: 5_000 })
    await send()
    expect(clerk.asked).toHaveLength(1)
  })

  it('is sent by one process at a time', async () => {
    for (const each of [id, 'user_00001', 'user_00002']) await editProfile(each, { country: 'CA' })
    await Promise.all([send(), send(), send()])
    await send()
    expect(clerk.asked).toHaveLength(3)
  })
})

describe('a reconcile', () => {
  it('sends the fields of profiles that are older than the flag, and what was changed in Clerk by hand', async () => {
    await repairAll()
    await database.stored.profiles.updateMany({}, { $set: { country: 'CA' } })
    expect(await repairAll()).toMatchObject({ state: 'done' })
    const all = ['user_00000', 'user_00001', 'user_00002'].map(ofClerk)
    expect(all).toEqual(all.map(() => ({ profile: { country: 'CA' } })))
    clerk.local.users.update(id, { public_metadata: { role: 'admin', profile: { country: 'XX' } } })
    clerk.asked = []
    await repairAll()
    expect(ofClerk()).toEqual({ role: 'admin', profile: { country: 'CA' } })
    expect(clerk.asked.filter(path => path.endsWith('/metadata'))).toEqual([`/v1/users/${id}/metadata`])
  })

  it('changes nothing in Clerk when it only reports', async () => {
    await repairAll()
    await database.stored.profiles.updateMany({}, { $set: { country: 'CA' } })
    await reconcile({ clerk: clerk.api, deleteMode: 'erase', repair: false, deleteLimit: 100 })
    expect(ofClerk()).toEqual({})
  })
})
