import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { createBackendApi } from '../../server/clerk/backend-api.ts'
import type { BackendApi } from '../../server/clerk/backend-api.ts'

/** What happens to a request on its way to Clerk, instead of its answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse, answer: () => Promise<Answer>) => unknown

interface Answer {
  status: number
  headers: Record<string, string>
  text: string
}

/** Local Clerk without an app, and a proxy before its Backend API that can spoil answers. */
export function useClerk() {
  const world = {} as {
    local: Awaited<ReturnType<typeof startLocalClerk>>
    api: BackendApi
    /** The address of the proxy. */
    url: string
    /** The paths and queries that were asked for. */
    asked: string[]
    /** Spoils each request for which it returns a fault. */
    spoil: (path: string) => Fault | undefined
  }
  let dataDir: string

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { url, method = 'GET', headers: { authorization = '' } } = request
    const body = method === 'GET' ? undefined : await text(request)
    const headers = { authorization, 'content-type': 'application/json' }
    const response = await fetch(world.local.url + url, { method, headers, body })
    const kept = ['content-type', 'date', 'retry-after'].flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value]]
    })
    return { status: response.status, headers: Object.fromEntries(kept), text: await response.text() }
  }
  const proxy = createServer(async (request, response) => {
    world.asked.push(request.url!)
    const fault = world.spoil(request.url!)
    if (fault) return void fault(request, response, () => answer(request))
    const { status, headers, text } = await answer(request)
    response.writeHead(status, headers).end(text)
  })

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-'))
    world.local = await startLocalClerk({ dataDir })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    world.url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    world.api = createBackendApi({
      secretKey: world.local.env.NUXT_CLERK_SECRET_KEY,
      apiUrl: world.url,
      timeoutMS: 2_000,
      backoffMS: 10,
    })
  })
  beforeEach(() => {
    world.asked = []
    world.spoil = () => undefined
    world.local.store.reset()
  })
  afterAll(async () => {
    proxy.close()
    proxy.closeAllConnections()
    await world.local.stop()
    await rm(dataDir, { recursive: true })
  })
  return world
}

/** Answers with a status, and nothing that Clerk says. */
export const status = (code: number, headers: Record<string, string> = {}): Fault => (_request, response) =>
  response.writeHead(code, headers).end()

/** Changes what Clerk answers. */
export const altered = (alter: (text: string) => string): Fault => async (_request, response, answer) => {
  const { status, headers, text } = await answer()
  response.writeHead(status, headers).end(alter(text))
}

/** Answers with Clerk's clock ahead by some milliseconds, or behind. */
export const clockAhead = (milliseconds: number): Fault => async (_request, response, answer) => {
  const { status, headers, text } = await answer()
  const date = new Date(Date.now() + milliseconds).toUTCString()
  response.writeHead(status, { ...headers, date }).end(text)
}

/** Never answers. */
export const silence: Fault = () => {}
