import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClerkClient } from '@clerk/backend'
import type { ClerkClient } from '@clerk/backend'
import { verifyWebhook } from '@clerk/backend/webhooks'
import type { WebhookEvent } from '@clerk/backend/webhooks'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { useAnswers } from './clerk-answers.ts'
import { clerkErrors, frontend } from './clerk-schemas.ts'

/** The code of Clerk's error that a call of `@clerk/backend` ends in. */
export const codeOf = (call: Promise<unknown>) =>
  call.then(() => 'no error', error => error.errors[0].code as string)

/** For each test file a Local Clerk with organizations, and a server that receives its events. */
export function useOrganizations() {
  const { asked, backendApi, browser, clerk } = useAnswers({ organizations: true, organization_domains: true })
  let receiver: Server
  let client: ClerkClient
  let events: WebhookEvent[] = []

  const settled = () => expect.poll(() => clerk().webhooks.idle()).toBe(true)

  beforeAll(() => {
    const { env, url, webhooks } = clerk()
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const headers = request.headers as Record<string, string>
      const signed = new Request('http://localhost/', { method: 'POST', headers, body })
      await verifyWebhook(signed, { signingSecret: env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET })
      events.push(JSON.parse(body))
      response.end()
    }).listen(0)
    webhooks.setUrl(`http://localhost:${(receiver.address() as AddressInfo).port}/`)
    client = createClerkClient({
      secretKey: env.NUXT_CLERK_SECRET_KEY,
      apiUrl: url,
      jwtKey: env.NUXT_CLERK_JWT_KEY,
      publishableKey: env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    })
  })
  beforeEach(async () => {
    await settled()
    events = []
  })
  afterAll(() => receiver.close())

  return {
    asked,
    backend: backendApi,
    browser,
    clerk,
    client: () => client,

    /** The events of the test, in the order of their sending. */
    async events(): Promise<WebhookEvent[]> {
      await settled()
      const sent = clerk().webhooks.list(1_000).toReversed().map(({ body }) => JSON.stringify(body))
      const order = (event: WebhookEvent) => sent.indexOf(JSON.stringify(event))
      return events.toSorted((a, b) => order(a) - order(b))
    },

    /** Signs a seeded user in, in a browser of their own. */
    async signIn(identifier: string) {
      const send = browser()
      const { response } = await send({
        method: 'POST', route: '/v1/client/sign_ins', form: { identifier, password, strategy: 'password' },
      }, frontend.signIn)
      const session: string = response.created_session_id
      return {
        send,
        session,
        touch: (form: Record<string, string>, status = 200) => send({
          method: 'POST', route: '/v1/client/sessions/:id/touch', params: [session], form,
        }, status === 200 ? frontend.session : clerkErrors, status),

        /** What the app's server sees, by `@clerk/backend` itself. */
        async auth(form: Record<string, string> = {}) {
          const { jwt } = await send({
            method: 'POST', route: '/v1/client/sessions/:id/tokens', params: [session], form,
          }, frontend.token)
          const request = new Request('http://localhost:3000/', { headers: { authorization: `Bearer ${jwt}` } })
          return (await client.authenticateRequest(request)).toAuth({ treatPendingAsSignedOut: false })!
        },
      }
    },
  }
}
