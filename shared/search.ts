import * as z from 'zod/mini'
import { findCountry } from './countries.ts'
import { choicesOf, metaOf, profileFields, profileSettings } from './profile.ts'
import type { ProfileField } from './profile.ts'
import { choiceFields, defaultSort, filterableFields, sorts } from './search-fields.ts'

export * from './search-fields.ts'

/** Rows of a page, where the query does not say. */
export const defaultPageSize = 50
/** Totals are exact up to here, and '10,000+' past it. */
export const totalCap = 10_000

/** Several values in one parameter: repeated, or separated by commas. */
const listOf = <T extends z.ZodMiniType>(item: T, most: number) => z.pipe(
  z.transform((value: unknown) => [value].flat().flatMap(each => typeof each === 'string' ? each.split(',') : [each]).filter(each => each !== '')),
  z.array(item).check(z.minLength(1, 'Give a value, or leave the parameter out'), z.maxLength(most, `At most ${most} values`)),
)
const whole = (least: number, most: number) => {
  const message = `Give a whole number from ${least} to ${most}`
  return z.coerce.number(message).check(z.int(message), z.minimum(least, message), z.maximum(most, message))
}
const day = z.iso.date('Enter a date that exists, as YYYY-MM-DD')

/** 'MM-DD', 29 February among them. */
const monthDay = z.string('Give month and day, as MM-DD').check(
  z.refine((text: string) => /^\d\d-\d\d$/.test(text) && day.safeParse(`2000-${text}`).success, 'Give a day that exists, as MM-DD'),
)

/** A name is as good as a code. */
const countryByAnyName = z.pipe(
  z.transform((value: unknown) => typeof value === 'string' ? findCountry(value) ?? value : value),
  profileFields.shape.country,
)

const filter = <T extends z.ZodMiniType>(schema: T, description: string) => z.optional(schema).check(z.describe(description))

/** Each filter by the parameter it has in the URL; all of them hold together. */
export const profileFilter = z.strictObject({
  country: filter(listOf(countryByAnyName, 250), 'Countries by ISO 3166-1 code or by name, any of them'),
  birthday: filter(day, 'Born on this day'),
  birth_month: filter(whole(1, 12), 'Born in this month of any year'),
  birth_month_day: filter(monthDay, 'Born on this day of any year, MM-DD'),
  birth_year: filter(whole(1900, 2100), 'Born in this year'),
  birthday_from: filter(day, 'Born on this day or later'),
  birthday_to: filter(day, 'Born on this day or earlier'),
  age_min: filter(whole(0, 200), 'At least so many whole years old, today in UTC'),
  age_max: filter(whole(0, 200), 'At most so many whole years old, today in UTC'),
  upcoming: filter(whole(1, 366), 'Birthday within so many days: 1 is today. 29 February counts on the 28th in common years'),
  missing: filter(listOf(z.enum(filterableFields, `Fields that can be missing: ${filterableFields.join(', ')}`), filterableFields.length), 'All of these fields are missing: never set, or cleared'),
  created_since: filter(day, 'The profile was made on this day, in UTC, or later'),
  created_before: filter(day, 'The profile was made before this day, in UTC'),
  updated_since: filter(day, 'Its fields were changed on this day, in UTC, or later'),
  visibility: filter(profileSettings.shape.visibility, 'Public: in the directory'),
  clerk_id: filter(listOf(z.string(), 100), 'Clerk\'s ids, any of them'),
  q: filter(z.string().check(z.trim(), z.minLength(1, 'Enter a name or an e-mail address'), z.maxLength(256, 'At most 256 characters')), 'A name or e-mail address, or a part of one, which Clerk is asked for'),
  /** Fields of a few values: any of those given. */
  ...Object.fromEntries(choiceFields.map(field => [field, filter(listOf(z.enum(choicesOf(field)), choicesOf(field).length), metaOf(field).label)])) as Record<never, never>,
}, { error: issue => issue.code === 'unrecognized_keys' ? `There is no such filter: ${issue.keys.join(', ')}` : undefined })
export type ProfileFilter = z.infer<typeof profileFilter>
export const filterNames = Object.keys(profileFilter.shape) as (keyof ProfileFilter)[]

/** The query of GET /api/admin/profiles. */
export const profileSearch = z.extend(profileFilter, {
  sort: z._default(z.enum(sorts, `Sort by one of: ${sorts.join(', ')}`), defaultSort).check(z.describe('Upwards; with a minus, downwards. Profiles without the value come last')),
  cursor: filter(z.string(), 'next_cursor or previous_cursor of another page of the same sort'),
  limit: z._default(whole(1, 100), defaultPageSize).check(z.describe('Profiles on a page')),
})
export type ProfileSearch = z.infer<typeof profileSearch>

/** Who somebody is, as Clerk knows it. */
export interface UserIdentity {
  clerk_id: string
  /** First and last name, else the username. */
  name: string | null
  email: string | null
  picture: string
  /** An admin has banned them in Clerk: they cannot sign in. */
  banned: boolean
}

/** A row of the search. Dates are ISO 8601; null is never set, or cleared. */
export type AdminProfile = { [Field in ProfileField]: string | null } & {
  clerk_id: string
  visibility: 'private' | 'public'
  birthday_visibility: 'private' | 'public'
  /** Null: Clerk knows this user, and no event has made a profile yet. */
  created_at: string | null
  updated_at: string | null
}

/** The answer of GET /api/admin/profiles. */
export interface AdminProfilePage {
  profiles: AdminProfile[]
  /** Up to `totalCap`; `capped`: there are more. */
  total: { count: number, capped: boolean }
  previous_cursor: string | null
  next_cursor: string | null
  /** Of a search by name or e-mail: more users match than were looked at. */
  narrow_q: boolean
}

/** The answer of GET /api/admin/profiles/facets: profiles by country and by birth month, each without its own filter. */
export interface ProfileFacets {
  /** Largest first; null: no country. */
  countries: { country: string | null, count: number }[]
  /** 1 to 12 in order; null: no birthday. */
  months: { month: number | null, count: number }[]
}

/** The query of GET /api/admin/identities. */
export const identitiesQuery = z.strictObject({ clerk_id: listOf(z.string(), 100) })

/** The answer of GET /api/admin/identities: null is a user that Clerk does not have; absent, Clerk did not answer. */
export interface IdentitiesAnswer {
  identities: Record<string, UserIdentity | null>
  complete: boolean
}

/** A named search of one admin's. */
export const savedView = z.strictObject({
  name: z.string('Give the view a name').check(z.trim(), z.minLength(1, 'Give the view a name'), z.maxLength(60, 'A name has at most 60 characters')),
  /** The URL's query, such as 'country=CA&sort=birthday'. */
  query: z.string('Give the query of the URL').check(z.maxLength(4_000, 'The query is too long to be saved')),
})
/** The body of PUT /api/admin/views/:name. */
export const savedViewBody = z.pick(savedView, { query: true })
export type SavedView = z.infer<typeof savedView>
