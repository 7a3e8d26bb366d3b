import countries from 'i18n-iso-countries'
import { z } from 'zod'

const countryCodes = new Set(Object.keys(countries.getAlpha2Codes()))
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Today's date where the day starts first (UTC+14): nobody's today is later. */
const latestToday = () => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10)

/**
 * The profile fields that Addendum keeps beside Clerk's user. One entry here is one field:
 * forms, routes, the webhook's seeds and exports are derived from it.
 */
export const profileFields = z.object({
  /** A calendar date 'YYYY-MM-DD', never a Date: no time zone moves it. */
  birthday: z.iso.date('Enter a date as YYYY-MM-DD')
    .refine(date => date >= '1900-01-01', 'Enter a date not before 1900')
    .refine(date => date <= latestToday(), 'Enter a date that is not in the future'),
  /** ISO 3166-1 alpha-2. */
  country: z.string('Choose a country')
    .refine(code => countryCodes.has(code), 'Enter a country as its two-letter code, such as CA'),
  /** Plain text. The bound on UTF-16 units keeps a single grapheme from growing without end. */
  bio: z.string('Enter text')
    .max(5_000, 'Enter at most 500 characters')
    .refine(text => text.length <= 500 || [...graphemes.segment(text)].length <= 500, 'Enter at most 500 characters')
    .refine(text => text.isWellFormed() && !text.includes('\0'), 'Enter text without broken characters'),
})

export const visibilities = ['private', 'public'] as const

/** What a user may change: any part of it, null clears a field; an unknown key is an error. */
export const profileEdit = z.strictObject({
  ...Object.fromEntries(Object.entries(profileFields.shape).map(([field, schema]) => [field, schema.nullable()])) as Clearable,
  visibility: z.enum(visibilities),
}).partial()

type Clearable = { [Field in ProfileField]: z.ZodNullable<typeof profileFields['shape'][Field]> }
export type ProfileFields = z.infer<typeof profileFields>
export type ProfileField = keyof ProfileFields
export type ProfileEdit = z.infer<typeof profileEdit>
/** A profile as its owner sees it; null is never set, or cleared. */
export type ProfileView = { [Field in ProfileField]: ProfileFields[Field] | null } & { visibility: typeof visibilities[number] }
