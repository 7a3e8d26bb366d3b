import { afterAll, beforeEach, expect } from 'vitest'
import type { z } from 'zod'
import { password } from '../../local-clerk/seed.ts'
import type { SettingsChanges } from '../../local-clerk/settings.ts'
import { routesOf, useAnswers } from './clerk-answers.ts'
import { frontend } from './clerk-schemas.ts'

export type Browser = ReturnType<ReturnType<typeof useFlows>['openBrowser']>

interface Options {
  form?: Record<string, string>
  json?: object
  query?: Record<string, string>
  status?: number
}

/**
 * Browsers that go through Local Clerk's flows, in a world that each test finds as new.
 * @param settings  of the instance
 * @param files  of Local Clerk, whose every route a test is to ask
 */
export function useFlows(settings: SettingsChanges, files: { folder: string, names: string[] }[]) {
  const world = useAnswers()
  beforeEach(() => world.given(settings))
  afterAll(async () => {
    const routes = await Promise.all(files.map(({ folder, names }) => routesOf(folder, name => names.includes(name))))
    const asked = [...world.asked]
    const isAsked = (route: string) => {
      const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`)
      return asked.some(each => pattern.test(each))
    }
    expect(routes.flat().filter(route => !isAsked(route))).toEqual([])
  })

  /** A browser with cookies of its own. */
  function openBrowser() {
    const browser = world.browser()
    const send = (method: string, path: string, schema: z.ZodType, { form, status }: Options = {}) =>
      browser({ method, route: `/v1/${path}`, form }, schema, status)

    return {
      /** Asks the Frontend API, as ClerkJS does. */
      send,

      /** Loads a page of Local Clerk, or sends its form, without following a redirect. */
      load: browser.load,

      async signIn(identifier: string) {
        const form = { strategy: 'password', identifier, password }
        return (await send('POST', 'client/sign_ins', frontend.signIn, { form })).response
      },

      client: async () => (await send('GET', 'client', frontend.client)).response,

      /** The claims of the token of a session. */
      async claims(session: string) {
        const { jwt } = await send('POST', `client/sessions/${session}/tokens`, frontend.token)
        return JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString())
      },
    }
  }

  return {
    ...world,
    openBrowser,

    askBackend: (method: string, path: string, schema: z.ZodType, { json, query, status }: Options = {}) =>
      world.backendApi({ method, route: `/v1/${path}`, json, query }, schema, status),

    /** The types of the last events, the newest first. */
    types: () => world.clerk().webhooks.list(100).map(({ type }) => type),
  }
}
