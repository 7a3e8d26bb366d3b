import { describe, expect, it } from 'vitest'
import { judgeAddress } from '../../server/sync/checks/endpoint.ts'
import { judgeEndpoint } from '../../server/sync/checks/judge-endpoint.ts'

const endpoint = new URL('https://app.example/api/webhooks')
const judge = (status: number, text = '', headers: Record<string, string> = {}, url = endpoint) =>
  judgeEndpoint({ status, text, headers: new Headers(headers) }, url)
const json = (message: string) => JSON.stringify({ statusCode: 400, message })

describe('the answer of a webhook endpoint to an unsigned POST', () => {
  it('is in order when it is the app\'s 400', () => {
    const message = 'Missing required webhook headers: svix-id, svix-timestamp, svix-signature'
    expect(judge(400, json(message))).toMatchObject({ verdict: 'ok', mend: null })
  })

  it.each([
    ['https://app.example/api/webhooks', 'http://app.example/api/webhooks', /from http:\/\/ to https:\/\//],
    ['https://app.example/api/webhooks/', 'https://app.example/api/webhooks', /a trailing slash/],
    ['/api/webhooks', 'https://app.example/api/webhooks/', /a trailing slash/],
    ['https://www.app.example/api/webhooks', 'https://app.example/api/webhooks', /another host/],
    ['/sign-in?redirect_url=secret', 'https://app.example/api/webhooks', /a sign-in page/],
    ['https://vercel.com/sso-api?url=x', 'https://app.example/api/webhooks', /a sign-in page/],
    ['https://accounts.app.example/', 'https://app.example/api/webhooks', /a sign-in page/],
    ['https://x.cloudflareaccess.com/cdn-cgi/access/login/app', 'https://app.example/api/webhooks', /a sign-in page/],
    ['/elsewhere', 'https://app.example/api/webhooks', /follows no redirect$/],
    ['', 'https://app.example/api/webhooks', /./],
    ['http://', 'https://app.example/api/webhooks', /redirects to nowhere/],
  ])('names a redirect to %j from %s', (location, from, found) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const finding = judge(status, '', { location }, new URL(from))
      expect(finding.verdict).toBe('failed')
      expect(finding.found).toMatch(found)
      expect(finding.mend).toBeTruthy()
      // A query may carry a token.
      expect(finding.found).not.toContain('secret')
    }
  })

  it.each([
    [403, 'Blocked request. This host ("app.example") is not allowed.', /Blocked request/, /ALLOWED_HOSTS=app\.example/],
    [403, '<h1>Forbidden</h1>', /refuses the request \(403\)/, /Allow POST/],
    [401, '', /password or a sign-in/, /Deployment Protection/],
    [404, '', /no webhook route/, /base path/],
    [405, '', /does not take POST/, /api\/webhooks/],
    [413, '', /not the app's \(413\)/, /proxy/],
    [429, '', /rate limit/, /Exempt/],
    [500, '', /server there fails \(500\)/, /log/],
    [502, '', /does not reach the app/, /Start the app/],
    [503, '', /no app to answer/, /deploy/],
    [503, json('No webhook signing secret is configured'), /no signing secret/, /NUXT_CLERK_WEBHOOK_SIGNING_SECRET/],
    [504, '', /no answer from the app/, /15 s/],
    [521, '', /server there fails \(521\)/, /log/],
    [530, '', /Cloudflare/, /cloudflared/],
    [200, '<!DOCTYPE html><title>Home</title>', /with a page/, /api\/webhooks/],
    [200, 'ok', /not this app, or its signatures are not verified/, /api\/webhooks/],
    [204, '', /not this app/, /api\/webhooks/],
    [400, '<h1>The plain HTTP request was sent to HTTPS port</h1>', /not as the app does/, /proxy/],
    [400, json('Bad request'), /not as the app does/, /proxy/],
  ])('is explained when it is %i %j', (status, text, found, mend) => {
    expect(judge(status, text)).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(found),
      mend: expect.stringMatching(mend),
    })
  })

  it('is recognized as ngrok\'s own, by header or by page, whatever its status', () => {
    expect(judge(200, '', { 'ngrok-error-code': 'ERR_NGROK_6024' }).found).toMatch(/browser warning page/)
    expect(judge(200, '<html>… ERR_NGROK_6024 …</html>').found).toMatch(/browser warning page/)
    expect(judge(404, '', { 'ngrok-error-code': 'ERR_NGROK_3200' }).found).toMatch(/not running/)
    expect(judge(502, '', { 'ngrok-error-code': 'ERR_NGROK_8012' }).found).toMatch(/finds no app/)
    expect(judge(403, '', { 'ngrok-error-code': 'ERR_NGROK_725' })).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining('ERR_NGROK_725'),
      mend: 'See https://ngrok.com/docs/errors/err_ngrok_725',
    })
  })
})

describe('the address of a webhook endpoint', () => {
  it.each(['https://app.example/api/webhooks', 'https://example.ngrok-free.app/api/webhooks', 'https://172.15.0.1/'])(
    'is in order when it is %s',
    (url) => {
      expect(judgeAddress(new URL(url))).toMatchObject({ verdict: 'ok' })
    },
  )

  it.each([
    ['http://app.example/api/webhooks', /not encrypted/],
    ['http://localhost:3000/api/webhooks', /Only this machine/],
    ['https://localhost/api/webhooks', /Only this machine/],
    ['https://app.localhost/api/webhooks', /Only this machine/],
    ['https://127.0.0.1/api/webhooks', /Only this machine/],
    ['https://[::1]/api/webhooks', /Only this machine/],
    ['https://10.1.2.3/api/webhooks', /Only this machine/],
    ['https://172.16.0.1/api/webhooks', /Only this machine/],
    ['https://192.168.1.2/api/webhooks', /Only this machine/],
    ['https://[fd00::1]/api/webhooks', /Only this machine/],
    ['https://mac.local/api/webhooks', /Only this machine/],
    ['https://app/api/webhooks', /Only this machine/],
  ])('is warned of when it is %s', (url, found) => {
    expect(judgeAddress(new URL(url))).toMatchObject({ verdict: 'warning', found: expect.stringMatching(found) })
  })
})
