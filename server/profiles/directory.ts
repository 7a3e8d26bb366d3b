import mongoose from 'mongoose'
import { z } from 'zod'
import { fieldNames, metaOf } from '../../shared/profile.ts'
import type { Person } from '../../shared/answers.ts'
import { collection } from '../database/connection.ts'
import { notDeleted } from '../database/profile-filters.ts'
import { fieldOf, monthDayOf, settingOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import type { Finder, Identities } from '../clerk/identities.ts'

export interface DirectoryPage {
  people: Person[]
  /** The start of the next page; null on the last page. */
  next_cursor: string | null
  /** False if Clerk did not respond, so that some names and pictures are missing. */
  identities_complete: boolean
}

/** The query of GET /api/profiles. */
export const directoryQuery = z.strictObject({
  cursor: z.string().regex(/^[0-9a-f]{24}$/, 'Take the cursor from next_cursor of the previous page').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
})

const shownFields = fieldNames.filter(field => metaOf(field).inDirectory)
const optedIn = { visibility: 'public', ...notDeleted } as const
const readFields = ['clerk_id', 'birthday_visibility', 'birthday', ...shownFields]
const projection = Object.fromEntries(readFields.map(name => [name, 1]))

type Row = ProfileDocument & { _id: mongoose.mongo.BSON.ObjectId }

/**
 * @returns null if the user is banned, or deleted in Clerk: the event of the deletion may not have arrived yet
 */
function toPerson(row: Row, identities: Identities): Person | null {
  const identity = identities.get(row.clerk_id)
  if (identity === null || identity?.banned) return null
  const fields = Object.fromEntries(shownFields.map(field => [field, fieldOf(row, field)]))
  return {
    clerk_id: row.clerk_id,
    name: identity?.name ?? null,
    picture: identity?.picture ?? null,
    birth_month_day: settingOf(row, 'birthday_visibility') === 'public' ? monthDayOf(row) : null,
    ...fields,
  }
}

/**
 * Lists the users who opted in to the directory, newest first.
 * @param page.cursor  `next_cursor` of the previous page
 */
export async function listPeople(
  { cursor, limit }: { cursor?: string, limit: number },
  identities: Finder,
): Promise<DirectoryPage> {
  const profiles = await collection<Row>('profiles')
  const before = cursor ? { _id: { $lt: mongoose.mongo.ObjectId.createFromHexString(cursor) } } : {}
  const rows = await profiles
    .find({ ...optedIn, ...before }, { projection, sort: { _id: -1 }, limit: limit + 1 })
    .toArray()
  const page = rows.slice(0, limit)
  const found = await identities.find(page.map(({ clerk_id }) => clerk_id))
  return {
    people: page.map(row => toPerson(row, found)).filter(person => person !== null),
    next_cursor: rows.length > limit ? page.at(-1)!._id.toHexString() : null,
    identities_complete: page.every(({ clerk_id }) => found.has(clerk_id)),
  }
}

/** @returns null for a private, deleted, banned or unknown user, without telling these apart */
export async function findPerson(clerk_id: string, identities: Finder): Promise<Person | null> {
  const profiles = await collection<Row>('profiles')
  const row = await profiles.findOne({ ...optedIn, clerk_id }, { projection })
  return row && toPerson(row, await identities.find([clerk_id]))
}
