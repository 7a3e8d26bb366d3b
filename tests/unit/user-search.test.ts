import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldNames, metaOf } from '../../shared/profile.ts'
import { filterNames, profileFilter, sortFields, sorts } from '../../shared/search.ts'
import { countryNamesIn } from '../../utils/countries.ts'
import {
  chipsOf,
  filtersOf,
  isFilter,
  nextSort,
  readUserQuery,
  toggledPath,
  usersPath,
} from '../../utils/user-search.ts'
import { inEnglish } from '../support/texts.ts'

const countries = countryNamesIn('en-US', ['CA', 'DE', 'US'])
const labelOf = (name: string) => {
  const field = fieldNames.find(each => each === name)
  return field ? metaOf(field).label : inEnglish.t('setting.visibility')
}
const wording = {
  ...inEnglish,
  countries,
  labelOf,
  nameOf: (name: string) => labelOf(name).toLowerCase(),
  choiceOf: (_: string, choice: string) => choice,
}
const chips = (query: Record<string, string>) => chipsOf(query, wording)
const queryOf = (path: string) => readUserQuery(Object.fromEntries(new URL(path, 'http://app.invalid').searchParams))

describe('the query of the user list', () => {
  it('is read from a URL without empty values, and joins repeated values', () => {
    expect(
      readUserQuery({
        country: ['CA', 'DE'],
        birthday: '',
        q: ' ',
        sort: 'birthday',
        age_min: ['1', '2'],
        missing: null,
      }),
    ).toEqual({ country: 'CA,DE', sort: 'birthday', age_min: '2' })
  })

  it('is the same after a round trip through its link', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...filterNames, 'sort'),
          fc.string({ minLength: 1 }).filter(text => text.trim() !== '' && text.isWellFormed()),
        ),
        (query) => {
          expect(queryOf(usersPath(query))).toEqual({ ...query })
        },
      ),
    )
  })

  it('drops its cursor when a filter changes, and accepts a new cursor', () => {
    const query = { country: 'CA', sort: 'birthday', cursor: 'abc' }
    expect(usersPath(query, { birth_month: '5' })).toBe('/admin/users?country=CA&sort=birthday&birth_month=5')
    expect(usersPath(query, { cursor: 'def' })).toBe('/admin/users?country=CA&sort=birthday&cursor=def')
    expect(usersPath({ country: 'CA' }, { country: '' })).toBe('/admin/users')
    expect(filtersOf({ ...query, limit: '10' })).toEqual({ country: 'CA' })
  })

  it('allows several countries, but one month', () => {
    expect(toggledPath({ country: 'CA' }, 'country', 'DE')).toBe('/admin/users?country=CA,DE')
    expect(toggledPath({ country: 'CA,DE' }, 'country', 'CA')).toBe('/admin/users?country=DE')
    expect(toggledPath({ country: 'CA' }, 'country', 'CA')).toBe('/admin/users')
    expect(toggledPath({ birth_month: '5' }, 'birth_month', '6')).toBe('/admin/users?birth_month=6')
    expect(toggledPath({ birth_month: '5' }, 'birth_month', '5')).toBe('/admin/users')
  })
})

describe('a column\'s header', () => {
  it('reverses the sort when it is pressed again, and starts with the newest for profile dates', () => {
    expect(nextSort('country', 'created_at')).toBe('-created_at')
    expect(nextSort('-created_at', 'created_at')).toBe('created_at')
    expect(nextSort('-created_at', 'birthday')).toBe('birthday')
    expect(nextSort('birthday', 'birthday')).toBe('-birthday')
  })
  it('reaches both directions from any other sort', () => {
    for (const field of sortFields)
      for (const sort of sorts) {
        const once = nextSort(sort, field)
        expect([once, nextSort(once, field)].toSorted()).toEqual([`-${field}`, field])
      }
  })
})

describe('the filters in words', () => {
  it.each([
    [{ country: 'CA' }, ['Country: Canada']],
    [{ country: 'CA,DE' }, ['Country: Canada', 'Country: Germany']],
    [{ birth_month: '5' }, ['Born in May']],
    [{ birth_month_day: '02-29' }, ['Born on February 29 of any year']],
    [{ birth_year: '1990' }, ['Born in 1990']],
    [{ birthday: '1990-05-12' }, ['Born on May 12, 1990']],
    [{ birthday_from: '1990-05-12' }, ['Born on May 12, 1990 or later']],
    [{ birthday_to: '1990-05-12' }, ['Born on May 12, 1990 or earlier']],
    [{ birthday_from: '1990-01-01', birthday_to: '1990-12-31' }, ['Born from January 1, 1990 to December 31, 1990']],
    [{ age_min: '18', age_max: '24' }, ['Aged 18–24']],
    [{ age_min: '18' }, ['Aged 18 or more']],
    [{ age_max: '24' }, ['Aged 24 or less']],
    [{ age_min: 'old', upcoming: 'soon' }, ['age_min: old', 'upcoming: soon']],
    [{ upcoming: '1' }, ['Birthday today']],
    [{ upcoming: '7' }, ['Birthday within 7 days']],
    [{ missing: 'bio,country' }, ['Missing bio', 'Missing country']],
    [{ visibility: 'public' }, ['Visibility: public']],
    [{ created_since: '2026-01-01' }, ['Created on January 1, 2026 or later']],
    [{ created_before: '2026-01-01' }, ['Created before January 1, 2026']],
    [{ updated_since: '2026-01-01' }, ['Edited on January 1, 2026 or later']],
    [{ clerk_id: 'user_123' }, ['User: user_123']],
    [{ q: 'ada, baker' }, ['Name or email: ada, baker']],
    [{ sort: 'birthday', cursor: 'abc', limit: '10' }, []],
  ])('of %j are %j', (query, texts) => {
    expect(chips(query as Record<string, string>).map(({ text }) => text)).toEqual(texts)
  })

  it('show invalid values and unknown filters as they were given', () => {
    const query = {
      birthday: 'soon',
      birth_month: '13',
      country: 'XX',
      birth_month_day: '1-1',
      missing: 'name',
      colour: 'red',
      constructor: 'x',
      created_since: '2026-02-30',
    }
    expect(chips(query).map(({ text }) => text)).toEqual([
      'birthday: soon',
      'birth_month: 13',
      'country: XX',
      'birth_month_day: 1-1',
      'missing: name',
      'colour: red',
      'constructor: x',
      'created_since: 2026-02-30',
    ])
  })

  it('each link to the list without only that filter', () => {
    const query = { country: 'CA,DE', age_min: '18', age_max: '24', q: 'ada', sort: 'birthday', cursor: 'abc' }
    expect(chips(query).map(({ without }) => queryOf(without))).toEqual([
      { country: 'CA,DE', q: 'ada', sort: 'birthday' },
      { country: 'DE', age_min: '18', age_max: '24', q: 'ada', sort: 'birthday' },
      { country: 'CA', age_min: '18', age_max: '24', q: 'ada', sort: 'birthday' },
      { country: 'CA,DE', age_min: '18', age_max: '24', sort: 'birthday' },
    ])
  })

  it('cover every filter of the API', () => {
    const valid: Record<string, string> = {
      country: 'CA',
      birthday: '1990-05-12',
      birth_month: '5',
      birth_month_day: '05-12',
      birth_year: '1990',
      birthday_from: '1990-01-01',
      birthday_to: '1990-12-31',
      age_min: '1',
      age_max: '2',
      upcoming: '7',
      missing: 'bio',
      created_since: '2026-01-01',
      created_before: '2026-01-01',
      updated_since: '2026-01-01',
      visibility: 'public',
      clerk_id: 'user_123',
      q: 'ada',
    }
    expect(isFilter('colour')).toBe(false)
    for (const name of filterNames) {
      expect(isFilter(name), name).toBe(true)
      expect(profileFilter.shape[name].safeParse(valid[name]).success, name).toBe(true)
      expect(chips({ [name]: valid[name]! })[0]!.text, name).not.toBe(`${name}: ${valid[name]}`)
    }
  })
})
