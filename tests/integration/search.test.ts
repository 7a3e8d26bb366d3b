/** @module-tag slow */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { countTotal } from '../../server/admin/search/count-total.ts'
import { decodeCursor, encodeCursor } from '../../server/admin/search/cursor.ts'
import type { Cursor } from '../../server/admin/search/cursor.ts'
import { countFacets } from '../../server/admin/search/facets.ts'
import { searchProfiles } from '../../server/admin/search/search-profiles.ts'
import { streamProfiles } from '../../server/admin/search/stream-profiles.ts'
import { sorts } from '../../shared/search.ts'
import type { ProfileFilter, Sort } from '../../shared/search.ts'
import { randomNumbers } from '../../local-clerk/random.ts'
import { useDatabase } from '../support/database.ts'
import { compare, fits } from '../support/plain-search.ts'
import type { StoredRow } from '../support/plain-search.ts'

const mongo = useDatabase()
let rows: StoredRow[]

// Few distinct values, so that each has many rows, and ties span several pages.
// Some have a type that only other programs write.
const countries = ['CA', 'CA', 'CA', 'DE', 'DE', 'LI', null, undefined, { code: 'CA' } as unknown as string]
const noDay = [new Date('1990-05-12'), 1990] as unknown as string[]
const birthdays = [
  ...noDay,
  '2000-02-29',
  '2000-02-29',
  '1999-02-28',
  '1999-02-28',
  '1999-03-01',
  '1990-05-12',
  '1990-12-31',
  '1991-01-01',
  '1985-11-24',
  '1985-11-23',
  '1996-11-25',
  null,
  undefined,
]
const days = ['2025-12-31', '2026-01-01', '2026-01-01', '2026-06-15', '2026-11-23', '2026-11-24']
const todays = ['2026-11-24', '2027-02-28', '2028-02-28', '2028-02-29', '2027-03-01', '2026-12-31', '2027-01-01']

beforeAll(async () => {
  const random = randomNumbers(7)
  const pick = <T>(from: T[]) => from[Math.floor(random() * from.length)]!
  await mongo.stored.profiles.insertMany(
    Array.from({ length: 12_000 }, (_, index) => {
      const birthday = pick(birthdays)
      const [created, updated] = [pick(days), pick(days)].toSorted() as [string, string]
      return {
        clerk_id: `user_${index}`,
        country: pick(countries),
        birthday,
        birth_month_day: typeof birthday === 'string' ? birthday.slice(5) : birthday && (512 as never),
        bio: pick(['Hi', null, undefined]),
        visibility: pick(['private', 'private', 'public'] as const),
        created_at: new Date(`${created}T0${Math.floor(random() * 3)}:00:00Z`),
        updated_at: new Date(`${updated}T04:00:00Z`),
        clerk_updated_at: new Date(0),
        ...(index % 50 === 0 && { deleted_at: new Date() }),
      }
    }),
    { ignoreUndefined: true, bypassDocumentValidation: true },
  )
  rows = (await mongo.stored.profiles.find().toArray()) as unknown as StoredRow[]
})

const birthday = fc.constantFrom(...birthdays.filter(day => typeof day === 'string'))
const filters: fc.Arbitrary<ProfileFilter> = fc.record(
  {
    country: fc.uniqueArray(fc.constantFrom('CA', 'DE', 'LI', 'FR'), { minLength: 1, maxLength: 3 }),
    birthday,
    birth_month: fc.constantFrom(2, 5, 11, 12),
    birth_month_day: fc.constantFrom('02-28', '02-29', '11-24'),
    birth_year: fc.constantFrom(1985, 1999, 2000),
    birthday_from: birthday,
    birthday_to: birthday,
    age_min: fc.integer({ min: 20, max: 45 }),
    age_max: fc.integer({ min: 20, max: 45 }),
    upcoming: fc.oneof(fc.constantFrom(1, 2, 365, 366), fc.integer({ min: 1, max: 120 })),
    missing: fc.uniqueArray(fc.constantFrom('country' as const, 'birthday' as const, 'bio' as const), {
      minLength: 1,
      maxLength: 3,
    }),
    created_since: fc.constantFrom(...days),
    created_before: fc.constantFrom(...days),
    updated_since: fc.constantFrom(...days),
    visibility: fc.constantFrom('private' as const, 'public' as const),
    clerk_id: fc.uniqueArray(
      fc.integer({ min: 0, max: 13_000 }).map(index => `user_${index}`),
      { minLength: 1, maxLength: 80 },
    ),
  },
  { requiredKeys: [] },
)
// All sixteen filters together leave hardly any row, so most searches use a few.
const fewFilters = fc
  .tuple(filters, fc.infiniteStream(fc.integer({ min: 0, max: 9 })))
  .map(
    ([filter, keep]) => Object.fromEntries(Object.entries(filter).filter(() => keep.next().value < 2)) as ProfileFilter,
  )
const searches = fc.record({
  filter: fc.oneof(fewFilters, filters),
  sort: fc.constantFrom<Sort>(...sorts),
  today: fc.constantFrom(...todays),
  limit: fc.integer({ min: 1, max: 100 }),
})
const expected = (filter: ProfileFilter, sort: Sort, today: string) =>
  rows
    .filter(row => fits(row, filter, today))
    .toSorted(compare(sort, today))
    .map(({ clerk_id }) => clerk_id)

describe('the search', () => {
  it('returns the same rows as a plain filter, forward and back, for any filter and order', async () => {
    let long = 0
    await fc.assert(
      fc.asyncProperty(searches, async ({ filter, sort, today, limit }) => {
        const wanted = expected(filter, sort, today)
        const total = { count: Math.min(wanted.length, 10_000), capped: wanted.length > 10_000 }
        expect(await countTotal({ filter }, today)).toEqual(total)
        let cursor: Cursor | undefined
        const starts: number[] = []
        for (let start = 0; starts.length < 6; start += limit) {
          const page = await searchProfiles({ filter, sort, today }, { cursor, limit })
          expect(page.profiles.map(({ clerk_id }) => clerk_id)).toEqual(wanted.slice(start, start + limit))
          expect([page.previous !== null, page.next !== null]).toEqual([start > 0, wanted.length > start + limit])
          starts.push(start)
          cursor = page.next ?? undefined
          if (!page.next) break
          // Goes back from the page after the last one.
          if (starts.length === 6) starts.push(start + limit)
        }
        if (starts.length > 2) long++
        let back
          = starts.length > 6 ? (await searchProfiles({ filter, sort, today }, { cursor, limit })).previous : null
        for (const start of starts.slice(0, -1).reverse()) {
          if (!back) break
          const page = await searchProfiles({ filter, sort, today }, { cursor: back, limit })
          expect(page.profiles.map(({ clerk_id }) => clerk_id)).toEqual(wanted.slice(start, start + limit))
          expect([page.previous !== null, page.next !== null]).toEqual([start > 0, true])
          back = page.previous
        }
      }),
      { numRuns: 150 },
    )
    // Makes sure that enough searches had several pages.
    expect(long).toBeGreaterThan(15)
  })

  it('streams the same rows in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(searches, async ({ filter, sort, today }) => {
        const streamed: string[] = []
        for await (const batch of streamProfiles({ filter, sort, today }))
          streamed.push(...batch.map(({ clerk_id }) => clerk_id))
        expect(streamed).toEqual(expected(filter, sort, today))
      }),
      { numRuns: 40 },
    )
  })

  it('counts by country and month, each without its own filter', async () => {
    await fc.assert(
      fc.asyncProperty(fewFilters, fc.constantFrom(...todays), async (filter, today) => {
        const { countries: byCountry, months } = await countFacets({ filter }, today)
        const tally = <T>(values: T[]) =>
          new Map([...new Set(values)].map(value => [value, values.filter(each => each === value).length]))
        const fitting = (without: keyof ProfileFilter) =>
          rows.filter(row => fits(row, { ...filter, [without]: undefined }, today))
        expect(new Map(byCountry.map(({ country, count }) => [country, count]))).toEqual(
          tally(fitting('country').map(({ country }) => (typeof country === 'string' ? country : null))),
        )
        expect(new Map(months.map(({ month, count }) => [month, count]))).toEqual(
          tally(
            fitting('birth_month').map(({ birthday }) =>
              typeof birthday === 'string' ? Number(birthday.slice(5, 7)) : null,
            ),
          ),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('continues at the same position when rows change between two pages', async () => {
    const first = await searchProfiles({ filter: { country: ['LI'] }, sort: 'birthday' }, { limit: 10 })
    const last = first.profiles.at(-1)!
    await mongo.stored.profiles.updateOne({ clerk_id: last.clerk_id }, { $set: { country: 'CA' } })
    try {
      const second = await searchProfiles(
        { filter: { country: ['LI'] }, sort: 'birthday' },
        { limit: 10, cursor: first.next! },
      )
      expect(second.profiles.map(({ clerk_id }) => clerk_id)).toEqual(
        expected({ country: ['LI'] }, 'birthday', '2026-11-24').slice(10, 20),
      )
    }
    finally {
      await mongo.stored.profiles.updateOne({ clerk_id: last.clerk_id }, { $set: { country: 'LI' } })
    }
  })
})

describe('a cursor', () => {
  const cursor: Cursor = {
    sort: 'birthday',
    direction: 'next',
    today: '2026-11-24',
    position: { segment: 0, values: ['1990-05-12', new Date(5)] },
  }

  it('decodes to the same values', () => {
    expect(decodeCursor(encodeCursor(cursor, 'secret'), 'birthday', 'secret')).toEqual(cursor)
  })

  it('is valid only unchanged, with the same key and for the same order', () => {
    const encoded = encodeCursor(cursor, 'secret')
    expect(() => decodeCursor(encoded, 'birthday', 'another')).toThrow('Take the cursor')
    expect(() => decodeCursor(encoded, '-birthday', 'secret')).toThrow('Take the cursor')
    const [signature, payload] = encoded.split('.') as [string, string]
    const forged = Buffer.from(JSON.stringify({ ...cursor, position: { stretch: 0, values: [{ $gt: '' }] } })).toString(
      'base64url',
    )
    for (const each of [
      '',
      '.',
      'x',
      signature,
      `${signature}.`,
      `.${payload}`,
      `${signature}.${forged}`,
      `${signature.slice(1)}.${payload}`,
    ]) {
      expect(() => decodeCursor(each, 'birthday', 'secret')).toThrow('Take the cursor')
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: encoded.length - 1 }), fc.constantFrom(...'AZaz09-_.'), (at, character) => {
        const changed = encoded.slice(0, at) + character + encoded.slice(at + 1)
        // The last character of base64 contains unused bits.
        const same
          = changed
            .split('.')
            .map(part => Buffer.from(part, 'base64url').toString('hex'))
            .join('.')
            === encoded
              .split('.')
              .map(part => Buffer.from(part, 'base64url').toString('hex'))
              .join('.')
        if (!same) expect(() => decodeCursor(changed, 'birthday', 'secret')).toThrow('Take the cursor')
      }),
    )
  })
})
