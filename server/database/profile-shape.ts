import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod/mini'
import { fieldNames, metaOf, settingNames } from '../../shared/profile.ts'
import { Profile } from './profiles.ts'

const text = { bsonType: 'string' }
const time = { bsonType: 'date' }
const orNull = (shape: object) => ({ anyOf: [{ bsonType: 'null' }, shape] })

/**
 * MongoDB's checks of a field, by its input. They cost next to nothing, which a list of all countries would not. They
 * leave out what the next version of the app may change, such as the values of a choice: during a deployment, two
 * versions write side by side.
 */
const shapes = {
  date: { ...text, pattern: z.regexes.date.source },
  country: { ...text, pattern: '^[A-Z]{2}$' },
  choice: text,
  text,
}

const properties = {
  clerk_id: text,
  ...Object.fromEntries(fieldNames.map(field => [field, orNull(shapes[metaOf(field).input])])),
  ...Object.fromEntries(settingNames.map(setting => [setting, { enum: ['private', 'public'] }])),
  birth_month_day: orNull(text),
  created_at: time,
  updated_at: time,
  clerk_updated_at: time,
  deleted_at: time,
  last_seen_at: time,
}

/** Marks the validator as the app's own for later starts. */
const title = 'A profile of Addendum'
const validator = { $jsonSchema: { title, required: ['clerk_id'], properties } }

/**
 * Makes MongoDB refuse malformed profiles that other programs write. Existing malformed documents stay writable. The
 * collection must exist.
 * @throws Error when the collection has another validator, which stays
 * @throws MongoError when the app may not set a validator, or the database is unavailable
 */
export async function validateProfiles(): Promise<void> {
  const { collectionName } = Profile.collection
  const db = Profile.db.db!
  const [collection] = await db.listCollections({ name: collectionName }).toArray()
  const current = (collection as { options?: { validator?: { $jsonSchema?: { title?: string } } } }).options?.validator
  if (isDeepStrictEqual(current, validator)) return
  if (current && current.$jsonSchema?.title !== title) {
    throw new Error(`${collectionName} has a validator that is not the app's`)
  }
  await db.command({ collMod: collectionName, validator, validationLevel: 'moderate' })
}
