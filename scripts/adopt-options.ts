import mongoose from 'mongoose'
import type { Paths } from '../server/admin/adopt.ts'
import { fieldNames } from '../shared/profile.ts'
import type { ProfileField } from '../shared/profile.ts'

const { EJSON, ObjectId } = mongoose.mongo.BSON

/** The paths that may contain the Clerk id, in the order in which they are tried. */
export const clerkIdPaths = ['clerk_id', 'clerkId', 'clerkUserId', 'clerk_user_id', 'user_id', 'userId', 'id', '_id']

/**
 * Parses a `--map` such as `birthday=dob,clerk_id=clerkId`. Fields that it leaves out keep their own names.
 * @returns the path of each field, and the paths that the option names
 * @throws Error that explains the format
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

/** Formats an `_id` for --after: an ObjectId as hex digits, a string as it is, any other type as Extended JSON. */
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
