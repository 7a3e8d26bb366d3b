import { clerkClient, clerkMiddleware, getAuth } from '@clerk/express'
import { verifyWebhook } from '@clerk/express/webhooks'
import express from 'express'

// The app of the README of packages/local-clerk.

const members = []
const app = express()

// Before the middleware, since Clerk's webhooks have no session.
app.post('/api/webhooks', express.raw({ type: 'application/json' }), async (request, response) => {
  const { type, data } = await verifyWebhook(request)
  if (type === 'user.created') members.push(data.email_addresses[0].email_address)
  response.end()
})

app.use(clerkMiddleware())

app.get('/api/me', (request, response) => {
  const { userId } = getAuth(request)
  response.status(userId ? 200 : 401).json({ userId })
})

app.get('/api/members', (_request, response) => response.json(members))

app.get('/private', async (request, response) => {
  const { userId } = getAuth(request)
  const page = `http://${request.headers.host}/private`
  if (!userId) return response.redirect(`${process.env.CLERK_SIGN_IN_URL}?redirect_url=${encodeURIComponent(page)}`)
  const { firstName } = await clerkClient.users.getUser(userId)
  response.send(`<p>Welcome, ${firstName}</p>`)
})

export const server = app.listen(0)
