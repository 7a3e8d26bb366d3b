import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  closeDatabase, database, indexDifferences, indexFailures, ping, whyUnchecked,
} from '../../server/database/connection.ts'
import { readAsAdmin } from '../../server/admin/user.ts'
import { findPerson, listPeople } from '../../server/profiles/directory.ts'
import { exportProfile } from '../../server/profiles/own-data.ts'
import { countInsights } from '../../server/admin/insights.ts'
import { editProfile, eraseProfile, readProfile, versionOf } from '../../server/profiles/profile.ts'
import { fillDates } from '../../server/database/profiles.ts'
import { countTotal } from '../../server/admin/search/count-total.ts'
import { countFacets } from '../../server/admin/search/facets.ts'
import { searchProfiles } from '../../server/admin/search/search-profiles.ts'
import { streamProfiles } from '../../server/admin/search/stream-profiles.ts'
import { applyAll } from '../../server/database/sync-store.ts'
import { emptyProfile } from '../../shared/profile.ts'
import { sorts } from '../../shared/search.ts'
import { profiled, useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const nobody = { find: async () => new Map() }

/** Documents that other programs wrote. */
const odd: Record<string, object> = {
  user_date: { birthday: new Date('1990-05-12'), birth_month_day: 512 },
  user_name: { country: 'USA', bio: 5 },
  user_nested: { country: { code: 'CA' }, bio: ['Hi'], birthday: { $date: 1 } },
  user_visible: { visibility: 'friends', birthday_visibility: true },
  user_public: {
    visibility: 'public',
    birthday_visibility: 'public',
    birthday: '12.05.1990',
    birth_month_day: '05-12',
    country: 'Canada',
    bio: {},
  },
  user_times: { created_at: '2026-01-01', updated_at: 5, country: 'CA' },
  user_bare: {},
  user_null: { deleted_at: null, country: 'CA' },
  user_kept: { deleted_at: false, country: 'CA' },
  user_good: { birthday: '1990-05-12', birth_month_day: '05-12', country: 'CA', bio: 'Hi', visibility: 'public' },
}
const ids = Object.keys(odd)

async function restart() {
  await closeDatabase()
  await database()
}

beforeEach(async () => {
  await mongo.stored.profiles.deleteMany({})
  await mongo.stored.profiles.insertMany(ids.map(clerk_id => ({ clerk_id, ...odd[clerk_id] })) as never, {
    bypassDocumentValidation: true,
  })
  await restart()
  await expect
    .poll(() => mongo.stored.profiles.countDocuments({ created_at: { $type: 'date' }, updated_at: { $type: 'date' } }))
    .toBe(ids.length)
})

describe('documents that other programs wrote', () => {
  it('read each invalid value as not set', async () => {
    for (const clerk_id of ids) {
      const expected
        = clerk_id === 'user_good'
          ? { birthday: '1990-05-12', country: 'CA', bio: 'Hi', visibility: 'public' }
          : {
              ...(['user_times', 'user_null', 'user_kept'].includes(clerk_id) && { country: 'CA' }),
              ...(clerk_id === 'user_public' && { visibility: 'public', birthday_visibility: 'public' }),
            }
      expect([clerk_id, await readProfile(clerk_id)]).toEqual([clerk_id, { ...emptyProfile(), ...expected }])
      expect((await readAsAdmin(clerk_id, nobody)).profile).toEqual({ ...emptyProfile(), ...expected })
      expect((await exportProfile(clerk_id)).profile).toMatchObject({ clerk_id })
    }
  })

  it('all appear in the admin list and in the export, in any order', async () => {
    for (const sort of sorts) {
      const { profiles } = await searchProfiles({ filter: {}, sort }, { limit: 50 })
      expect([sort, profiles.map(({ clerk_id }) => clerk_id).toSorted()]).toEqual([sort, ids.toSorted()])
      for (const { created_at } of profiles) expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT/)
    }
    expect(await countTotal({ filter: {} })).toEqual({ count: ids.length, capped: false })
    const exported = await Array.fromAsync(streamProfiles({ filter: {}, sort: 'birthday' }))
    expect(exported.flat()).toHaveLength(ids.length)
  })

  it('count invalid values as missing', async () => {
    const insights = await countInsights()
    expect(insights.total).toBe(ids.length)
    expect(insights.countries).toEqual([
      { country: null, count: 6 },
      { country: 'CA', count: 4 },
    ])
    expect(insights.completeness).toEqual([
      { field: 'birthday', count: 1 },
      { field: 'country', count: 4 },
      { field: 'bio', count: 1 },
    ])
    expect(insights.misfits).toEqual([
      { field: 'birthday', count: 3 },
      { field: 'country', count: 3 },
      { field: 'bio', count: 3 },
      { field: 'visibility', count: 1 },
      { field: 'birthday_visibility', count: 1 },
      { field: 'birth_month_day', count: 1 },
      { field: 'deleted_at', count: 1 },
    ])
    const facets = await countFacets({ filter: {} })
    expect(facets.countries).toEqual(insights.countries)
    expect(facets.months).toEqual([
      { month: 5, count: 2 },
      { month: null, count: 8 },
    ])
  })

  it('show only valid values of public profiles in the directory', async () => {
    const { people } = await listPeople({ limit: 50 }, nobody)
    expect(
      people.map(({ clerk_id, country, bio, birth_month_day }) => ({ clerk_id, country, bio, birth_month_day })),
    ).toEqual([
      { clerk_id: 'user_good', country: 'CA', bio: 'Hi', birth_month_day: null },
      { clerk_id: 'user_public', country: null, bio: null, birth_month_day: null },
    ])
    expect(await findPerson('user_visible', nobody)).toBeNull()
  })

  it('can be edited with their version, and erased', async () => {
    for (const clerk_id of ids) {
      const before = await readProfile(clerk_id)
      expect(await editProfile(clerk_id, { country: 'DE' }, [versionOf(clerk_id, before)])).toEqual({
        ...before,
        country: 'DE',
      })
      await expect(editProfile(clerk_id, { country: 'FR' }, [versionOf(clerk_id, before)])).rejects.toThrow('changed')
      expect(await eraseProfile(clerk_id)).toEqual(emptyProfile())
    }
  })

  it('accept events and deletions like other rows', async () => {
    const options = { deleteMode: 'erase', timeoutMS: 5_000 } as const
    const changes = ids.map(
      clerk_id => ({ kind: 'change', clerk_id, version: Date.now(), seeds: { bio: 'Seed' } }) as const,
    )
    // A row without a Clerk version counts as older than any event.
    expect((await applyAll(changes, options)).outcomes).toEqual(ids.map(() => 'applied'))
    const deletions = ids.map(clerk_id => ({ kind: 'deletion', clerk_id }) as const)
    expect((await applyAll(deletions, options)).outcomes).toEqual(ids.map(() => 'applied'))
    expect(
      await mongo.stored.profiles.countDocuments({ deleted_at: { $type: 'date' }, country: { $exists: false } }),
    ).toBe(ids.length)
  })
})

it('a start reads no profile that has its dates', async () => {
  const finds = (await profiled(mongo, fillDates)).filter(({ op }) => op === 'query')
  expect(finds.map(({ docsExamined }) => docsExamined)).toEqual([0, 0])
})

describe('later writes of other programs', () => {
  const update = (clerk_id: string, set: object) => mongo.stored.profiles.updateOne({ clerk_id }, { $set: set })
  const refused = { code: 121 }

  it('are refused by MongoDB if malformed, except in documents that already are', async () => {
    await restart()
    expect(whyUnchecked()).toBeUndefined()
    const outOfShape = [
      { birthday: new Date(0) },
      { birthday: '1990-02-30' },
      { country: 'USA' },
      { bio: 5 },
      { visibility: 'friends' },
      { created_at: '2026-01-01' },
    ]
    for (const set of outOfShape) {
      await expect(update('user_good', set)).rejects.toMatchObject(refused)
      await expect(mongo.stored.profiles.insertOne({ clerk_id: 'user_new', ...set } as never)).rejects.toMatchObject(
        refused,
      )
    }
    await expect(mongo.stored.profiles.insertOne({} as never)).rejects.toMatchObject(refused)
    for (const set of [{ birthday: '2000-02-29' }, { birthday: null, country: null, bio: null }, { theirs: 1 }])
      await update('user_good', set)
    await update('user_name', { country: 'UK!' })
  })

  it('are not checked if the collection has another validator, which stays', async () => {
    const theirs = { clerk_id: { $type: 'string' } }
    await mongo.stored.client.db('addendum').command({ collMod: 'profiles', validator: theirs })
    try {
      await restart()
      expect(whyUnchecked()).toBe('profiles has a validator that is not the app\'s')
      expect(await mongo.stored.profiles.options()).toMatchObject({ validator: theirs })
    }
    finally {
      await mongo.stored.client.db('addendum').command({ collMod: 'profiles', validator: {} })
    }
  })

  it('are checked by the validator of a later version of the app', async () => {
    const validator = { $jsonSchema: { title: 'A profile of Addendum', required: ['clerk_id'] } }
    await mongo.stored.client.db('addendum').command({ collMod: 'profiles', validator })
    await restart()
    await expect(update('user_good', { bio: 5 })).rejects.toMatchObject(refused)
  })
})

describe('an index that cannot be built', () => {
  afterEach(async () => {
    await mongo.stored.profiles.drop()
    await restart()
  })

  it('stops writes that rely on it, and is reported with the reason but no value', async () => {
    await mongo.stored.profiles.dropIndex('clerk_id_1')
    await mongo.stored.profiles.insertOne({ clerk_id: 'user_good' })
    await closeDatabase()
    await expect(database()).rejects.toThrow(
      /^The database is reachable, but its index clerk_id_1 of profiles could not be built: .*duplicate key/,
    )
    await expect(ping()).rejects.toThrow(/clerk_id_1/)
    await expect(readProfile('user_good')).rejects.not.toThrow(/user_good/)
  })

  it('is reported if another index has its name, and the app keeps running', async () => {
    await mongo.stored.profiles.dropIndex('search_birthday')
    await mongo.stored.profiles.createIndex({ bio: 1 }, { name: 'search_birthday' })
    await restart()
    expect(indexDifferences()).toEqual(['index search_birthday of profiles is not as declared'])
    expect(indexFailures()).toEqual([])
    expect(await readProfile('user_good')).toMatchObject({ country: 'CA' })
    expect((await mongo.stored.profiles.indexes()).find(({ name }) => name === 'search_birthday')?.key).toEqual({
      bio: 1,
    })
  })
})
