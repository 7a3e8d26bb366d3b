import { clerkMiddleware, getAuth } from '@clerk/hono'
import { serve } from '@hono/node-server'
import { InvalidProfile, ProfileGone } from '@addendum/sync/mongodb'
import { Hono } from 'hono'
import { store, sync } from './sync.ts'

const app = new Hono()

// Before Clerk's middleware, which would look for a session.
app.all('/api/webhooks', ({ req }) => sync.fetch(req.raw))

app.use('/api/*', clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY }))

app.get('/api/me', async (context) => {
  const clerk_id = getAuth(context).userId
  if (!clerk_id) return context.json({ message: 'Sign in' }, 401)
  return context.json({ clerk_id, profile: await store.readProfile(clerk_id) })
})

app.patch('/api/me', async (context) => {
  const clerk_id = getAuth(context).userId
  if (!clerk_id) return context.json({ message: 'Sign in' }, 401)
  return context.json({ clerk_id, profile: await store.editProfile(clerk_id, await context.req.json()) })
})

app.onError((error, context) => {
  if (error instanceof InvalidProfile) return context.json({ fields: error.fields }, 422)
  if (error instanceof ProfileGone) return context.json({ message: error.message }, 410)
  console.error(error)
  return context.json({ message: 'Something went wrong' }, 500)
})

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`Listening on http://localhost:${port}`)
})
