import { clerkMiddleware } from '@clerk/astro/server'
import { defineMiddleware } from 'astro:middleware'

const clerk = clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY })

// Clerk's webhooks have no session.
export const onRequest = defineMiddleware((context, next) =>
  context.url.pathname === '/api/webhooks' ? next() : clerk(context, next),
)
