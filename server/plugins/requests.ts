import type { EventHandler, H3Event } from 'h3'
import { eventHandler, sendRedirect, setResponseHeader, setResponseStatus } from 'h3'
import { defineNitroPlugin, useRuntimeConfig } from 'nitropack/runtime'
import { withoutBase } from '../../shared/base-path.ts'
import webhooks from '../api/webhooks.ts'
import { environment } from '../environment.ts'
import { allowedMethods } from '../utils/allowed-methods.ts'
import { httpError } from '../utils/errors.ts'
import { log } from '../utils/log.ts'
import { originsOf, targetOf } from '../utils/origins.ts'
import { closeConnection } from '../utils/stopping.ts'

/** Routes that answer on any host, for probes and tunnels: public, or protected by a signature or a token. */
const anyHost = new Set(['/api/webhooks', '/api/health', '/api/ready', '/api/metrics', '/api/cron/catch-up'])

const proxyHeaders = ['forwarded', 'x-forwarded-host', 'x-forwarded-proto']

declare module 'h3' {
  interface H3EventContext {
    /** The app's own origins for this request, with which tokens and pages are compared. */
    origins: string[]
  }
}

/** Requests share the value, so none may change it. */
function deepFreeze<T extends object>(value: T): T {
  for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) deepFreeze(each)
  return Object.freeze(value)
}

/**
 * Brings every request into one form before anything else reads it: the host and scheme that a proxy reports, and an
 * absolute address in the request line. Rejects requests that no route accepts.
 */
export default defineNitroPlugin((nitro) => {
  const own = environment().APP_ORIGINS
  const ownByHost = new Map(own.map(origin => [new URL(origin).host, origin]))
  const { baseURL } = useRuntimeConfig().app
  let hasLoggedProxy = false

  /** Idempotent: while the server renders a page, it asks the API with the headers that it got. */
  function normalize(event: H3Event): void {
    const { req } = event.node
    const { headers } = req
    if (/^https?:\/\//i.test(req.url ?? '') && URL.canParse(req.url!)) {
      const { host, pathname, search } = new URL(req.url!)
      // An absolute address wins over Host (RFC 9112).
      headers.host = host
      req.url = pathname + search
    }
    // '//host' and '/\\host' are addresses elsewhere, as browsers read them.
    req.url = req.url?.replace(/^[/\\]+/, '/')
    let target
    try {
      target = targetOf(headers)
    }
    catch (error) {
      // The error's answer builds addresses from these headers, too.
      headers.host = 'localhost'
      for (const name of proxyHeaders) Reflect.deleteProperty(headers, name)
      throw httpError(400, (error as Error).message)
    }
    if (!hasLoggedProxy && own.length === 0 && proxyHeaders.some(name => headers[name])) {
      hasLoggedProxy = true
      log.info('The host and scheme come from a proxy\'s headers. Set APP_ORIGINS to decide them yourself', {
        ...target,
      })
    }
    const origin = ownByHost.get(target.host)
    if (origin) target.protocol = origin.startsWith('https:') ? 'https' : 'http'
    event.context.origins = own.length > 0 ? own : originsOf(target)
    headers.host = target.host
    for (const name of proxyHeaders) Reflect.deleteProperty(headers, name)
    if (target.protocol) headers['x-forwarded-proto'] = target.protocol
  }

  function refuse(event: H3Event): unknown {
    const { url = '/', headers } = event.node.req
    const { method } = event
    const path = withoutBase(url.split('?')[0]!, baseURL)
    const allowed = allowedMethods(path)
    if (allowed && !allowed.includes(method)) {
      setResponseHeader(event, 'allow', allowed.join(', '))
      throw httpError(405, `${path} accepts ${allowed.join(', ')}`)
    }
    if (allowed && method === 'OPTIONS') {
      setResponseHeader(event, 'allow', allowed.join(', '))
      setResponseStatus(event, 204)
      return null
    }
    // Answered as GET; Node leaves the body out.
    if (allowed && method === 'HEAD') (event as unknown as { _method: string })._method = 'GET'
    if (['TRACE', 'CONNECT'].includes(method)) throw httpError(405, `${method} is not supported`)
    const isForUs = own.length === 0 || anyHost.has(path) || path.startsWith('/__') || ownByHost.has(headers.host!)
    if (!isForUs) {
      if (path.startsWith('/api/') || method !== 'GET') throw httpError(421, `This app is at ${own[0]}`)
      return sendRedirect(event, own[0] + url, 307)
    }
  }

  let config: ReturnType<typeof useRuntimeConfig> | undefined

  /** Nitro would read all variables of the environment again for each request, a fifth of a short one's time. */
  function shareConfig({ context }: H3Event): void {
    if (import.meta.dev) return
    context.nitro ??= { errors: [] }
    context.nitro.runtimeConfig = config ??= deepFreeze(useRuntimeConfig({ context } as H3Event))
  }

  const webhooksPath = `${baseURL}api/webhooks`

  /**
   * Events need none of Nitro's middleware and hooks, and their signature proves where they come from. All that would
   * take more than a fifth of the server's time for an event.
   */
  async function answerWebhook(event: H3Event): Promise<void> {
    const answer = await webhooks(event)
    closeConnection(event)
    setResponseHeader(event, 'content-type', 'application/json')
    event.node.res.end(JSON.stringify(answer))
  }

  const { handler } = nitro.h3App
  nitro.h3App.handler = eventHandler(async (event) => {
    const { method, url } = event.node.req
    if (method === 'POST' && url === webhooksPath) return answerWebhook(event)
    normalize(event)
    shareConfig(event)
    const refused = refuse(event)
    if (refused === undefined) return handler(event)
    await refused
    if (!event.handled) event.node.res.end()
  }) as EventHandler
})
