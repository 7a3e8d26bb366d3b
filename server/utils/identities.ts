import { clerkClient } from '@clerk/nuxt/server'
import type { H3Event } from 'h3'
import { createIdentities } from '../clerk/identities.ts'
import { log } from './log.ts'

let shared: ReturnType<typeof createIdentities> | undefined

/** The process's cache of names and pictures, created with the keys of the first request that needs it. */
export function identities(event: H3Event) {
  if (shared) return shared
  // @clerk/nuxt has its own copy of h3's types, which TypeScript treats as different types.
  const { users } = clerkClient(event as unknown as Parameters<typeof clerkClient>[0])
  shared = createIdentities({
    fetchUsers: async ids => (await users.getUserList({ userId: ids, limit: ids.length })).data,
    searchUsers: (query, limit) => users.getUserList({ query, limit }),
    onError: error => log.warn('Could not load names from Clerk', { error: error.message }),
  })
  return shared
}

/** Drops what is cached of a user: a webhook reported a change. */
export function forgetIdentity(clerk_id: string): void {
  shared?.forget(clerk_id)
}
