import { beforeEach, describe, expect, it } from 'vitest'
import { listViews, saveView } from '../../server/admin/saved-views.ts'
import { applyAll } from '../../server/database/sync-store.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const emails: Record<string, string> = {
  user_ada: 'ada@example.com',
  user_adam: 'adam@example.com',
  user_mia: 'mia@example.com',
}
/** Clerk, which finds users by any part of an email address. */
const clerk = {
  find: async (ids: string[]) =>
    new Map(ids.map(id => [id, { clerk_id: id, name: null, email: emails[id]!, picture: null, banned: false }])),
  search: async (text: string) => ({ ids: Object.keys(emails).filter(id => emails[id]!.includes(text)), more: false }),
}
const save = (name: string, query: string, admin = 'user_boss') => saveView(admin, { name, query }, clerk as never)
const remove = (clerk_id: string) =>
  applyAll([{ kind: 'deletion', clerk_id }], { deleteMode: 'erase', timeoutMS: 5_000 }).then(({ outcomes }) => outcomes)
const names = async (admin = 'user_boss') => (await listViews(admin)).map(({ name }) => name)

beforeEach(async () => {
  await mongo.stored.client.db('addendum').collection('saved_views').deleteMany({})
  await save('by id', 'clerk_id=user_mia,user_ada')
  await save('by email', 'q=ada%40example.com&sort=birthday')
  await save('by the whole of another', 'q=mia')
  await save('by domain', 'q=example.com')
  await save('by country', 'country=CA')
  await save('of another admin', 'country=CA', 'user_other')
})

describe('saved views', () => {
  it('are deleted with the user that they name by id or email address, and others stay', async () => {
    expect(await remove('user_ada')).toEqual(['applied'])
    expect(await names()).toEqual(['by country', 'by domain', 'by the whole of another'])
    await remove('user_mia')
    expect(await names()).toEqual(['by country', 'by domain'])
  })

  it('are deleted with the admin who saved them', async () => {
    await remove('user_boss')
    expect([await names(), await names('user_other')]).toEqual([[], ['of another admin']])
  })

  it('leave no email address of a deleted user in the database', async () => {
    await remove('user_ada')
    for (const collection of await mongo.stored.client.db('addendum').collections()) {
      expect(JSON.stringify(await collection.find({ clerk_id: { $ne: 'user_ada' } }).toArray())).not.toMatch(
        /ada%40|ada@/,
      )
    }
  })

  it('are deleted by every delivery of the deletion', async () => {
    await remove('user_ada')
    await save('again', 'clerk_id=user_ada')
    await remove('user_ada')
    expect(await names()).not.toContain('again')
  })
})
