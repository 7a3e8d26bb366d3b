import { clerkMiddleware } from '@clerk/nextjs/server'

export default clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY })

// Not the webhook, which has no session, and not files.
export const config = { matcher: ['/((?!api/webhooks|_next/|.*\\..*).*)'] }
