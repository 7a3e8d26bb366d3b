import { verifyWebhook } from '@clerk/express/webhooks'
import express from 'express'
import { connect, storeAndRecord } from './store-mongoose.ts'

await connect(process.env.MONGODB_URI!)
const app = express()
app.post('/api/webhooks', express.raw({ type: 'application/json' }), async (request, response) => {
  let event
  try {
    event = await verifyWebhook(request)
  }
  catch {
    return response.status(400).send('Verification failed')
  }
  await storeAndRecord(event, request.header('svix-id'))
  response.send('Webhook received')
})
const server = app.listen(0, () => console.log(`Listening on http://localhost:${server.address().port}`))
