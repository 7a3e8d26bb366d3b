import type { IncomingHttpHeaders } from 'node:http'

/** A request that says for which host it is in a way that cannot be. */
export class MalformedHost extends Error {}

/** What a request says that it was sent to. */
export interface Target {
  host: string
  /** Undefined where a proxy may have ended TLS and does not say so. */
  protocol: 'http' | 'https' | undefined
}

/**
 * The origins in APP_ORIGINS. If the variable is set, it alone decides by which origins the app is reached.
 * @throws Error that says what is wrong with it
 */
export function parseOrigins(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean).map((each) => {
    const url = URL.canParse(each) ? new URL(each) : undefined
    if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
      throw new Error(`${each} is not an origin. List origins such as https://app.example.com, separated by commas`)
    }
    return url.origin
  })
}

const first = (header: string | string[] | undefined) => [header].flat()[0]?.split(',')[0]?.trim() || undefined

/** Of the first proxy on the way: `Forwarded: for=1.2.3.4;host="app.example.com";proto=https, …` (RFC 7239). */
function readForwarded(header: string | string[] | undefined): { host?: string, proto?: string } {
  const pairs = (first(header) ?? '').split(';').map((pair) => {
    const [name = '', value = ''] = pair.split('=', 2).map(part => part.trim())
    return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')]
  })
  return Object.fromEntries(pairs)
}

/**
 * What a request was sent to, by its proxy's headers or its own; of a list that several proxies have made, the first.
 * @throws MalformedHost where the host cannot be one
 */
export function targetOf(headers: IncomingHttpHeaders): Target {
  const forwarded = readForwarded(headers.forwarded)
  const host = first(headers['x-forwarded-host']) ?? forwarded.host ?? headers.host ?? ''
  for (const each of new Set([host, headers.host ?? host])) {
    if (!/^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(each) || !URL.canParse(`http://${each}`)) throw new MalformedHost('The host of the request is malformed')
  }
  const proto = (first(headers['x-forwarded-proto']) ?? forwarded.proto)?.toLowerCase()
  return { host: host.toLowerCase(), protocol: proto === 'http' || proto === 'https' ? proto : guessProtocol(headers, host) }
}

/** A page of the same host says where it came from, and browsers send Sec-Fetch-Site to secure origins alone. */
function guessProtocol({ origin, referer, ...headers }: IncomingHttpHeaders, host: string): Target['protocol'] {
  for (const url of [origin, referer]) {
    if (url && URL.canParse(url) && new URL(url).host === host.toLowerCase()) return new URL(url).protocol === 'https:' ? 'https' : 'http'
  }
  const isLoopback = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$|\.localhost(?::\d+)?$/i.test(host)
  return headers['sec-fetch-site'] && !isLoopback ? 'https' : undefined
}

/** The origins that a target stands for: both, where its scheme is not known. */
export function originsOf({ host, protocol }: Target): string[] {
  return (protocol ? [protocol] : ['http', 'https']).map(each => new URL(`${each}://${host}`).origin)
}
