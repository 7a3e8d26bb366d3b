import { defineNitroPlugin } from 'nitropack/runtime'

interface LambdaRequest {
  event?: { body?: string | null, isBase64Encoded?: boolean }
}

/** Gives a body that AWS Lambda has in base64 as its bytes: Nitro reads them as UTF-8, which loses any that are not. */
export default defineNitroPlugin((nitro) => {
  const { localCall } = nitro
  nitro.localCall = (request) => {
    const { event } = request as LambdaRequest
    return localCall(event?.isBase64Encoded ? { ...request, body: Buffer.from(event.body ?? '', 'base64') } : request)
  }
})
