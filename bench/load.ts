import { connect } from 'node:net'
import { message, sign, userEvent } from '../fixtures/webhooks.ts'

// A process of its own, so that its CPU time can be told from the server's: `node bench/load.ts '<Load as JSON>'`.

/** Requests for a server, over connections that each send the next one when they have the last one's answer. */
export interface Load {
  url: string
  connections: number
  /** The number of requests. */
  requests: number
  /** Requests per second at most. Each is timed from the moment when it is due, even if it was sent late. */
  perSecond?: number
  /** The status that every answer must have. */
  expected: number
  /** What to send: signed events, or GET requests with these headers. */
  send: Events | { headers: Record<string, string> }
}

interface Events {
  /** The number of users. The events are about each of them in turn. */
  users: number
  /** The version of the first event; each next one is newer. */
  version: number
}

export interface LoadResult {
  perSecond: number
  /** In milliseconds, in order. */
  latencies: number[]
  p50: number
  p99: number
  /** The client's CPU time in relation to the time that the load took; 1 is a whole core. */
  cpuShare: number
}

function requestsOf({ url, requests, send, expected }: Load): Buffer[] {
  const { host, pathname } = new URL(url)
  if ('headers' in send) return new Array(requests).fill(toRequest(`GET ${pathname}`, { host, ...send.headers }))
  const { users, version } = send
  return Array.from({ length: requests }, (_, index) => {
    const sent = message(userEvent('user.updated', `user_${index % users}`, version + index))
    // Signed with another secret, an event is refused before any work.
    const secrets = expected === 400 ? { secrets: [`whsec_${'A'.repeat(32)}`] } : {}
    const headers = { host, ...sign(sent, secrets), 'content-length': String(Buffer.byteLength(sent.body)) }
    return toRequest(`POST ${pathname}`, headers, sent.body)
  })
}

function toRequest(line: string, headers: Record<string, string>, body = ''): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** The end of the first whole response, and its status; undefined while it is incomplete. */
function readResponse(bytes: Buffer): { status: number, end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return
  const head = bytes.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const status = Number(head.slice(9, 12))
  if (length !== undefined) {
    const end = headEnd + 4 + Number(length)
    return bytes.length >= end ? { status, end } : undefined
  }
  // Chunked: the last chunk is empty.
  const end = bytes.indexOf('0\r\n\r\n', headEnd + 4)
  return end < 0 ? undefined : { status, end: end + 5 }
}

async function run(load: Load): Promise<LoadResult> {
  const requests = requestsOf(load)
  const { hostname, port } = new URL(load.url)
  const latencies: number[] = []
  let next = 0

  const work = () => new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let sentAt = 0
    let buffered = Buffer.alloc(0)
    function send(): void {
      if (next === requests.length) {
        socket.destroy()
        return resolve()
      }
      const request = requests[next]!
      const now = performance.now()
      sentAt = load.perSecond ? started + next * 1_000 / load.perSecond : now
      next++
      if (sentAt > now) setTimeout(() => socket.write(request), sentAt - now)
      else socket.write(request)
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
      const response = readResponse(buffered)
      if (!response) return
      if (response.status !== load.expected) {
        socket.destroy()
        return reject(new Error(`${load.url} answered ${response.status}: ${buffered.toString().slice(0, 500)}`))
      }
      latencies.push(Math.round((performance.now() - sentAt) * 100) / 100)
      buffered = buffered.subarray(response.end)
      send()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${load.url} closed a connection`)))
  })

  const cpu = process.cpuUsage()
  const started = performance.now()
  await Promise.all(Array.from({ length: load.connections }, work))
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]!
  return {
    perSecond: load.requests / seconds,
    latencies,
    p50: at(0.5),
    p99: at(0.99),
    cpuShare: (user + system) / 1e6 / seconds,
  }
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2]!) as Load)))
