import type { Answer } from './ask.ts'
import { parse } from './ask.ts'
import { failed, ok } from './finding.ts'
import type { Finding } from './finding.ts'

type Judged = Pick<Answer, 'status' | 'headers' | 'text'>

/** Says what an answer to an unsigned POST means for Clerk's webhooks. The app itself answers 400. */
export function judgeEndpoint(answer: Judged, webhooks: URL): Finding {
  const { status, headers } = answer
  const tunnel = judgeTunnel(answer)
  if (tunnel) return tunnel
  if (status >= 300 && status < 400) return judgeRedirect(headers.get('location') ?? '', webhooks)
  if (status === 400) return judgeRefusal(answer)
  if (status === 403 && /Blocked request/i.test(answer.text)) {
    return failed(
      `The dev server refuses the host ${webhooks.hostname} (403, Blocked request)`,
      `Add ALLOWED_HOSTS=${webhooks.hostname} to .env, and restart npm run dev`,
    )
  }
  if (status === 503 && /signing secret/i.test(parse<{ message: string }>(answer)?.message ?? '')) {
    return failed(
      'The app there has no signing secret, and answers every webhook 503',
      'Set NUXT_CLERK_WEBHOOK_SIGNING_SECRET where the app runs, and restart it',
    )
  }
  if (status >= 200 && status < 300) return judgeSuccess(answer)
  const [found, mend] = statuses[status] ?? (status >= 500 ? serverError : otherStatus)
  return failed(`${found} (${status})`, mend)
}

/** ngrok's own pages carry a code: https://ngrok.com/docs/errors */
function judgeTunnel({ headers, text }: Judged): Finding | undefined {
  const code = headers.get('ngrok-error-code') ?? /ERR_NGROK_\d+/.exec(text)?.[0]
  switch (code) {
    case undefined: return undefined
    case 'ERR_NGROK_6024': return failed(
      'ngrok answers with its browser warning page, and the app gets nothing',
      'Add the header ngrok-skip-browser-warning to the endpoint in Clerk\'s dashboard, or use another tunnel',
    )
    case 'ERR_NGROK_3200': return failed(
      'The ngrok tunnel is not running',
      'Start it: ngrok http 3000 --url <your domain>',
    )
    case 'ERR_NGROK_8012': return failed(
      'The ngrok tunnel runs, but finds no app behind it',
      'Start the app, and give the tunnel its port: ngrok http 3000 --url <your domain>',
    )
    default: return failed(
      `ngrok answers in place of the app: ${code}`,
      `See https://ngrok.com/docs/errors/${code.toLowerCase()}`,
    )
  }
}

/** Clerk follows no redirect: it counts as a failed attempt. */
function judgeRedirect(location: string, webhooks: URL): Finding {
  const target = URL.canParse(location, webhooks) ? new URL(location, webhooks) : undefined
  if (!target) return failed('It redirects to nowhere', 'Look at the server or proxy in front of the app')
  const found = `It redirects to ${target.origin}${target.pathname}, and Clerk follows no redirect`
  const replace = `Enter ${target.origin}${target.pathname} as the endpoint in Clerk's dashboard`
  const isSame = (part: 'hostname' | 'pathname') => target[part] === webhooks[part]
  if (isSame('hostname') && isSame('pathname') && target.protocol !== webhooks.protocol) {
    return failed(`${found} (from ${webhooks.protocol}// to ${target.protocol}//)`, replace)
  }
  if (isSame('hostname') && withoutSlash(target.pathname) === withoutSlash(webhooks.pathname)) {
    return failed(`${found} (a trailing slash)`, replace)
  }
  if (/\/(?:sign-?in|log-?in|sso|auth)\b|^accounts\.|handshake/i.test(target.hostname + target.pathname)) {
    return failed(
      `${found} (a sign-in page)`,
      `Let ${webhooks.pathname} through without signing in: in the proxy, or in the platform's deployment protection`,
    )
  }
  if (isSame('pathname')) return failed(`${found} (another host)`, replace)
  return failed(found, 'Enter the address that does not redirect as the endpoint in Clerk\'s dashboard')
}

const withoutSlash = (path: string) => path.replace(/\/+$/, '')

function judgeRefusal(answer: Judged): Finding {
  if (/svix-id/.test(parse<{ message: string }>(answer)?.message ?? '')) {
    return ok('It answers 400 to an unsigned POST, as it should, and does not redirect')
  }
  return failed(
    'It answers 400, but not as the app does: a server in front of it refuses the request',
    'Look at the server or proxy in front of the app; it may expect https or another host',
  )
}

function judgeSuccess(answer: Judged): Finding {
  const { status, headers } = answer
  if (/html/i.test(headers.get('content-type') ?? '') || /^\s*<(?:!doctype|html)/i.test(answer.text)) {
    return failed(
      `It answers ${status} with a page: Clerk would take each event for delivered, and the app gets none`,
      'Enter the address of the route, which ends in /api/webhooks, and check that the app runs there',
    )
  }
  return failed(
    `It answers ${status} to an unsigned POST: that is not this app, or its signatures are not verified`,
    'Enter the address of the app\'s own route, which ends in /api/webhooks',
  )
}

const serverError: [string, string] = ['The server there fails', 'See the log of the app, and of the proxy before it']
const otherStatus: [string, string] = ['The answer is not the app\'s', 'Find out which server or proxy answers there']

const statuses: Record<number, [found: string, mend: string]> = {
  401: [
    'The address asks for a password or a sign-in, which Clerk does not have',
    'Let the webhook route through without it; on Vercel, that is Deployment Protection',
  ],
  403: [
    'A firewall, proxy or platform refuses the request',
    'Allow POST to the webhook route from anywhere: it verifies signatures',
  ],
  404: [
    'There is no webhook route at this address',
    'Check the address, which is /api/webhooks below the app\'s base path, and that the app is deployed there',
  ],
  405: [
    'This address does not take POST',
    'Enter the address of the route, which ends in /api/webhooks; or allow POST in the proxy',
  ],
  429: ['A rate limit refuses the request', 'Exempt the webhook route from it: Clerk sends many events at once'],
  502: ['The proxy or tunnel runs, but does not reach the app', 'Start the app, and give the proxy or tunnel its port'],
  503: ['The platform has no app to answer', 'Start or deploy the app, and see its log'],
  504: ['The proxy or tunnel gets no answer from the app', 'See the log of the app; Clerk gives up after 15 s'],
  530: ['Cloudflare does not reach the tunnel', 'Start cloudflared, or correct the DNS entry'],
}
