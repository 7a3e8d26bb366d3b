import { clerkMiddleware } from '@clerk/tanstack-react-start/server'
import { createCsrfMiddleware, createMiddleware, createStart } from '@tanstack/react-start'
import { sync } from './sync'

// First of all: Clerk's webhooks have no session.
const webhooks = createMiddleware().server(({ request, pathname, next }) =>
  pathname === '/api/webhooks' ? sync.fetch(request) : next(),
)
// TanStack Start adds it itself only where this file is missing.
const csrf = createCsrfMiddleware({ filter: ({ handlerType }) => handlerType === 'serverFn' })

export const startInstance = createStart(() => ({ requestMiddleware: [webhooks, csrf, clerkMiddleware()] }))
