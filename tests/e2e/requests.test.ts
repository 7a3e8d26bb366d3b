import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { message, sign, userEvent } from '../../fixtures/webhooks.ts'

let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Server
beforeAll(async () => {
  mongod = await startMongod()
  server = await startServer({ MONGODB_URI: mongod.uri })
})
afterAll(async () => {
  await server.stop()
  await mongod.stop()
})

/** Sends a raw request, which fetch cannot. */
async function raw(lines: string[], body = ''): Promise<{ status: number, head: string, body: string }> {
  const socket = connect(Number(new URL(server.url).port), 'localhost')
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.write(
    `${[...lines, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`,
  )
  await once(socket, 'close')
  const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') }
}

const paths = ['/', '/profile', '/api/me', '/api/webhooks', '/api/health', '/favicon.svg', '/nothing']

describe('a request', () => {
  it.each(['[', 'a b', '%', 'x:99999', 'a@b', ''])('with the host %j is answered 400 on every path', async (host) => {
    for (const path of paths) {
      expect([path, (await raw([`GET ${path} HTTP/1.1`, `Host: ${host}`])).status]).toEqual([path, 400])
      if (host)
        expect([
          path,
          (await raw([`GET ${path} HTTP/1.1`, 'Host: localhost', `X-Forwarded-Host: ${host}`])).status,
        ]).toEqual([path, 400])
    }
  })

  const others = ['TRACE', 'PUT', 'POST', 'DELETE', 'PATCH', 'PROPFIND']
  it.each(others)('with %s is answered 405 by a page', async (method) => {
    for (const path of ['/', '/profile', '/people/user_1', '/nothing']) {
      const { status, head } = await raw([`${method} ${path} HTTP/1.1`, 'Host: localhost'])
      expect([path, status, /^allow: (.*)$/im.exec(head)?.[1]]).toEqual([path, 405, 'GET, HEAD, OPTIONS'])
    }
  })

  it.each([
    ['POST', '/api/me', 'GET, PATCH, HEAD, OPTIONS'],
    ['TRACE', '/api/me', 'GET, PATCH, HEAD, OPTIONS'],
    ['DELETE', '/api/admin/views', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/admin/views/mine', 'DELETE, PUT, OPTIONS'],
    ['PUT', '/api/profiles/user_1?x=1', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/webhooks', 'POST'],
  ])('%s %s is answered 405 with the allowed methods', async (method, path, allow) => {
    const { status, head, body } = await raw([`${method} ${path} HTTP/1.1`, 'Host: localhost'])
    expect([status, /^allow: (.*)$/im.exec(head)?.[1]?.split(', ').toSorted()]).toEqual([
      405,
      allow.split(', ').toSorted(),
    ])
    expect(JSON.parse(body)).toEqual({
      statusCode: 405,
      statusMessage: 'Method Not Allowed',
      message: expect.any(String),
    })
  })

  it('with HEAD is answered like GET without a body, with OPTIONS by the methods', async () => {
    expect(await raw(['HEAD /api/health HTTP/1.1', 'Host: localhost'])).toMatchObject({ status: 200, body: '' })
    expect(await raw(['HEAD /api/me HTTP/1.1', 'Host: localhost'])).toMatchObject({ status: 401, body: '' })
    const { status, head } = await raw(['OPTIONS /api/health HTTP/1.1', 'Host: localhost'])
    expect([status, head]).toEqual([204, expect.stringMatching(/^allow: GET, HEAD, OPTIONS$/im)])
  })

  it('with an absolute address in its request line equals one with a path', async () => {
    const sent = message(userEvent('user.created', 'user_absolute', Date.now()))
    const headers = Object.entries(sign(sent)).map(([name, value]) => `${name}: ${value}`)
    expect((await raw([`POST ${server.webhooks} HTTP/1.1`, 'Host: other.example', ...headers], sent.body)).status).toBe(
      200,
    )
    expect((await raw([`GET ${server.url}/api/health HTTP/1.1`, 'Host: localhost'])).status).toBe(200)
  })

  it.each([
    '/%',
    '/%ZZ',
    '/api/%',
    '/api/profiles/%',
    '/api/profiles/%00',
    '/people/%E0%A4%A',
    '//',
    '/\\',
    '/api//me',
    `/${'a'.repeat(8_000)}`,
    '/api/me/../../etc/passwd',
  ])('for %s is answered without a server error', async (path) => {
    const { status } = await raw([`GET ${path} HTTP/1.1`, 'Host: localhost'])
    expect(status).toBeGreaterThanOrEqual(200)
    expect(status).toBeLessThan(500)
  })

  it('that fails is answered in one shape, wherever JSON is requested', async () => {
    for (const [path, statusCode] of [
      ['/api/me', 401],
      ['/api/nothing', 404],
      ['/nothing', 404],
      ['/api/profiles?limit=0', 401],
    ] as const) {
      const response = await fetch(server.url + path)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        statusCode,
        statusMessage: response.statusText,
        message: expect.not.stringContaining('/'),
      })
    }
  })
})
