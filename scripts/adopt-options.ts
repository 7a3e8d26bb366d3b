import mongoose from 'mongoose'
import type { Paths } from '../server/admin/adopt.ts'
import { fieldNames } from '../shared/profile.ts'
import type { ProfileField } from '../shared/profile.ts'

const { EJSON, ObjectId } = mongoose.mongo.BSON

/** Where documents may have the Clerk id. */
export const clerkIdPaths = ['clerk_id', 'clerkId', 'clerkUserId', 'clerk_user_id', 'user_id', 'userId', 'id', '_id']

/**
 * What `--map birthday=dob,clerk_id=clerkId` says; what it does not name is taken from where the app would have it.
 * @returns also the paths that it names
 * @throws Error that says how to write it
 */
export function pathsOf(map: string): { paths: Paths, named: string[] } {
  const sameNames = Object.fromEntries(fieldNames.map(field => [field, field])) as Record<ProfileField, string>
  const paths: Paths = { clerk_id: clerkIdPaths, ...sameNames }
  const named: string[] = []
  for (const pair of map.split(',').filter(Boolean)) {
    const [, field, path] = /^\s*(\w+)\s*=\s*([^=\s]+)\s*$/.exec(pair) ?? []
    if (!field || !path) {
      throw new Error(`Write --map as field=yours, such as birthday=dob,country=address.country, not ${pair}`)
    }
    if (!(field in paths)) {
      const fields = Object.keys(paths).join(', ')
      throw new Error(`A profile has no field ${field}. Map one of ${fields} to a field of yours`)
    }
    Object.assign(paths, { [field]: field === 'clerk_id' ? [path] : path })
    named.push(path)
  }
  return { paths, named }
}

/** An `_id` as --after takes it: the hex digits of an ObjectId, a text, else Extended JSON. */
export function idText(id: unknown): string {
  if (id instanceof ObjectId) return id.toHexString()
  return typeof id === 'string' && idOf(id) === id ? id : EJSON.stringify(id, { relaxed: false })
}

export function idOf(text: string): unknown {
  if (/^[\da-f]{24}$/.test(text)) return new ObjectId(text)
  try {
    return EJSON.parse(text)
  }
  catch {
    return text
  }
}
