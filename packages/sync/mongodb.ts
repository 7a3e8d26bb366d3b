import type { StandardSchemaV1 } from '@standard-schema/spec'
import { createApply } from '../../server/sync/apply.ts'
import { createCommit } from '../../server/sync/commit.ts'
import type { Store } from '../../server/sync/create-sync.ts'
import { createRecord } from '../../server/sync/record.ts'
import { createSeedReader, validateField } from '../../server/sync/seeds.ts'
import { duplicateKey, durable } from '../../server/database/durable.ts'
import { alive } from '../../server/database/profile-filters.ts'
import { deliveryRetention, tombstoneRetention } from '../../server/database/retention.ts'
import type { CommandTarget as Database } from '../../server/database/write-batch.ts'

export type { CommandTarget as Database } from '../../server/database/write-batch.ts'

/** A schema for each field, of Zod, Valibot, ArkType or another library with the Standard Schema interface. */
export type FieldSchemas = Record<string, StandardSchemaV1>

/** A user's fields. One that was never set, or was cleared, is null. */
export type ProfileOf<Fields extends FieldSchemas> = {
  [Field in keyof Fields]: StandardSchemaV1.InferOutput<Fields[Field]> | null
}

export interface MongodbStoreOptions<Fields extends FieldSchemas> {
  /**
   * The profile's fields. A valid value in a user's unsafe_metadata fills a field that was never set. The schemas must
   * validate without a promise.
   */
  fields: Fields
  /** Brings a value of unsafe_metadata into the form that the field's schema expects. */
  convert?: (field: string, value: unknown) => unknown
  /** Further fields of the document whose values follow from a field, such as the month of a birthday. */
  derive?: (field: string, value: unknown) => Record<string, unknown>
  /** The names of the fields that `derive` returns: a deletion erases them, too. */
  derived?: string[]
  /** 'erase' (default) removes the fields of a deleted user, 'flag' keeps them. */
  deleteMode?: 'erase' | 'flag'
}

/** A value does not fit its field. */
export class InvalidProfile extends Error {
  /** What is wrong, by field. */
  readonly fields: Record<string, string>
  constructor(fields: Record<string, string>) {
    super(Object.entries(fields).map(([field, message]) => `${field}: ${message}`).join('; '))
    this.fields = fields
  }
}

/** The user was deleted in Clerk: their profile is not written any more. */
export class ProfileGone extends Error {}

interface Row {
  deleted_at?: unknown
  [field: string]: unknown
}

const indexes = {
  profiles: [
    { key: { clerk_id: 1 }, name: 'clerk_id_1', unique: true },
    { key: { deleted_at: 1 }, name: 'deleted_at_1', expireAfterSeconds: tombstoneRetention },
  ],
  deliveries: [
    { key: { last_received_at: 1 }, name: 'last_received_at_1', expireAfterSeconds: deliveryRetention },
  ],
}

/**
 * Keeps profiles in the collection `profiles`, a document for each user with their `clerk_id`, and deliveries in
 * `deliveries`. It connects, and builds the indexes that it needs, when it is first used.
 * @param source  the address of a database, or a database that the app is connected to, such as
 *   `() => mongoose.connection.asPromise().then(({ db }) => db!)`
 */
export function mongodbStore<Fields extends FieldSchemas>(
  source: string | (() => Database | Promise<Database>),
  { fields, convert, derive, derived = [], deleteMode = 'erase' }: MongodbStoreOptions<Fields>,
) {
  const connection = typeof source === 'string' ? connectionOf(source) : { database: source, close: async () => {} }
  let opening: Promise<Database> | undefined
  /** All callers share one attempt; after a failure, the next one starts another. */
  const database = () => opening ??= open().catch((error) => {
    opening = undefined
    throw error
  })

  async function open(): Promise<Database> {
    const db = await connection.database()
    await Promise.all(Object.entries(indexes).map(([createIndexes, each]) => db.command({
      createIndexes, indexes: each, writeConcern: durable,
    })))
    return db
  }

  const rules = { initial: {}, personal: [...Object.keys(fields), ...derived], derive }
  const store: Store = {
    commit: createCommit({
      applyAll: createApply({ database, rules }),
      recordAll: createRecord(database),
      deleteMode,
    }),
    readSeeds: createSeedReader(fields, convert),
    async close() {
      opening = undefined
      await connection.close()
    },
  }

  const profileOf = (row: Row | null | undefined) => Object.fromEntries(
    Object.keys(fields).map(field => [field, row?.[field] ?? null]),
  ) as ProfileOf<Fields>

  return {
    ...store,
    /** Reads a user's fields, before any event about them has come, too. */
    async readProfile(clerk_id: string): Promise<ProfileOf<Fields>> {
      const db = await database()
      const { cursor } = await db.command({ find: 'profiles', filter: alive(clerk_id), limit: 1 }) as Found
      return profileOf(cursor.firstBatch[0])
    },
    /**
     * Sets the given fields, and clears those that are null, in one durable write. From then on the field is the
     * user's own: no event changes it.
     * @throws InvalidProfile when a value does not fit its field
     * @throws ProfileGone when the user was deleted
     */
    async editProfile(clerk_id: string, edit: Record<string, unknown>): Promise<ProfileOf<Fields>> {
      const values = validate(fields, edit)
      const now = new Date()
      const names = Object.keys(values)
      const command = (upsert: boolean) => ({
        findAndModify: 'profiles',
        query: alive(clerk_id),
        update: {
          $set: {
            ...values,
            ...Object.assign({}, ...names.map(field => derive?.(field, values[field]))),
            updated_at: now,
          },
          ...names.length > 0 && { $unset: Object.fromEntries(names.map(field => [`seeded_from.${field}`, 1])) },
          $setOnInsert: { clerk_updated_at: new Date(0), created_at: now },
        },
        upsert,
        new: true,
        writeConcern: durable,
      })
      const db = await database()
      const { value } = await db.command(command(true)).catch((error: { code?: number }) => {
        if (error.code !== duplicateKey) throw error
        // The user has a tombstone, or the row was created a moment ago.
        return db.command(command(false))
      }) as { value: Row | null }
      if (!value) throw new ProfileGone('This account was deleted')
      return profileOf(value)
    },
  }
}

interface Found {
  cursor: { firstBatch: Row[] }
}

function validate(fields: FieldSchemas, edit: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const invalid: Record<string, string> = {}
  for (const [field, value] of Object.entries(edit)) {
    if (!Object.hasOwn(fields, field)) {
      invalid[field] = 'is not a field of the profile'
      continue
    }
    const result = value === null ? { value } : validateField(field, fields[field]!, value)
    if (result.issues) invalid[field] = result.issues[0]?.message ?? 'is invalid'
    else values[field] = result.value
  }
  if (Object.keys(invalid).length > 0) throw new InvalidProfile(invalid)
  return values
}

interface Connection {
  database: () => Promise<Database>
  close: () => Promise<void>
}

const connectionsKey = Symbol.for('@addendum/sync/mongodb')

/** The process's connection to an address. A development server may load this module again. */
function connectionOf(uri: string): Connection {
  const connections = (globalThis as { [connectionsKey]?: Map<string, Connection> })[connectionsKey] ??= new Map()
  const known = connections.get(uri)
  if (known) return known
  let connecting: Promise<{ db: () => Database, close: () => Promise<void> }> | undefined
  async function connect() {
    const { MongoClient } = await import('mongodb')
    return new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, socketTimeoutMS: 70_000 }).connect()
  }
  const connection = {
    async database() {
      connecting ??= connect().catch((error) => {
        connecting = undefined
        throw error
      })
      return (await connecting).db()
    },
    async close() {
      connections.delete(uri)
      await (await connecting)?.close()
    },
  }
  connections.set(uri, connection)
  return connection
}
