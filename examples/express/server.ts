import { clerkMiddleware, getAuth } from '@clerk/express'
import { InvalidProfile, ProfileGone } from '@addendum/sync/mongodb'
import express from 'express'
import type { ErrorRequestHandler } from 'express'
import { store, sync } from './sync.ts'

const app = express()

// Before everything that reads bodies or asks for a session: the signature covers the bytes of the body.
app.all('/api/webhooks', sync.node)

app.use(clerkMiddleware())
app.use(express.json())

app.get('/api/me', async (request, response) => {
  const { userId } = getAuth(request)
  if (!userId) return void response.status(401).json({ message: 'Sign in' })
  response.json({ clerk_id: userId, profile: await store.readProfile(userId) })
})

app.patch('/api/me', async (request, response) => {
  const { userId } = getAuth(request)
  if (!userId) return void response.status(401).json({ message: 'Sign in' })
  response.json({ clerk_id: userId, profile: await store.editProfile(userId, request.body) })
})

const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (error instanceof InvalidProfile) return void response.status(422).json({ fields: error.fields })
  if (error instanceof ProfileGone) return void response.status(410).json({ message: error.message })
  console.error(error)
  response.status(error.status ?? 500).json({ message: 'Something went wrong' })
}
app.use(answerError)

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`Listening on http://localhost:${(server.address() as { port: number }).port}`)
})
