import { defineNitroPlugin } from 'nitropack/runtime'

interface LambdaRequest {
  event?: { body?: string | null, isBase64Encoded?: boolean }
}

/** Decodes a body that AWS Lambda sends in base64: Nitro would read it as UTF-8, and lose the bytes that are not. */
export default defineNitroPlugin((nitro) => {
  const { localCall } = nitro
  nitro.localCall = (request) => {
    const { event } = request as LambdaRequest
    return localCall(event?.isBase64Encoded ? { ...request, body: Buffer.from(event.body ?? '', 'base64') } : request)
  }
})
