import fastify from 'fastify'
import { isSigned, storeAndRecord } from './store-native.ts'

const app = fastify()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/api/webhooks', async ({ headers, body }, reply) => {
  if (!isSigned(headers, body)) return reply.code(400).send('Verification failed')
  await storeAndRecord(JSON.parse(body), headers['svix-id'])
  return 'Webhook received'
})
console.log(`Listening on ${await app.listen({ port: 0 })}`)
