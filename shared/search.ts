import * as z from 'zod/mini'
import { findCountry } from './countries.ts'
import { choicesOf, metaOf, profileFields, profileSettings } from './profile.ts'
import { listOf, wholeNumber } from './query.ts'
import { choiceFields, defaultSort, filterableFields, sorts } from './search-fields.ts'

export * from './search-fields.ts'

/** The default number of rows per page. */
const defaultPageSize = 50
/** Totals are exact up to this number; above it they are '10,000+'. */
export const totalCap = 10_000

const day = z.iso.date('Enter a date that exists, as YYYY-MM-DD')

/** 'MM-DD', including 29 February. */
const monthDay = z.string('Give month and day, as MM-DD').check(
  z.refine(
    (text: string) => /^\d\d-\d\d$/.test(text) && day.safeParse(`2000-${text}`).success,
    { error: 'Give a day that exists, as MM-DD', params: { code: 'invalid_month_day' } },
  ),
)

/** Accepts names as well as codes. */
const countryByAnyName = z.pipe(
  z.transform((value: unknown) => typeof value === 'string' ? findCountry(value) ?? value : value),
  profileFields.shape.country,
)

const filter = <T extends z.ZodMiniType>(schema: T, description: string) =>
  z.optional(schema).check(z.describe(description))

const searchText = z.string().check(
  z.trim(),
  z.minLength(1, 'Enter a name or an email address'),
  z.maxLength(256, 'At most 256 characters'),
)

const missingField = z.enum(filterableFields, `Fields that can be missing: ${filterableFields.join(', ')}`)

const choiceFilters = Object.fromEntries(choiceFields.map((field) => {
  const choices = choicesOf(field)
  return [field, filter(listOf(z.enum(choices), choices.length), metaOf(field).label)]
})) as Record<never, never>

/** The filters, by URL parameter. A profile must match all of them. */
export const profileFilter = z.strictObject({
  country: filter(listOf(countryByAnyName, 250), 'Country code (ISO 3166-1) or name. Several values match any of them'),
  birthday: filter(day, 'Born on this day'),
  birth_month: filter(wholeNumber(1, 12), 'Born in this month of any year'),
  birth_month_day: filter(monthDay, 'Born on this day of any year, MM-DD'),
  birth_year: filter(wholeNumber(1900, 2100), 'Born in this year'),
  birthday_from: filter(day, 'Born on this day or later'),
  birthday_to: filter(day, 'Born on this day or earlier'),
  age_min: filter(wholeNumber(0, 200), 'Minimum age in whole years, today in UTC'),
  age_max: filter(wholeNumber(0, 200), 'Maximum age in whole years, today in UTC'),
  upcoming: filter(
    wholeNumber(1, 366),
    'Birthday within this many days, where 1 means today. 29 February counts as the 28th in common years',
  ),
  missing: filter(
    listOf(missingField, filterableFields.length),
    'All of these fields are missing: never set, or cleared',
  ),
  created_since: filter(day, 'Profile created on this day (UTC) or later'),
  created_before: filter(day, 'Profile created before this day (UTC)'),
  updated_since: filter(day, 'Profile fields last changed on this day (UTC) or later'),
  visibility: filter(profileSettings.shape.visibility, 'public: in the directory; private: not in it'),
  clerk_id: filter(listOf(z.string(), 100), 'Clerk user id. Several values match any of them'),
  q: filter(searchText, 'A name or email address, or part of one, to search for in Clerk'),
  ...choiceFilters,
}, {
  error: issue => issue.code === 'unrecognized_keys'
    ? `There is no such filter: ${issue.keys.join(', ')}`
    : undefined,
})
export type ProfileFilter = z.infer<typeof profileFilter>
export const filterNames = Object.keys(profileFilter.shape) as (keyof ProfileFilter)[]

/** The query of GET /api/admin/profiles. */
export const profileSearch = z.extend(profileFilter, {
  sort: z._default(z.enum(sorts, `Sort by one of: ${sorts.join(', ')}`), defaultSort).check(
    z.describe('Sort field, ascending; a minus sorts in descending order. Profiles without a value come last'),
  ),
  cursor: filter(z.string(), 'next_cursor or previous_cursor of another page with the same sort'),
  limit: z._default(wholeNumber(1, 100), defaultPageSize).check(z.describe('Profiles per page')),
})

/** The query of GET /api/admin/identities. */
export const identitiesQuery = z.strictObject({ clerk_id: listOf(z.string(), 100) })

/** A search that an admin saved under a name. */
export const savedView = z.strictObject({
  name: z.string('Give the view a name').check(
    z.trim(),
    z.minLength(1, 'Give the view a name'),
    z.maxLength(60, 'A name has at most 60 characters'),
  ),
  /** The URL's query, such as 'country=CA&sort=birthday'. */
  query: z.string('Give the query of the URL').check(z.maxLength(4_000, 'The query is too long to be saved')),
})
/** The body of PUT /api/admin/views/:name. */
export const savedViewBody = z.pick(savedView, { query: true })
export type SavedView = z.infer<typeof savedView>
