/** @module-tag slow */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { secret } from '../../fixtures/webhooks.ts'
import { checkEndpoint } from '../../server/sync/checks/endpoint.ts'
import { startAppRoute } from '../support/app-route.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'

async function check(url: string | URL) {
  const [address, endpoint] = await Promise.all(checkEndpoint(new URL(url)))
  return { address: address!, endpoint: endpoint! }
}

/** Checks the endpoint of a server that answers like this. */
async function checkServer(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return (await check(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks`)).endpoint
  }
  finally {
    server.close()
    server.closeAllConnections()
  }
}

describe('the webhook endpoint, called from outside', () => {
  it('is in order when the app answers 400 to an unsigned POST', async () => {
    const app = await startAppRoute([secret])
    const { address, endpoint } = await check(app.url)
    await app.stop()
    expect(endpoint).toEqual({
      what: 'Endpoint',
      verdict: 'ok',
      found: 'It answers 400 to an unsigned POST, as it should, and does not redirect',
      mend: null,
    })
    expect(address).toMatchObject({ verdict: 'warning', found: expect.stringContaining('Only this machine') })
  })

  it('is called by POST without a signature, and a redirect is not followed', async () => {
    const asked: string[] = []
    const finding = await checkServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['svix-signature']}`)
      response.writeHead(308, { location: `${request.url}/` }).end()
    })
    expect(asked).toEqual(['POST /api/webhooks undefined'])
    expect(finding).toMatchObject({ verdict: 'failed', found: expect.stringContaining('trailing slash') })
  })

  it.each<[string, RequestListener, RegExp]>([
    [
      'the dev server\'s 403',
      (_request, response) => response.writeHead(403).end('Blocked request. This host ("a.example") is not allowed.'),
      /Blocked request/,
    ],
    [
      'a page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html>'),
      /answers 200 with a page/,
    ],
    [
      'ngrok\'s warning',
      (_request, response) => response.writeHead(200, { 'ngrok-error-code': 'ERR_NGROK_6024' }).end('<!DOCTYPE html>'),
      /browser warning page/,
    ],
    ['502', (_request, response) => response.writeHead(502).end(), /does not reach the app/],
    [
      'a page without end',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', more)
        more()
      },
      /answers 200 with a page/,
    ],
    ['a closed connection', (_request, response) => response.destroy(), /cannot be reached/],
  ])('is explained when the answer is %s', async (_name, answer, found) => {
    expect(await checkServer(answer)).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(found),
      mend: expect.any(String),
    })
  })

  it.each<[string, RequestListener]>([
    ['there is none', () => {}],
    ['its body never ends', (_request, response) => response.writeHead(400).write('{')],
  ])('waits 10 seconds for an answer: %s', async (_name, answer) => {
    const started = Date.now()
    expect(await checkServer(answer)).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/no answer within 10 s/),
      mend: expect.stringContaining('firewall'),
    })
    expect(Date.now() - started).toBeLessThan(13_000)
  })

  it('is explained when nothing listens, the name does not exist, or the certificate is not trusted', async () => {
    expect((await check(`http://127.0.0.1:${await freePort()}/api/webhooks`)).endpoint).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('nothing listens'),
    })
    expect((await check('http://no-such-host.invalid/api/webhooks')).endpoint).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('DNS'),
    })
    const app = await startAppRoute([secret])
    const tls = await startTlsProxy(app.url.origin, () => ({}))
    expect((await check(`${tls.url}/api/webhooks`)).endpoint).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('certificate'),
    })
    await tls.stop()
    await app.stop()
  })
})
