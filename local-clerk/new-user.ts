import { z } from 'zod'
import { checkPassword } from './passwords.ts'

function isAllowed(password: string): boolean {
  try {
    checkPassword(password)
    return true
  }
  catch {
    return false
  }
}

export const metadata = z.record(z.string(), z.unknown())

/** A user by the names that `@clerk/backend` has for `users.createUser()`. */
export const newUser = z.strictObject({
  id: z.string().regex(/^user_\w+$/, 'must begin with user_').optional(),
  emailAddress: z.array(z.email()).optional(),
  phoneNumber: z.array(z.string().regex(/^\+\d{7,15}$/, 'must be like +15555550100')).optional(),
  username: z.string().regex(/^[\w-]{3,64}$/, 'must be 3 to 64 letters, digits, _ or -').optional(),
  password: z.string().refine(isAllowed, 'must have 8 characters, and be in no data breach').optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  publicMetadata: metadata.optional(),
  privateMetadata: metadata.optional(),
  unsafeMetadata: metadata.optional(),
  externalId: z.string().optional(),
  createdAt: z.union([z.iso.datetime(), z.date()]).optional(),
})

export type NewUser = z.input<typeof newUser>
