import { beforeEach, describe, expect, it, vi } from 'vitest'
import { seededProfiles } from '../../fixtures/profiles.ts'
import { randomNumbers } from '../../local-clerk/random.ts'
import type { ProfileDocument } from '../../server/database/profiles.ts'
import { countInsights, createInsights } from '../../server/admin/insights.ts'
import { ageBands } from '../../shared/insights.ts'
import type { Insights } from '../../shared/answers.ts'
import { filterableFields } from '../../shared/search.ts'
import { profiled, useDatabase } from '../support/database.ts'
import { StillCounting } from '../../server/errors.ts'

const mongo = useDatabase()

beforeEach(async () => {
  await mongo.stored.profiles.deleteMany({})
})

/** Profiles with birthdays on both sides of each band's end and on leap days, and with every kind of missing value. */
function randomProfiles(seed: number, today: string): ProfileDocument[] {
  const random = randomNumbers(seed)
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  const year = Number(today.slice(0, 4))
  const exists = (date: string) => new Date(Date.parse(date) || 0).toISOString().slice(0, 10) === date
  return [...seededProfiles(400, { seed, now: new Date(`${today}T12:00:00Z`) })].map((profile): ProfileDocument => {
    const near = new Date(Date.parse(today) + (Math.floor(random() * 17) - 8) * 86_400_000).toISOString().slice(5, 10)
    const born = pick([
      year,
      year - 17,
      year - 18,
      year - 19,
      year - 24,
      year - 25,
      year - 35,
      year - 64,
      year - 65,
      year - 66,
      1904,
    ])
    const date = `${born}-${near}`
    const birthday = pick([
      profile.birthday,
      '2000-02-29',
      '1988-02-29',
      '2004-02-28',
      '1999-03-01',
      '1991-12-31',
      '1991-01-01',
      null,
      exists(date) ? date : undefined,
    ])
    return {
      ...profile,
      birthday,
      bio: pick([profile.bio, null]),
      ...(random() < 0.1 && { deleted_at: new Date() }),
    } as ProfileDocument
  })
}

/** Counts the same in a simple way, one profile at a time and with another calendar. */
function plainly(all: ProfileDocument[], today: string): Omit<Insights, 'counted_at'> {
  const profiles = all.filter(({ deleted_at }) => !deleted_at)
  const count = (test: (profile: ProfileDocument) => boolean) => profiles.filter(test).length
  const isLeap = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29
  const birthdayIn = (birthday: string, year: number) => {
    const monthDay = birthday.slice(5) === '02-29' && !isLeap(year) ? '02-28' : birthday.slice(5)
    return `${String(year).padStart(4, '0')}-${monthDay}`
  }
  const age = (birthday: string) => {
    let years = -1
    for (let year = Number(birthday.slice(0, 4)); birthdayIn(birthday, year) <= today; year++) years++
    return years
  }
  const date = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
  const countries = [...new Set(profiles.map(({ country }) => country ?? null))]
  const created = profiles.map(({ created_at }) => created_at!.toISOString().slice(0, 7)).sort()
  const growth: Insights['growth'] = []
  for (let back = 23; back >= 0; back--) {
    const month = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 - back))
      .toISOString()
      .slice(0, 7)
    if (created[0] && created[0] <= month) growth.push({ month, count: created.filter(each => each === month).length })
  }
  return {
    total: profiles.length,
    countries: countries.map(country => ({ country, count: count(profile => (profile.country ?? null) === country) })),
    months: [...Array.from({ length: 12 }, (_, index) => index + 1), null].map(month => ({
      month,
      count: count(({ birthday }) => (birthday ? new Date(birthday).getUTCMonth() + 1 : null) === month),
    })),
    ages: [
      ...ageBands.map(band => ({
        ...band,
        count: count(
          ({ birthday }) =>
            Boolean(birthday)
            && age(birthday!) >= (band.age_min ?? -Infinity)
            && age(birthday!) <= (band.age_max ?? Infinity),
        ),
      })),
      { age_min: null, age_max: null, count: count(({ birthday }) => !birthday) },
    ],
    birthdays: [0, 1, 2, 3, 4, 5, 6].map(date).flatMap((day) => {
      const celebrating = profiles
        .map(({ birthday }) => birthday)
        .filter(birthday => birthday && birthdayIn(birthday, Number(day.slice(0, 4))) === day)
      const days = day.endsWith('02-28') && !isLeap(Number(day.slice(0, 4))) ? ['02-28', '02-29'] : [day.slice(5)]
      return days.map(birth_month_day => ({
        date: day,
        birth_month_day,
        count: celebrating.filter(birthday => birthday!.slice(5) === birth_month_day).length,
      }))
    }),
    completeness: filterableFields.map(field => ({
      field,
      count: count(profile => typeof profile[field] === 'string'),
    })),
    growth,
    misfits: [],
  }
}

describe('counting all profiles', () => {
  it.each([
    '2026-11-24',
    '2027-02-22',
    '2027-02-28',
    '2027-03-01',
    '2028-02-25',
    '2028-02-28',
    '2028-02-29',
    '2100-02-28',
    '2026-12-31',
    '2027-01-01',
  ])('gives on %s the same counts as a simple loop over the profiles', async (today) => {
    const profiles = randomProfiles(Date.parse(today) / 1e6, today)
    await mongo.stored.profiles.insertMany(profiles)
    const { counted_at, countries, ...rest } = await countInsights(today)
    const expected = plainly(profiles, today)
    const byCode = (list: Insights['countries']) =>
      list.toSorted((a, b) => String(a.country).localeCompare(String(b.country)))
    expect({ ...rest, countries: byCode(countries) }).toEqual({ ...expected, countries: byCode(expected.countries) })
    expect(countries.map(({ count }) => count)).toEqual(countries.map(({ count }) => count).toSorted((a, b) => b - a))
    expect(Date.now() - Date.parse(counted_at)).toBeLessThan(60_000)
    // Makes sure that the profiles cover every kind of count.
    expect(rest.ages.every(({ count }) => count > 0)).toBe(true)
    expect(rest.birthdays.some(({ count }) => count > 0)).toBe(true)
    expect(rest.total).toBeLessThan(400)
  })

  it('starts growth in the month of the first profile, without gaps', async () => {
    const made = (clerk_id: string, date: string) => ({ clerk_id, created_at: new Date(date) })
    await mongo.stored.profiles.insertMany([
      made('a', '2026-08-31T23:59:59.999Z'),
      made('b', '2026-11-01T00:00:00Z'),
      made('c', '2026-11-24'),
      { clerk_id: 'd' },
    ])
    const { growth, total } = await countInsights('2026-11-24')
    expect(total).toBe(4)
    expect(growth).toEqual([
      { month: '2026-08', count: 1 },
      { month: '2026-09', count: 0 },
      { month: '2026-10', count: 0 },
      { month: '2026-11', count: 2 },
    ])
  })

  it('returns zero counts without profiles, and if all users are deleted', async () => {
    const nobody = { total: 0, countries: [], growth: [] }
    expect(await countInsights()).toMatchObject(nobody)
    await mongo.stored.profiles.insertOne({ clerk_id: 'gone', country: 'CA', deleted_at: new Date() })
    expect(await countInsights()).toMatchObject(nobody)
    await mongo.stored.profiles.drop()
    expect(await countInsights()).toMatchObject(nobody)
    await mongo.stored.profiles.createIndex({ clerk_id: 1 }, { unique: true })
  })

  it('makes two passes over the collection, one for invalid values', async () => {
    await mongo.stored.profiles.insertMany(randomProfiles(1, '2026-11-24'))
    const commands = await profiled(mongo, countInsights)
    expect(commands.map(({ op, command, planSummary }) => [op, Object.keys(command)[0], planSummary])).toEqual(
      Array(2).fill(['command', 'aggregate', 'COLLSCAN']),
    )
  })
})

describe('the cached counts', () => {
  const minute = 60_000
  /** Insights whose counts the test resolves, one after another. */
  function controlled() {
    const clock = { time: 1, now: () => clock.time }
    const counts: PromiseWithResolvers<Insights>[] = []
    const errors: string[] = []
    const insights = createInsights({
      clock,
      onError: error => errors.push(error.message),
      count: () => {
        const count = Promise.withResolvers<Insights>()
        counts.push(count)
        return count.promise
      },
    })
    return { clock, counts, errors, insights }
  }
  const result = (total: number) => ({ total }) as Insights

  it('are counted once for concurrent callers', async () => {
    const { counts, insights } = controlled()
    const reads = [insights.read(), insights.read(), insights.read()]
    counts[0]!.resolve(result(1))
    expect(await Promise.all(reads)).toEqual([result(1), result(1), result(1)])
    expect(counts).toHaveLength(1)
  })

  it('last five minutes, and are then returned while a new count runs', async () => {
    const { clock, counts, insights } = controlled()
    const first = insights.read()
    counts[0]!.resolve(result(1))
    await first
    clock.time += 5 * minute - 1
    expect(await insights.read()).toEqual(result(1))
    expect(counts).toHaveLength(1)
    clock.time += 2
    expect([await insights.read(), await insights.read()]).toEqual([result(1), result(1)])
    expect(counts).toHaveLength(2)
    counts[1]!.resolve(result(2))
    await vi.waitFor(async () => expect(await insights.read()).toEqual(result(2)))
    clock.time += 5 * minute - 1
    expect(await insights.read()).toEqual(result(2))
    expect(counts).toHaveLength(2)
  })

  it('stay when a new count fails, which is reported and retried', async () => {
    const { clock, counts, errors, insights } = controlled()
    const first = insights.read()
    counts[0]!.resolve(result(1))
    await first
    clock.time += 6 * minute
    await insights.read()
    counts[1]!.reject(new Error('No primary'))
    await vi.waitFor(() => expect(errors).toEqual(['No primary']))
    await vi.waitFor(async () => {
      expect(await insights.read()).toEqual(result(1))
      expect(counts).toHaveLength(3)
    })
    counts[2]!.resolve(result(3))
    await vi.waitFor(async () => expect(await insights.read()).toEqual(result(3)))
  })

  it('are an error only without old counts, and the next caller tries again', async () => {
    const { counts, insights } = controlled()
    const first = insights.read()
    counts[0]!.reject(new Error('No primary'))
    await expect(first).rejects.toThrow('No primary')
    const second = insights.read()
    counts[1]!.resolve(result(2))
    expect(await second).toEqual(result(2))
  })

  it('throw StillCounting after six seconds, and are ready for a later caller', async () => {
    vi.useFakeTimers()
    try {
      const { counts, insights } = controlled()
      const first = expect(insights.read()).rejects.toThrow(StillCounting)
      await vi.advanceTimersByTimeAsync(6_000)
      await first
      counts[0]!.resolve(result(1))
      expect(await insights.read()).toEqual(result(1))
      expect(counts).toHaveLength(1)
    }
    finally {
      vi.useRealTimers()
    }
  })
})
