import * as z from 'zod/mini'
import { todayInUTC } from './calendar.ts'
import { countryCodes } from './country-codes.ts'

/** What the app must know of a field besides what values it takes. */
export interface FieldMeta {
  label: string
  /** How it is edited: the component `components/profile/<Input>Field.vue`. */
  input: 'date' | 'country' | 'text' | 'choice'
  help?: string
  /** Of a text, in graphemes. */
  maxLength?: number
  /** Others see it of a user who opted in to the directory. A birthday has a choice of its own. */
  inDirectory: boolean
  /** Admins may search by it. */
  filterable: boolean
}
export const fieldMeta = z.registry<FieldMeta>()

const isCountry = new Set(countryCodes)

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** The length of a text in what people take for characters. */
export function countGraphemes(text: string): number {
  let count = 0
  for (const _ of graphemes.segment(text)) count++
  return count
}

const bioLength = 500

/**
 * The profile fields that Addendum keeps beside Clerk's user. One entry here is one field: form, API,
 * webhook seeds, directory and export are derived from it.
 */
export const profileFields = z.object({
  /** A calendar date 'YYYY-MM-DD', never a Date: no time zone moves it. */
  birthday: z.iso.date('Enter a date that exists, as year, month and day: YYYY-MM-DD').check(
    z.refine((date: string) => date >= '1900-01-01', 'Enter a date not before 1900'),
    // By UTC's calendar: nobody signs up on the day they are born.
    z.refine((date: string) => date <= todayInUTC(), 'Enter a date that is not in the future'),
  ).register(fieldMeta, { label: 'Birthday', input: 'date', inDirectory: false, filterable: true }),
  /** ISO 3166-1 alpha-2. */
  country: z.string('Choose a country').check(
    z.refine((code: string) => isCountry.has(code), 'Choose a country from the list, or give its two-letter code, such as CA'),
  ).register(fieldMeta, { label: 'Country', input: 'country', inDirectory: true, filterable: true }),
  /** Plain text. The bound on UTF-16 units keeps a single grapheme from growing without end. */
  bio: z.string('Enter text').check(
    z.refine((text: string) => text.trim() !== '', 'Enter some text, or clear the field'),
    z.refine((text: string) => text.length <= 10 * bioLength && (text.length <= bioLength || countGraphemes(text) <= bioLength), `Enter at most ${bioLength} characters`),
    z.refine((text: string) => text.isWellFormed() && !text.includes('\0'), 'Enter text without broken characters'),
  ).register(fieldMeta, { label: 'Bio', input: 'text', help: 'A few words about you.', maxLength: bioLength, inDirectory: true, filterable: true }),
})

const openness = z.enum(['private', 'public'], 'Choose private or public')

/** What a user decides about the profile. Each is private until they say otherwise. */
export const profileSettings = z.object({
  /** 'public' opts in to the directory. */
  visibility: openness,
  /** 'public' shows day and month of the birthday there; never the year. */
  birthday_visibility: openness,
})

export type ProfileFields = z.infer<typeof profileFields>
export type ProfileField = keyof ProfileFields
export type ProfileSettings = z.infer<typeof profileSettings>
type Clearable = { [Field in ProfileField]: z.ZodMiniNullable<typeof profileFields['shape'][Field]> }

export const fieldNames = Object.keys(profileFields.shape) as ProfileField[]
export const settingNames = Object.keys(profileSettings.shape) as (keyof ProfileSettings)[]
/** The values of a choice; none for other fields. */
export function choicesOf(field: ProfileField): string[] {
  const { def } = profileFields.shape[field] as z.ZodMiniType
  return 'entries' in def ? Object.values(def.entries as Record<string, string>) : []
}
export const metaOf = (field: ProfileField): FieldMeta => fieldMeta.get(profileFields.shape[field])!

/** What a user may change: any part of it, null clears a field; an unknown key is an error. */
export const profileEdit = z.partial(z.strictObject({
  ...Object.fromEntries(fieldNames.map(field => [field, z.nullable(profileFields.shape[field])])) as Clearable,
  ...profileSettings.shape,
}, {
  error: issue => issue.code === 'unrecognized_keys' ? `There is no such field: ${issue.keys.join(', ')}` : 'Send a JSON object of the fields to change',
}))
export type ProfileEdit = z.infer<typeof profileEdit>

/** A profile as its owner sees it; null is never set, or cleared. */
export type ProfileView = { [Field in ProfileField]: ProfileFields[Field] | null } & ProfileSettings

export function emptyProfile(): ProfileView {
  const fields = Object.fromEntries(fieldNames.map(field => [field, null])) as Record<ProfileField, null>
  return { ...fields, visibility: 'private', birthday_visibility: 'private' }
}

/** What others see of a user who opted in to the directory. */
export type Person = { [Field in ProfileField]?: ProfileFields[Field] | null } & {
  clerk_id: string
  /** Null where Clerk knows none, or does not answer. */
  name: string | null
  picture: string | null
  /** 'MM-DD', where its owner shows it. */
  birth_month_day: string | null
}
