import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { z } from 'zod'
import { startLocalClerk } from '../../local-clerk/index.ts'
import type { SettingsChanges } from '../../local-clerk/settings.ts'

export interface Request {
  method?: string
  /** The path as the code names it. */
  route: string
  params?: string[]
  query?: Record<string, string>
  form?: Record<string, string | string[]> | FormData
  json?: object
}

/**
 * A Local Clerk for all tests of a file, whose every answer is checked against Clerk's description.
 * @param settings  of the instance
 */
export function useAnswers(settings?: SettingsChanges) {
  /** The routes that were asked, such as `get /v1/me`, with the names of parameters as they are in the code. */
  const asked = new Set<string>()
  let dataDir: string
  let clerk: Awaited<ReturnType<typeof startLocalClerk>>

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-answers-'))
    clerk = await startLocalClerk({ dataDir, settings })
  })
  afterAll(async () => {
    await clerk.stop()
    await rm(dataDir, { recursive: true })
  })

  /** Sends a request, and checks the answer. */
  async function ask(request: Request, schema: z.ZodType, { status = 200, headers = {}, base = '' }) {
    const { method = 'GET', route, params = [], query, form, json } = request
    asked.add(`${method.toLowerCase()} ${route}`)
    const rest = [...params]
    const path = route.replaceAll(/:\w+/g, () => rest.shift()!)
    const fields = Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map(each => [name, each]))
    const response = await fetch(`${clerk.url}${base}${path}?${new URLSearchParams(query)}`, {
      method,
      headers: { ...headers, ...json && { 'content-type': 'application/json' } },
      body: json ? JSON.stringify(json) : form && (form instanceof FormData ? form : new URLSearchParams(fields)),
      redirect: 'manual',
    })
    const body = await response.json().catch(() => undefined)
    expect(response.status, JSON.stringify(body)).toBe(status)
    const { error } = schema.safeParse(body)
    expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`), route).toBeUndefined()
    return { body, cookies: response.headers.getSetCookie().map(cookie => cookie.split(';')[0]!) }
  }

  /** A browser with cookies of its own, which asks the Frontend API. */
  function browser() {
    const cookies = new Map<string, string>()
    const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const send = async (request: Request, schema: z.ZodType, status = 200) => {
      const { body, cookies: set } = await ask(request, schema, {
        status,
        headers: { cookie: cookie() },
        base: '/__clerk',
      })
      for (const [name, value] of set.map(each => each.split('='))) cookies.set(name!, value!)
      return body
    }
    /** Loads a page, or sends its form, without following a redirect. */
    const load = async (method: string, path: string, { form, headers }: { form?: object, headers?: object } = {}) => {
      asked.add(`${method.toLowerCase()} ${path.replace('/__clerk', '').split('?')[0]}`)
      const response = await fetch(new URL(path, clerk.url), {
        method,
        headers: { cookie: cookie(), ...headers },
        body: form && new URLSearchParams({ ...form }),
        redirect: 'manual',
      })
      for (const [name, value] of response.headers.getSetCookie().map(each => each.split(';')[0]!.split('='))) {
        cookies.set(name!, value!)
      }
      return response
    }
    /** Opens a link, and tells where it leads to. */
    const open = async (url: string) => {
      const response = await fetch(url, { headers: { cookie: cookie() }, redirect: 'manual' })
      return new URL(response.headers.get('location') ?? '', url)
    }
    return Object.assign(send, { load, open })
  }

  async function backendApi(request: Request, schema: z.ZodType, status = 200) {
    const headers = { authorization: `Bearer ${clerk.env.NUXT_CLERK_SECRET_KEY}` }
    return (await ask(request, schema, { status, headers })).body
  }

  /** Changes something by Local Clerk's control API. */
  async function control(path: string, json: object = {}): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${clerk.url}/__clerk/control/${path}`, {
      method: 'POST', body: JSON.stringify(json), headers,
    })
    expect(status).toBe(200)
  }

  return {
    clerk: () => clerk,
    asked,
    ask,
    browser,
    backendApi,
    control,

    /** Empties Local Clerk except for its default accounts, and changes the instance's settings. */
    async given(settings: SettingsChanges = {}): Promise<void> {
      await control('reset')
      await control('settings', settings)
    },

    /** The payloads of the last events of a type, the newest first. */
    events(type: string) {
      const messages = clerk.webhooks.list(50).filter(message => message.type === type)
      return messages.map(({ body }) => (body as { data: Record<string, unknown> }).data)
    },

    /** The links that were emailed to an address, the newest first. */
    async linksTo(email: string): Promise<string[]> {
      const response = await fetch(`${clerk.url}/__clerk/control/links?${new URLSearchParams({ email })}`)
      const { links } = await response.json() as { links: { url: string }[] }
      return links.map(({ url }) => url)
    },
  }
}

/**
 * The routes that the files of a folder of Local Clerk register.
 * @param wanted  which of its files
 */
export async function routesOf(folder: string, wanted: (name: string) => boolean = () => true): Promise<string[]> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts') && wanted(name))
  const text = (await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))).join('\n')
  return [...text.matchAll(/router\.(\w+)\('([^']+)'/g)].map(([, method, path]) => `${method} ${path}`)
}
