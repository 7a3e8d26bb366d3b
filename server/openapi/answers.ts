import { z } from 'zod'
import { choicesOf, fieldNames, metaOf } from '../../shared/profile.ts'
import type { Person, ProfileField, ProfileView } from '../../shared/profile.ts'
import type { ImportAnswer } from '../../shared/import.ts'
import { otherAccount } from '../../shared/account.ts'
import { dateFormats } from '../../shared/date-formats.ts'
import { encodings } from '../../shared/file-kind.ts'
import { importColumns, importFormats } from '../../shared/import.ts'
import type { Insights } from '../../shared/insights.ts'
import { filterableFields, savedView, totalCap } from '../../shared/search.ts'
import type {
  AdminProfile,
  AdminProfilePage,
  ProfileTotal,
  IdentitiesAnswer,
  ProfileFacets,
  UserIdentity,
} from '../../shared/search.ts'
import { resyncOutcomes, syncRun } from '../../shared/sync.ts'
import { outcomes } from '../../shared/deliveries.ts'

/*
 * The answers of the API, for its description. `satisfies` compares each with the type that its route returns, and a
 * test with the real answers.
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
  banned: z.boolean(),
}) satisfies z.ZodType<UserIdentity>

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
)
export const person = z.strictObject({
  clerk_id: clerkId,
  name: z.string().nullable(),
  picture: z.string().nullable(),
  birth_month_day: z.string().nullable(),
  ...directoryFields,
}) satisfies z.ZodType<Person>
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
}) satisfies z.ZodType<AdminProfile>
export const adminProfiles = z.strictObject({
  profiles: z.array(adminProfile),
  previous_cursor: z.string().nullable(),
  next_cursor: z.string().nullable(),
  narrow_q: z.boolean().meta({ description: 'More users fit q than were looked at' }),
}) satisfies z.ZodType<AdminProfilePage>
export const total = z.strictObject({
  count: count.nullable().meta({ description: `Exact up to ${totalCap}; null if counting took too long` }),
  capped: z.boolean().meta({ description: 'There are more, or there may be' }),
}) satisfies z.ZodType<ProfileTotal>
const facet = { count }
export const facets = z.strictObject({
  countries: z.array(z.strictObject({ country: z.string().nullable(), ...facet })),
  months: z.array(z.strictObject({ month: z.int().nullable(), ...facet })),
}) satisfies z.ZodType<ProfileFacets>
export const identitiesAnswer = z.strictObject({
  identities: z.record(z.string(), identity.nullable()),
  complete: z.boolean(),
}) satisfies z.ZodType<IdentitiesAnswer>
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
export const insights = facets.extend({
  total: count,
  counted_at: instant,
  ages: z.array(z.strictObject({ ...band, count })),
  birthdays: z.array(z.strictObject({ date: z.iso.date(), birth_month_day: z.string(), count })),
  completeness: z.array(z.strictObject({ field: z.enum(filterableFields), count })),
  growth: z.array(z.strictObject({ month: z.string(), count })),
  misfits: z
    .array(z.strictObject({ field: z.string(), count }))
    .meta({ description: 'Profiles with a value that does not fit the field, and that is read as not set' }),
}) satisfies z.ZodType<Insights>

export const importAnswer = z.strictObject({
  format: z.enum(importFormats),
  encoding: z.enum(encodings),
  columns: z.array(z.enum(importColumns)),
  delimiter: z.string().nullable(),
  ignored_columns: z.array(z.string()),
  bytes: count,
  next_line: z.int(),
  rows: count,
  valid: count,
  changed: count,
  invalid: z.array(z.strictObject({ line: z.int(), clerk_id: z.string().nullable(), reason: z.string() })),
  dates: z.strictObject({ cells: count, fits: z.record(z.enum(dateFormats), count), example: z.string().nullable() }),
  date_format: z.enum(dateFormats),
  samples: z.array(z.string()),
}) satisfies z.ZodType<ImportAnswer>

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
      indexes: z
        .array(z.string())
        .optional()
        .meta({ description: 'Of GET /api/ready: the indexes that could not be built, and why' }),
      code: z
        .string()
        .optional()
        .meta({ description: `${otherAccount}: the request is meant for another account` }),
    })
    .optional(),
})
