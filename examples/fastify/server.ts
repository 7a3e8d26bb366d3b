import { clerkPlugin, getAuth } from '@clerk/fastify'
import { InvalidProfile, ProfileGone } from '@addendum/sync/mongodb'
import Fastify from 'fastify'
import { store, sync } from './sync.ts'

// Idle connections must not hold the end of the process.
const app = Fastify({ forceCloseConnections: 'idle' })

// Before Fastify parses the body, whose bytes the signature covers, and whatever its content type.
app.all('/api/webhooks', {
  async onRequest({ raw }, reply) {
    const { status, headers, body } = await sync.answer(raw)
    return reply.code(status).headers(headers).send(body)
  },
}, () => {})

app.register(async (api) => {
  await api.register(clerkPlugin)
  api.addHook('preHandler', async (request, reply) => {
    if (!getAuth(request).userId) return reply.code(401).send({ message: 'Sign in' })
  })
  api.get('/api/me', async (request) => {
    const clerk_id = getAuth(request).userId!
    return { clerk_id, profile: await store.readProfile(clerk_id) }
  })
  api.patch('/api/me', async (request) => {
    const clerk_id = getAuth(request).userId!
    return { clerk_id, profile: await store.editProfile(clerk_id, request.body as Record<string, unknown>) }
  })
})

app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
  if (error instanceof InvalidProfile) return reply.code(422).send({ fields: error.fields })
  if (error instanceof ProfileGone) return reply.code(410).send({ message: error.message })
  console.error(error)
  return reply.code(error.statusCode ?? 500).send({ message: 'Something went wrong' })
})

const address = await app.listen({ port: Number(process.env.PORT ?? 3000) })
console.log(`Listening on ${address.replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost')}`)
