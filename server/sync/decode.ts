import type { WebhookEvent } from '@clerk/backend/webhooks'
import { z } from 'zod'

/** A signed event is unusable, and sending it again would not help. */
export class RejectedEvent extends Error {}

/** A newer state of a Clerk user. */
export interface UserChange {
  kind: 'change'
  clerk_id: string
  /** `updated_at` of the Clerk user, milliseconds since the epoch. */
  version: number
  /** The valid fields in unsafe_metadata, which fill fields that were never set. */
  seeds: Record<string, unknown>
}

/** The deletion of a Clerk user. */
export interface UserDeletion {
  kind: 'deletion'
  clerk_id: string
}

export const clerkId = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'is not a Clerk id')
/** A time, in milliseconds since the epoch. */
export const milliseconds = z.int().min(0).max(8.64e15)
const metadata = z.record(z.string(), z.unknown()).catch({})

const envelope = z.object({
  type: z.string().min(1).max(128),
  timestamp: milliseconds.optional().catch(undefined),
  instance_id: z.string().max(128).optional().catch(undefined),
  data: z.object({
    id: clerkId.optional().catch(undefined),
    user_id: clerkId.optional().catch(undefined),
  }),
})
const changedUser = z.object({ id: clerkId, updated_at: milliseconds, unsafe_metadata: metadata })
const deletedUser = z.object({ id: clerkId })

/**
 * Reads the parts of an event's envelope that every delivery records.
 * @throws RejectedEvent when the envelope is not Clerk's
 */
export function decodeEnvelope(event: WebhookEvent) {
  const { type, timestamp, instance_id, data } = parse(envelope, event)
  return { type, timestamp, instance_id, clerk_id: type.startsWith('user.') ? data.id : data.user_id }
}

/** The fields of a user's unsafe_metadata that fit the profile, and why others do not. */
export interface Seeds {
  seeds: Record<string, unknown>
  dropped: string[]
}

/**
 * @returns the change, and a note with the reason for each dropped seed
 * @throws RejectedEvent when id or updated_at is missing or malformed
 */
export function decodeChange(
  data: unknown,
  readSeeds: (metadata: Record<string, unknown>) => Seeds,
): { change: UserChange, note?: string } {
  const user = parse(changedUser, data)
  const { seeds, dropped } = readSeeds(user.unsafe_metadata)
  return {
    change: { kind: 'change', clerk_id: user.id, version: user.updated_at, seeds },
    note: dropped.length ? `Seed dropped: ${dropped.join('; ')}` : undefined,
  }
}

/** @throws RejectedEvent when the id is missing or malformed */
export function decodeDeletion(data: unknown): UserDeletion {
  return { kind: 'deletion', clerk_id: parse(deletedUser, data).id }
}

/** @throws RejectedEvent when the value does not fit the schema */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  // The message names the fields and their errors, never their values.
  const problems = result.error.issues.map(issue => `${issue.path.join('.') || 'event'}: ${issue.message}`)
  throw new RejectedEvent(problems.join('; '))
}
