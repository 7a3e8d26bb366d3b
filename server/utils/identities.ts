import { clerkClient } from '@clerk/nuxt/server'
import type { H3Event } from 'h3'
import { createIdentities } from '../clerk/identities.ts'
import { log } from './log.ts'

let shared: ReturnType<typeof createIdentities> | undefined

/** This process's one memory of who is who, made with the keys of the first request that asks. */
export function identities(event: H3Event) {
  if (shared) return shared
  // @clerk/nuxt brings h3's types in a copy of its own, which TypeScript takes for others.
  const { users } = clerkClient(event as unknown as Parameters<typeof clerkClient>[0])
  shared = createIdentities({
    fetchUsers: async ids => (await users.getUserList({ userId: ids, limit: ids.length })).data,
    searchUsers: (query, limit) => users.getUserList({ query, limit }),
    onError: error => log.warn('Clerk did not say who is who', { error: error.message }),
  })
  return shared
}

/** A webhook says that this user changed. */
export function forgetIdentity(clerk_id: string): void {
  shared?.forget(clerk_id)
}
