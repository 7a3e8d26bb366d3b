import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DifferenceKind } from '../../shared/sync.ts'
import { readReport } from '../../server/database/reports.ts'
import { catchUp } from '../../server/sync/catch-up.ts'
import { reconcile } from '../../server/sync/reconcile.ts'
import type { ReconcileOptions } from '../../server/sync/reconcile.ts'
import { altered, status, useClerk } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers, expectInSync, killAt, profilesOf, usersOf } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
beforeEach(() => clearAll(database))

const clerkOptions = () => ({ clerk: clerk.api, deleteMode: 'erase' as const })
const compareAll = (options: Partial<ReconcileOptions> = {}) =>
  reconcile({ ...clerkOptions(), repair: false, deleteLimit: 1, ...options })
const repairAll = (options: Partial<ReconcileOptions> = {}) =>
  compareAll({ repair: true, deleteLimit: 100, ...options })
const follow = () => catchUp(clerkOptions())
const profiles = () => database.stored.profiles
const audit = () => database.stored.client.db('addendum').collection('audit_log').find().sort({ clerk_id: 1 }).toArray()

/** Plants differences of each kind in profiles that are in sync. */
async function plant(ids: string[], counts: Record<DifferenceKind, number>): Promise<void> {
  const rest = ids.values()
  const next = (count: number) => Array.from({ length: count }, () => rest.next().value!)
  await profiles().deleteMany({ clerk_id: { $in: next(counts.missing) } })
  await profiles().updateMany({ clerk_id: { $in: next(counts.behind) } }, { $set: { clerk_updated_at: new Date(5) } })
  for (const id of next(counts.gone)) clerk.local.users.remove(id)
  await profiles().updateMany(
    { clerk_id: { $in: next(counts.revived) } },
    { $set: { deleted_at: new Date(), updated_at: new Date() } },
  )
}

describe('a reconcile', () => {
  it('finds no difference where there is none', async () => {
    createUsers(clerk, 1_200)
    await follow()
    expect(await compareAll()).toMatchObject({ name: 'reconcile', state: 'done', changed: 0, error: null })
    expect(await readReport()).toMatchObject({
      users: 1_200,
      profiles: 1_200,
      differences: { missing: 0, behind: 0, gone: 0, revived: 0 },
      examples: [],
      repaired: null,
      refused: null,
    })
  })

  it('reports exactly the differences of each kind, and changes nothing', async () => {
    const ids = createUsers(clerk, 1_000)
    await follow()
    const counts = { missing: 30, behind: 120, gone: 7, revived: 3 }
    await plant(ids, counts)
    const before = await profiles().find().sort({ clerk_id: 1 }).toArray()
    await compareAll()
    const report = await readReport()
    expect(report).toMatchObject({ users: 993, profiles: 967, differences: counts })
    expect(report!.examples).toHaveLength(100)
    expect(report!.examples[0]).toEqual({ clerk_id: ids[0], kind: 'missing' })
    expect(await profiles().find().sort({ clerk_id: 1 }).toArray()).toEqual(before)
    expect(await audit()).toEqual([])
  })

  it('repairs them on request, and logs each repair', async () => {
    const ids = createUsers(clerk, 400)
    await follow()
    const counts = { missing: 15, behind: 12, gone: 7, revived: 3 }
    await plant(ids, counts)
    expect(await repairAll()).toMatchObject({ state: 'done', changed: 37, error: null })
    await expectInSync(clerk, database)
    expect(await readReport()).toMatchObject({ differences: counts, repaired: 37 })
    const entries = await audit()
    expect(entries).toHaveLength(37)
    const entry = { actor_id: 'reconcile', clerk_id: ids[0], action: 'profile.repair', fields: ['missing'] }
    expect(entries[0]).toMatchObject(entry)
    await compareAll()
    expect(await readReport()).toMatchObject({ differences: { missing: 0, behind: 0, gone: 0, revived: 0 } })
  })

  it('erases the fields of a user who is gone, and keeps them with DELETE_MODE=flag', async () => {
    for (const deleteMode of ['erase', 'flag'] as const) {
      await clearAll(database)
      clerk.local.store.reset()
      const [id] = createUsers(clerk, 3)
      await follow()
      await profiles().updateOne({ clerk_id: id }, { $set: { bio: 'Hi' } })
      clerk.local.users.remove(id!)
      await repairAll({ deleteMode })
      const row = await profiles().findOne({ clerk_id: id })
      expect(row).toMatchObject({ deleted_at: expect.any(Date) })
      expect(row?.bio).toBe(deleteMode === 'flag' ? 'Hi' : undefined)
    }
  })

  it('deletes nothing when a repair would delete more than the limit, and says so', async () => {
    const ids = createUsers(clerk, 200)
    await follow()
    await plant(ids, { missing: 1, behind: 1, gone: 3, revived: 0 })
    const before = await profilesOf(database)
    const refused = await repairAll({ deleteLimit: 1 })
    expect(refused).toMatchObject({ state: 'done', changed: 0 })
    expect(refused.error).toMatch(/3 of 199 profiles \(1\.5 %\) would be marked as deleted, and the limit is 1 %/)
    expect(await readReport()).toMatchObject({ repaired: 0, refused: refused.error })
    expect(await profilesOf(database)).toEqual(before)
    expect(await repairAll({ deleteLimit: 2 })).toMatchObject({ changed: 5, error: null })
    await expectInSync(clerk, database)
  })

  it('keeps a user that Clerk does not list, but still has', async () => {
    const ids = createUsers(clerk, 30)
    await follow()
    const hidden = ids.slice(4, 6)
    const isShown = ({ id }: { id: string }) => !hidden.includes(id)
    const hide = altered(text => JSON.stringify(JSON.parse(text).filter(isShown)))
    clerk.spoil = path => (path.startsWith('/v1/users?') ? hide : undefined)
    expect(await repairAll()).toMatchObject({ changed: 0 })
    expect(await profilesOf(database)).toHaveLength(30)
  })

  it('changes nothing when Clerk lists fewer users than it counts', async () => {
    createUsers(clerk, 1_000)
    await follow()
    const before = await profilesOf(database)
    const cut = altered(text => JSON.stringify(JSON.parse(text).slice(0, 100)))
    const end = altered(() => '[]')
    let pages = 0
    clerk.spoil = (path) => {
      if (!path.startsWith('/v1/users?')) return undefined
      return pages++ < 2 ? cut : end
    }
    const failed = await repairAll()
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/counts 1000 users and listed/) })
    expect(await profilesOf(database)).toEqual(before)
  })

  it('changes nothing when Clerk fails in the middle, and says why', async () => {
    createUsers(clerk, 1_000)
    await follow()
    const before = await profilesOf(database)
    let pages = 0
    clerk.spoil = path => (path.startsWith('/v1/users?') && pages++ > 0 ? status(500) : undefined)
    expect(await repairAll()).toMatchObject({ state: 'failed', error: expect.stringMatching(/Clerk did not answer/) })
    expect(await profilesOf(database)).toEqual(before)
  })

  it('deletes no user who is not asked for by name: 404 alone proves that Clerk has none', async () => {
    const ids = createUsers(clerk, 5)
    await follow()
    clerk.local.users.remove(ids[0]!)
    clerk.spoil = path => (path === `/v1/users/${ids[0]}` ? status(500) : undefined)
    expect(await repairAll()).toMatchObject({ state: 'failed' })
    expect(await profilesOf(database)).toHaveLength(5)
    clerk.spoil = () => undefined
    expect(await repairAll()).toMatchObject({ state: 'done' })
    await expectInSync(clerk, database)
  })

  it('keeps a tombstone when the deletion of its user arrives meanwhile', async () => {
    const [id] = createUsers(clerk, 3) as [string]
    await follow()
    // Not long ago: the database removes old tombstones.
    const deleted_at = new Date(Date.now() - 60_000)
    await profiles().updateOne({ clerk_id: id }, { $set: { deleted_at, updated_at: deleted_at } })
    clerk.spoil = (path) => {
      if (path !== `/v1/users/${id}`) return undefined
      return async (_request, response, answer) => {
        const { status, headers, text } = await answer()
        clerk.local.users.remove(id)
        // The webhook.
        await profiles().updateOne({ clerk_id: id }, { $set: { updated_at: new Date() } })
        response.writeHead(status, headers).end(text)
      }
    }
    await repairAll()
    expect(await profiles().findOne({ clerk_id: id })).toMatchObject({ deleted_at })
    await expectInSync(clerk, database)
  })

  it('ignores rows whose clerk_id is no text', async () => {
    createUsers(clerk, 3)
    await follow()
    await profiles().insertOne({ clerk_id: 5 as never }, { bypassDocumentValidation: true })
    await repairAll()
    expect(await profiles().findOne({ clerk_id: 5 as never })).not.toHaveProperty('deleted_at')
  })

  it('refuses a database of another Clerk instance, before it reads a user', async () => {
    createUsers(clerk, 3)
    await follow()
    await database.stored.client.db('addendum').collection('clerk_instance')
      .updateOne({}, { $set: { instance_id: 'ins_production' } })
    clerk.asked = []
    await expect(repairAll()).rejects.toThrow(/ins_production.*ins_local/)
    expect(clerk.asked.filter(path => path.startsWith('/v1/users'))).toEqual([])
  })

  it('repairs everything wherever it is killed', { tags: ['slow'] }, async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.nat(25), { maxLength: 4 }),
      fc.record({ missing: fc.nat(120), behind: fc.nat(120), gone: fc.nat(20), revived: fc.nat(20) }),
      async (kills, counts) => {
        await clearAll(database)
        clerk.local.store.reset()
        const ids = createUsers(clerk, 600)
        await follow()
        await plant(ids, counts)
        for (const kill of [...kills, Infinity]) {
          await repairAll({ signal: killAt(clerk, kill) }).catch((error: Error) => {
            if (error.message !== 'killed') throw error
          })
        }
        await expectInSync(clerk, database)
        // A repair that was killed may be logged again by the next run.
        const logged = new Set((await audit()).map(({ clerk_id }) => clerk_id))
        expect(logged.size).toBe(Object.values(counts).reduce((sum, count) => sum + count))
      },
    ), { numRuns: 8 })
  })
})

describe('an hour without webhooks', { tags: ['slow'] }, () => {
  it('leaves profiles equal to Clerk\'s users after a catch-up and the reconcile that it asks for', async () => {
    const history = fc.array(fc.record({
      kind: fc.constantFrom('create', 'change', 'delete'),
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    }), { minLength: 400, maxLength: 400 })
    await fc.assert(fc.asyncProperty(history, async (events) => {
      await clearAll(database)
      clerk.local.store.reset()
      let ids = createUsers(clerk, 300)
      await follow()
      let count = 0
      for (const { kind, at } of events) {
        const id = ids[Math.floor(at * ids.length)]
        if (kind === 'create' || !id) ids.push(clerk.local.users.create({ id: `user_new${count++}` }).id)
        else if (kind === 'change') clerk.local.users.update(id, { unsafe_metadata: { country: 'CA' } })
        else {
          clerk.local.users.remove(id)
          ids = ids.filter(each => each !== id)
        }
      }
      await follow()
      await repairAll()
      await expectInSync(clerk, database)
      expect(await profiles().countDocuments({ country: 'CA' })).toBe(
        usersOf(clerk).filter(({ id }) => clerk.local.users.get(id).unsafe_metadata.country === 'CA').length,
      )
    }), { numRuns: 5 })
  })
})
