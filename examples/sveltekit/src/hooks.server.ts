import type { Handle } from '@sveltejs/kit'
import { withClerkHandler } from 'svelte-clerk/server'

const clerk = withClerkHandler()

// Clerk's webhooks have no session.
export const handle: Handle = input =>
  input.event.url.pathname === '/api/webhooks' ? input.resolve(input.event) : clerk(input)
