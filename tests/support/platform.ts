import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'

// Serves the function in FUNCTION on a free port, and calls it like the platform in PLATFORM.

interface LambdaAnswer {
  statusCode: number
  headers: Record<string, string>
  cookies?: string[]
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: boolean
}

interface Entry {
  default: RequestListener & ((request: Request, context: object) => Promise<Response>)
  handler: (event: object, context: object) => Promise<LambdaAnswer>
}

const entry: Entry = await import(pathToFileURL(process.env.FUNCTION!).href)

/** Joins repeated headers into one text, as platforms do. */
const textHeaders = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))

async function callNetlify(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const hasBody = req.method !== 'GET' && req.method !== 'HEAD'
  const response = await entry.default(
    new Request(`http://${req.headers.host}${req.url}`, {
      method: req.method,
      headers: textHeaders(req.headers),
      body: hasBody ? (Readable.toWeb(req) as ReadableStream) : undefined,
      duplex: 'half',
    } as RequestInit),
    {},
  )
  res.writeHead(response.status, [...response.headers].flat())
  if (response.body) await pipeline(response.body, res)
  else res.end()
}

/** The event of an API Gateway: payload version 2 of an HTTP API, or version 1 of a REST API. */
function lambdaEvent(
  req: IncomingMessage,
  version: string,
  body: { body: string | null, isBase64Encoded: boolean },
): object {
  const { pathname, search, searchParams } = new URL(req.url!, `http://${req.headers.host}`)
  const { cookie, ...headers } = textHeaders(req.headers)
  const names = [...new Set(searchParams.keys())]
  const query = (value: (name: string) => unknown) => {
    return names.length > 0 ? Object.fromEntries(names.map(name => [name, value(name)])) : null
  }
  if (version === 'v2') {
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      ...(cookie && { cookies: cookie.split('; ') }),
      headers,
      queryStringParameters: query(name => searchParams.getAll(name).join(',')) ?? undefined,
      requestContext: { stage: '$default', http: { method: req.method, path: pathname } },
      ...body,
    }
  }
  return {
    resource: '/{proxy+}',
    path: pathname,
    httpMethod: req.method,
    headers: { ...headers, ...(cookie && { cookie }) },
    queryStringParameters: query(name => searchParams.getAll(name).at(-1)),
    multiValueQueryStringParameters: query(name => searchParams.getAll(name)),
    requestContext: { stage: 'production', path: pathname, httpMethod: req.method },
    ...body,
  }
}

async function callLambda(req: IncomingMessage, res: ServerResponse, version: string, encoding: string): Promise<void> {
  const bytes = await buffer(req)
  const isBase64Encoded = encoding === 'base64' && bytes.length > 0
  const body = bytes.length > 0 ? bytes.toString(isBase64Encoded ? 'base64' : 'utf8') : null
  const event = lambdaEvent(req, version, { body, isBase64Encoded })
  const answer = await entry.handler(event, { awsRequestId: 'a-request' })
  const cookies = answer.cookies ?? answer.multiValueHeaders?.['set-cookie'] ?? []
  // Lambda passes the answer to the gateway as JSON.
  const { statusCode, headers, body: text } = JSON.parse(JSON.stringify(answer)) as LambdaAnswer
  res.writeHead(statusCode, { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) })
  res.end(Buffer.from(text, answer.isBase64Encoded ? 'base64' : 'utf8'))
}

const [platform, version = '', encoding = ''] = process.env.PLATFORM!.split(' ')
const server = createServer(async (req, res) => {
  try {
    if (platform === 'vercel') await entry.default(req, res)
    else if (platform === 'netlify') await callNetlify(req, res)
    else await callLambda(req, res, version, encoding)
  }
  catch {
    // The function failed: the platform answers 502, or cuts an answer that has begun.
    if (res.headersSent) res.destroy()
    else res.writeHead(502).end()
  }
})
server.listen(0, () => console.log(`Listening on http://localhost:${(server.address() as AddressInfo).port}`))
