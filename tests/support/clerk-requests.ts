import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { z } from 'zod'

interface ClerkRequest {
  method?: string
  /** The path as the code names it, with parameters such as `:id`. */
  route: string
  /** The values of these, in their order. */
  params?: string[]
  query?: Record<string, string>
  form?: Record<string, string | string[]> | FormData
  json?: object
}

/** The routes that a folder of Local Clerk registers. */
export async function routesOf(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts'))
  const text = (await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))).join('\n')
  return [...text.matchAll(/router\.(\w+)\('([^']+)'/g)].map(([, method, path]) => `${method} ${path}`)
}

/** Sends requests to a Local Clerk, and checks the answers against Clerk's descriptions. */
export function createClerkRequests(url: () => string, secretKey: () => string) {
  /** The routes that were asked, such as `get /v1/me`. */
  const asked = new Set<string>()

  async function ask(request: ClerkRequest, schema: z.ZodType, { status = 200, headers = {}, base = '' }) {
    const { method = 'GET', route, params = [], query, form, json } = request
    asked.add(`${method.toLowerCase()} ${route}`)
    const rest = [...params]
    const path = route.replaceAll(/:\w+/g, () => rest.shift()!)
    const fields = Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map(each => [name, each]))
    const response = await fetch(`${url()}${base}${path}?${new URLSearchParams(query)}`, {
      method,
      headers: { ...headers, ...json && { 'content-type': 'application/json' } },
      body: json ? JSON.stringify(json) : form && (form instanceof FormData ? form : new URLSearchParams(fields)),
      redirect: 'manual',
    })
    const body = await response.json().catch(() => undefined)
    expect(response.status, `${method} ${path}: ${JSON.stringify(body)}`).toBe(status)
    const { error } = schema.safeParse(body)
    const issues = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    expect(issues, `${method} ${route}`).toBeUndefined()
    return { body, response }
  }

  return {
    asked,

    /** Asks the Backend API. */
    async backend(request: ClerkRequest, schema: z.ZodType, status = 200) {
      const headers = { authorization: `Bearer ${secretKey()}` }
      return (await ask(request, schema, { status, headers })).body
    },

    /** A browser with cookies of its own, which asks the Frontend API. */
    browser() {
      const cookies = new Map<string, string>()
      return async (request: ClerkRequest, schema: z.ZodType, status = 200) => {
        const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        const { body, response } = await ask(request, schema, { status, headers, base: '/__clerk' })
        for (const cookie of response.headers.getSetCookie()) {
          const [name, value] = cookie.split(';')[0]!.split('=')
          cookies.set(name!, value!)
        }
        return body ?? response.headers.get('location')
      }
    },
  }
}
