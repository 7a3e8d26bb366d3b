import { z } from 'zod'
import { metadata } from './new-user.ts'

/** An organization to start with, by the names that `@clerk/backend` has for `organizations.createOrganization()`. */
export const newOrganization = z.strictObject({
  name: z.string().min(1),
  slug: z.string().regex(/^[a-z0-9-]+$/, 'must have only a to z, digits and -').optional(),
  publicMetadata: metadata.optional(),
  privateMetadata: metadata.optional(),
  /** 0 for any number. */
  maxAllowedMemberships: z.int().min(0).optional(),
  members: z.array(z.strictObject({
    /** The email address, username or id of a user to start with. */
    user: z.string(),
    role: z.enum(['org:admin', 'org:member']).default('org:member'),
  })).default([]),
})

export type NewOrganization = z.input<typeof newOrganization>
export type SeedOrganization = z.output<typeof newOrganization>
