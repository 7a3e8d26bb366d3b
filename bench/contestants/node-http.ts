import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSigned, storeAndRecord } from './store-native.ts'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', async () => {
    const body = Buffer.concat(chunks)
    if (!isSigned(request.headers, body)) return response.writeHead(400).end('Verification failed')
    try {
      await storeAndRecord(JSON.parse(body.toString()), String(request.headers['svix-id']))
      response.end('Webhook received')
    }
    catch {
      response.writeHead(503).end()
    }
  })
})
server.listen(0, () => console.log(`Listening on http://localhost:${(server.address() as AddressInfo).port}`))
