import { choicesOf, fieldNames, metaOf } from './profile.ts'
import type { ProfileField } from './profile.ts'

/**
 * The most that the fields may take of a session token, in bytes. Clerk recommends at most 1.2 KB for all custom
 * claims, since a cookie holds 4 KB; the rest is for name, email, picture and role.
 */
const limit = 500

/** The fields that are also in the session token, as `metadata.profile` (with the claims of the README). */
export const tokenFields = (): ProfileField[] => fieldNames.filter(field => metaOf(field).inToken)

/** The most bytes that a field's name and value take as JSON. */
function bytesOf(field: ProfileField): number {
  const { input, maxLength } = metaOf(field)
  const longest = {
    date: () => '"YYYY-MM-DD"'.length,
    country: () => '"XX"'.length,
    choice: () => Math.max(...choicesOf(field).map(choice => new TextEncoder().encode(JSON.stringify(choice)).length)),
    // A grapheme may have ten UTF-16 units, and JSON may write each as \uXXXX.
    text: () => (maxLength ?? Infinity) * 10 * 6 + 2,
  }[input]()
  return JSON.stringify(field).length + ':,'.length + longest
}

/**
 * Checks that the fields fit into the session token. The build calls it.
 * @throws Error that names the fields and their sizes, when they do not
 */
export function checkTokenSize(fields = tokenFields()): void {
  const sizes = fields.map(field => ({ field, bytes: bytesOf(field) }))
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total <= limit) return
  const list = sizes.map(({ field, bytes }) => `${field} (${bytes})`).join(', ')
  throw new Error(
    `The fields with inToken in shared/profile.ts may take ${total} bytes of the session token, and ${limit} are free: `
    + `${list}. Leave the largest in MongoDB alone`,
  )
}
