import { z } from 'zod'
import { otherAccount } from './account.ts'
import { dateFormats } from './date-formats.ts'
import { outcomes } from './deliveries.ts'
import { encodings } from './file-kind.ts'
import { importColumns, importFormats } from './import.ts'
import { growthMonths } from './insights.ts'
import type { Issue, MessageParams } from './issues.ts'
import { choicesOf, fieldNames, metaOf } from './profile.ts'
import type { ProfileField, ProfileView } from './profile.ts'
import { filterableFields, savedView, totalCap } from './search.ts'
import { resyncOutcomes, syncRun } from './sync.ts'

/*
 * The answers of the API. The schemas describe them in docs/openapi.json and give the types that the server and the
 * pages use; a test compares them with the real answers. Pages import only the types: the schemas would bring Zod.
 */

const instant = z.iso.datetime()
const clerkId = z.string().meta({ description: 'Clerk\'s id of the user', examples: ['user_2abc'] })
const openness = z.enum(['private', 'public'])
const count = z.int().min(0)
const inputs = {
  date: 'A calendar date, YYYY-MM-DD',
  country: 'ISO 3166-1 alpha-2',
  text: 'Plain text',
  choice: 'One of a few values',
}

/** A field that may have no value. Its own schema has checks in code, which JSON Schema cannot describe. */
function valueOf(field: ProfileField) {
  const { label, input, maxLength } = metaOf(field)
  const schemas = {
    date: () => z.iso.date(),
    country: () => z.string().regex(/^[A-Z]{2}$/),
    choice: () => z.enum(choicesOf(field)),
    text: () => z.string().max(maxLength ?? Infinity),
  }
  return schemas[input]().nullable().meta({ description: `${label}. ${inputs[input]}; null is none` })
}
const fields = Object.fromEntries(fieldNames.map(field => [field, valueOf(field)])) as {
  [Field in ProfileField]: z.ZodNullable<z.ZodString>
}

export const profile = z.strictObject({
  ...fields,
  visibility: openness,
  birthday_visibility: openness,
}) satisfies z.ZodType<ProfileView>

/** What `profileEdit` accepts; JSON Schema cannot describe its checks in code. */
export const edit = profile.partial().meta({ description: 'Any part of a profile; null clears a field' })

export const me = z.strictObject({
  identity: z.strictObject({
    clerk_id: clerkId,
    name: z.string().nullable(),
    email: z.string().nullable(),
    picture: z.string().nullable(),
    isAdmin: z.boolean(),
  }),
  profile,
})

const identity = z.strictObject({
  clerk_id: clerkId,
  name: z.string().nullable(),
  email: z.string().nullable(),
  picture: z.string(),
  banned: z.boolean().meta({ description: 'An admin has banned the user in Clerk: they cannot sign in' }),
})
/** A user's identity, which Clerk stores. The name is the first and last name, or else the username. */
export type UserIdentity = z.infer<typeof identity>

const delivery = z.strictObject({
  _id: z.string().meta({ description: 'The svix-id of the message' }),
  type: z.string().optional(),
  clerk_id: clerkId.optional(),
  instance_id: z.string().optional(),
  outcome: z.enum(outcomes),
  attempts: count,
  first_received_at: instant,
  last_received_at: instant,
  event_at: instant.optional(),
  lag_ms: z.number().optional(),
  duration_ms: z.number().optional(),
  error: z.string().optional(),
})
export const deliveries = z.strictObject({ deliveries: z.array(delivery), next_cursor: z.string().nullable() })

const auditEntry = z.strictObject({
  at: instant,
  clerk_id: clerkId,
  action: z.enum(['profile.edit', 'profile.import', 'profile.repair']),
  fields: z.array(z.string()),
})

export const ownData = z.strictObject({
  exported_at: instant,
  identity: me.shape.identity,
  profile: z.record(z.string(), z.unknown()).nullable().meta({ description: 'As it is stored' }),
  deliveries: z.array(delivery),
  audit: z.array(auditEntry),
  saved_views: z.array(savedView),
})

const directoryFields = Object.fromEntries(
  fieldNames.filter(field => metaOf(field).inDirectory).map(field => [field, fields[field]]),
) as object as { [Field in ProfileField]: z.ZodOptional<typeof fields[Field]> }
export const person = z.strictObject({
  clerk_id: clerkId,
  name: z.string().nullable(),
  picture: z.string().nullable(),
  birth_month_day: z.string().nullable().meta({ description: 'MM-DD, if the user shows it' }),
  ...directoryFields,
})
/** A user who opted in to the directory, as others see them. The name is null if Clerk has none or doesn't respond. */
export type Person = z.infer<typeof person>
export const people = z.strictObject({
  people: z.array(person),
  next_cursor: z.string().nullable(),
  identities_complete: z.boolean(),
})

const adminProfile = profile.extend({
  clerk_id: clerkId,
  created_at: instant
    .nullable()
    .meta({ description: 'Null: Clerk has this user, and no event has made a profile yet' }),
  updated_at: instant.nullable(),
})
/** A row of the search. Null means never set, or cleared. */
export type AdminProfile = z.infer<typeof adminProfile>
export const adminProfiles = z.strictObject({
  profiles: z.array(adminProfile),
  previous_cursor: z.string().nullable(),
  next_cursor: z.string().nullable(),
  narrow_q: z.boolean().meta({ description: 'More users fit q than were looked at' }),
})
export type AdminProfilePage = z.infer<typeof adminProfiles>
export const total = z.strictObject({
  count: count.nullable().meta({ description: `Exact up to ${totalCap}; null if counting took too long` }),
  capped: z.boolean().meta({ description: 'There are more, or there may be' }),
})
export type ProfileTotal = z.infer<typeof total>
const facet = { count }
/**
 * Profiles by country, the largest count first, and by birth month, from 1 to 12. Null means no value. Each facet
 * leaves out the filter on itself.
 */
export const facets = z.strictObject({
  countries: z.array(z.strictObject({ country: z.string().nullable(), ...facet })),
  months: z.array(z.strictObject({ month: z.int().nullable(), ...facet })),
})
export type ProfileFacets = z.infer<typeof facets>
/** An unknown user is null; one that could not be loaded is absent. */
export const identitiesAnswer = z.strictObject({
  identities: z.record(z.string(), identity.nullable()),
  complete: z.boolean(),
})
export type IdentitiesAnswer = z.infer<typeof identitiesAnswer>
export const adminUser = z.strictObject({
  identity: identity.nullable(),
  identity_known: z.boolean(),
  state: z.enum(['stored', 'none', 'deleted']),
  profile,
  created_at: instant.nullable(),
  updated_at: instant.nullable(),
  deleted_at: instant.nullable(),
  last_seen_at: instant.nullable().meta({ description: 'The last sign-in, with LAST_SEEN=on' }),
  deliveries: z.array(delivery),
  audit: z.array(auditEntry.extend({ actor_id: clerkId, actor_name: z.string().nullable() })),
})
export const views = z.strictObject({ views: z.array(savedView) })
export { savedView as view }

const band = { age_min: z.int().nullable(), age_max: z.int().nullable() }
/** Counts of the profiles of users who are not deleted. Dates are in UTC. */
export const insights = facets.extend({
  total: count,
  counted_at: instant,
  ages: z
    .array(z.strictObject({ ...band, count }))
    .meta({ description: 'One entry for each age band, then one without limits for the profiles without a birthday' }),
  birthdays: z
    .array(z.strictObject({
      date: z.iso.date().meta({ description: 'The day of the celebration' }),
      birth_month_day: z.string().meta({ description: 'The day of birth, MM-DD' }),
      count,
    }))
    .meta({ description: 'Today and the next six days. In a common year 28 February has two entries: people born on '
      + 'the 28th, then people born on the 29th' }),
  completeness: z
    .array(z.strictObject({ field: z.enum(filterableFields), count }))
    .meta({ description: 'Profiles with a value, for each field that admins can search by' }),
  growth: z
    .array(z.strictObject({ month: z.string().meta({ description: 'YYYY-MM' }), count }))
    .meta({ description: `Profiles created in each of the last ${growthMonths} months, or since the first profile` }),
  misfits: z
    .array(z.strictObject({ field: z.string(), count }))
    .meta({ description: 'Profiles with a value that does not fit the field, and that is read as not set' }),
})
export type Insights = z.infer<typeof insights>

/** How to read a file. The server detects it in the first piece; the client sends it back with the later ones. */
const fileLayout = z.strictObject({
  format: z.enum(importFormats),
  encoding: z.enum(encodings),
  columns: z
    .array(z.enum(importColumns))
    .meta({ description: 'In the file\'s order; empty if the piece does not contain the whole header line' }),
  delimiter: z.string().nullable().meta({ description: 'One character; null for NDJSON' }),
})
export type FileLayout = z.infer<typeof fileLayout>

const messageParams = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .meta({ description: 'What the message names, such as a maximum' }) satisfies z.ZodType<MessageParams>

const issue = z.strictObject({
  path: z.string().meta({ description: 'The name of the field, the parameter or the column, or empty' }),
  code: z.string().meta({ description: 'For programs, such as date_in_future' }),
  message: z.string(),
  params: messageParams,
}) satisfies z.ZodType<Issue>

const badRow = z.strictObject({
  line: z.int().meta({ description: 'The line of the file at which the row starts, from 1' }),
  clerk_id: z.string().nullable(),
  reason: z.string().meta({ description: 'All issues in one text' }),
  issues: z.array(issue),
})
export type BadRow = z.infer<typeof badRow>

const dateTally = z.strictObject({
  cells: count.meta({ description: 'Date cells that are not empty' }),
  fits: z.record(z.enum(dateFormats), count).meta({ description: 'The cells that fit each format' }),
  example: z.string().nullable().meta({ description: 'A date of the file, an ambiguous one if there is one' }),
})
/** The dates of one or more pieces of a file. */
export type DateTally = z.infer<typeof dateTally>

/** All counts are for this piece only. */
export const importAnswer = fileLayout.extend({
  ignored_columns: z.array(z.string()).meta({ description: 'In the answer to the first piece only' }),
  bytes: count.meta({ description: 'The bytes of the complete rows. The next piece starts after them; 0: too short' }),
  next_line: z.int().meta({ description: 'The line of the file at which the next piece starts' }),
  rows: count.meta({ description: 'The valid and the invalid rows, without the header and empty rows' }),
  valid: count,
  changed: count.meta({ description: 'Profiles that changed, or would change. Several rows of one user count once' }),
  invalid: z.array(badRow),
  dates: dateTally,
  date_format: z
    .enum(dateFormats)
    .meta({ description: 'The format in which the dates were read: the requested one, or the one that fits most' }),
  samples: z
    .array(z.string())
    .meta({ description: 'Cells with non-ASCII letters to check by eye, for Windows-1252, where any bytes are valid' }),
})
export type ImportAnswer = z.infer<typeof importAnswer>

export const run = z.strictObject({ run: syncRun })
export const resynced = z.strictObject({ outcome: z.enum(resyncOutcomes) })

/** The other outcomes are answered with an error. */
export const webhookAnswer = z.strictObject({ outcome: z.enum(['applied', 'stale', 'ignored']) })
export const status = (value: string) => z.strictObject({ status: z.literal(value) })
export const ready = status('ready').extend({
  indexes: z.array(z.string()).optional().meta({ description: 'The indexes that are not as the app declares them' }),
})

/** The body of an error, in h3's shape. */
export const problem = z.object({
  statusCode: z.int(),
  statusMessage: z.string(),
  message: z.string().meta({ description: 'What is wrong and what to do' }),
  data: z
    .object({
      fields: z
        .record(z.string(), z.array(z.string()))
        .optional()
        .meta({ description: 'Messages by field or parameter' }),
      issues: z
        .array(issue)
        .optional()
        .meta({ description: 'The same for programs, which can translate them by their codes' }),
      indexes: z
        .array(z.string())
        .optional()
        .meta({ description: 'Of GET /api/ready: the indexes that could not be built, and why' }),
      code: z
        .string()
        .optional()
        .meta({ description: `The kind of the error. ${otherAccount}: the request is meant for another account` }),
      params: messageParams.optional(),
    })
    .optional(),
})
