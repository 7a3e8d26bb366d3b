import * as z from 'zod/mini'
import { todayInUTC } from './calendar.ts'
import { countryCodes } from './country-codes.ts'

/** The properties of a field that its schema does not express. */
export interface FieldMeta {
  label: string
  /** The kind of form control: `components/profile/<Input>Field.vue`. */
  input: 'date' | 'country' | 'text' | 'choice'
  help?: string
  /** The maximum length of a text, in graphemes. */
  maxLength?: number
  /** The directory shows the field of users who opted in. The birthday has its own setting. */
  inDirectory: boolean
  /** Admins can search by the field. */
  filterable: boolean
  /** The session token has the field too, by way of Clerk's public metadata: see shared/token.ts. */
  inToken?: boolean
}
export const fieldMeta = z.registry<FieldMeta>()

const isCountry = new Set(countryCodes)

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** The length of a text in graphemes, which people perceive as characters. */
export function countGraphemes(text: string): number {
  let count = 0
  for (const _ of graphemes.segment(text)) count++
  return count
}

/** The English message of a check, and its code and parameters, by which a page translates it. */
const says = (code: string, error: string, params: object = {}) => ({ error, params: { code, ...params } })

const earliestYear = 1900
const bioLength = 500

/**
 * The profile fields that Addendum adds to Clerk's users. Each entry defines one field; the form, the API, webhook
 * seeds, the directory and the export are derived from it.
 */
export const profileFields = z.object({
  /** A calendar date 'YYYY-MM-DD', not a Date, so that no time zone moves it. */
  birthday: z.iso.date('Enter a date that exists, as year, month and day: YYYY-MM-DD').check(
    z.refine(
      (date: string) => date >= `${earliestYear}-01-01`,
      says('date_too_early', `Enter a date not before ${earliestYear}`, { year: earliestYear }),
    ),
    // UTC is precise enough: nobody signs up on the day they are born.
    z.refine((date: string) => date <= todayInUTC(), says('date_in_future', 'Enter a date that is not in the future')),
  ).register(fieldMeta, { label: 'Birthday', input: 'date', inDirectory: false, filterable: true }),
  /** ISO 3166-1 alpha-2. */
  country: z.string('Choose a country').check(
    z.refine(
      (code: string) => isCountry.has(code),
      says('country_unknown', 'Choose a country from the list, or give its two-letter code, such as CA'),
    ),
  ).register(fieldMeta, { label: 'Country', input: 'country', inDirectory: true, filterable: true }),
  /** Plain text. */
  bio: z.string('Enter text').check(
    z.refine((text: string) => text.trim() !== '', says('text_empty', 'Enter some text, or clear the field')),
    z.refine(isShortEnough, says('text_too_long', `Enter at most ${bioLength} characters`, { most: bioLength })),
    z.refine(
      (text: string) => text.isWellFormed() && !text.includes('\0'),
      says('text_broken', 'Enter text without broken characters'),
    ),
  ).register(fieldMeta, {
    label: 'Bio',
    input: 'text',
    help: 'A few words about you.',
    maxLength: bioLength,
    inDirectory: true,
    filterable: true,
  }),
})

/** The limit on UTF-16 units is for graphemes, which have no maximum length themselves. */
function isShortEnough(text: string): boolean {
  if (text.length > 10 * bioLength) return false
  return text.length <= bioLength || countGraphemes(text) <= bioLength
}

const openness = z.enum(['private', 'public'], 'Choose private or public')

/** The privacy settings of a profile. Each is private by default. */
export const profileSettings = z.object({
  /** 'public' opts in to the directory. */
  visibility: openness,
  /** 'public' shows the day and month of the birthday in the directory, never the year. */
  birthday_visibility: openness,
})

export type ProfileFields = z.infer<typeof profileFields>
export type ProfileField = keyof ProfileFields
export type ProfileSettings = z.infer<typeof profileSettings>
type Clearable = { [Field in ProfileField]: z.ZodMiniNullable<typeof profileFields['shape'][Field]> }

export const fieldNames = Object.keys(profileFields.shape) as ProfileField[]
export const settingNames = Object.keys(profileSettings.shape) as (keyof ProfileSettings)[]
/** The values of a choice field; empty for other fields. */
export function choicesOf(field: ProfileField): string[] {
  const { def } = profileFields.shape[field] as z.ZodMiniType
  return 'entries' in def ? Object.values(def.entries as Record<string, string>) : []
}
export const metaOf = (field: ProfileField): FieldMeta => fieldMeta.get(profileFields.shape[field])!

/** An edit of a profile. All keys are optional, null clears a field, and an unknown key is an error. */
export const profileEdit = z.partial(z.strictObject({
  ...Object.fromEntries(fieldNames.map(field => [field, z.nullable(profileFields.shape[field])])) as Clearable,
  ...profileSettings.shape,
}, {
  error: issue => issue.code === 'unrecognized_keys'
    ? `There is no such field: ${issue.keys.join(', ')}`
    : 'Send a JSON object of the fields to change',
}))
export type ProfileEdit = z.infer<typeof profileEdit>

/** A profile as its owner sees it. Null means never set, or cleared. */
export type ProfileView = { [Field in ProfileField]: ProfileFields[Field] | null } & ProfileSettings

export function emptyProfile(): ProfileView {
  const fields = Object.fromEntries(fieldNames.map(field => [field, null])) as Record<ProfileField, null>
  return { ...fields, visibility: 'private', birthday_visibility: 'private' }
}
