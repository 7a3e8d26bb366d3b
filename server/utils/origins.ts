import type { IncomingHttpHeaders } from 'node:http'

/** The request names a host that cannot exist. */
export class MalformedHost extends Error {}

/** Where a request was sent, by its headers. */
export interface Target {
  host: string
  /** Undefined when a proxy may have ended TLS without saying so. */
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

/** Reads the first proxy's entry: `Forwarded: for=1.2.3.4;host="app.example.com";proto=https, …` (RFC 7239). */
function readForwarded(header: string | string[] | undefined): { host?: string, proto?: string } {
  const pairs = (first(header) ?? '').split(';').map((pair) => {
    const [name = '', value = ''] = pair.split('=', 2).map(part => part.trim())
    return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')]
  })
  return Object.fromEntries(pairs)
}

/**
 * Finds out where a request was sent, by its proxy's headers or its own. The first entry of a list counts, which
 * is that of the proxy nearest to the client.
 * @throws MalformedHost when the host cannot exist
 */
export function targetOf(headers: IncomingHttpHeaders): Target {
  const forwarded = readForwarded(headers.forwarded)
  const host = first(headers['x-forwarded-host']) ?? forwarded.host ?? headers.host ?? ''
  for (const each of new Set([host, headers.host ?? host])) {
    if (!isHost(each)) throw new MalformedHost('The host of the request is malformed')
  }
  const proto = (first(headers['x-forwarded-proto']) ?? forwarded.proto)?.toLowerCase()
  const protocol = proto === 'http' || proto === 'https' ? proto : guessProtocol(headers, host)
  return { host: host.toLowerCase(), protocol }
}

function isHost(text: string): boolean {
  return /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text) && URL.canParse(`http://${text}`)
}

/** A page of the same host names its own origin, and browsers send Sec-Fetch-Site to secure origins only. */
function guessProtocol({ origin, referer, ...headers }: IncomingHttpHeaders, host: string): Target['protocol'] {
  for (const url of [origin, referer]) {
    if (!url || !URL.canParse(url)) continue
    const from = new URL(url)
    if (from.host === host.toLowerCase()) return from.protocol === 'https:' ? 'https' : 'http'
  }
  const isLoopback = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$|\.localhost(?::\d+)?$/i.test(host)
  return headers['sec-fetch-site'] && !isLoopback ? 'https' : undefined
}

/** The origins of a target: both schemes when its own is not known. */
export function originsOf({ host, protocol }: Target): string[] {
  return (protocol ? [protocol] : ['http', 'https']).map(each => new URL(`${each}://${host}`).origin)
}
