import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApp, defineEventHandler, toNodeListener, useBase } from 'h3'
import { createAuthorization } from './backend/authorize.ts'
import { backendApi } from './backend/index.ts'
import { controlApi } from './control/index.ts'
import { frontendApi } from './frontend/index.ts'
import { answerError, applyMethodOverride, refuseForeignHost } from './http.ts'
import { imageHandler } from './images.ts'
import { createEmailLinks } from './email-links.ts'
import { createInvitations } from './invitations.ts'
import { createJwtTemplates } from './jwt-templates.ts'
import { environmentOf, loadKeys } from './keys.ts'
import { createLockout } from './lockout.ts'
import { createOrganizationParts } from './organizations/index.ts'
import { createPasskeys } from './passkeys.ts'
import { createRestrictions } from './restrictions.ts'
import { createReverification } from './reverification.ts'
import { announce, withdraw } from './running.ts'
import { fetchScripts, scriptHandler } from './scripts.ts'
import { createSecondFactors } from './second-factors.ts'
import { seed } from './seed.ts'
import { createSessionTasks } from './session-tasks.ts'
import { createSessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import type { SettingsChanges } from './settings.ts'
import { createExternalAccounts } from './social/accounts.ts'
import { createFlows } from './social/flows.ts'
import { socialPages } from './social/index.ts'
import { newId, openStore } from './store.ts'
import { createTickets } from './tickets.ts'
import { createUsers } from './users.ts'
import { createWaitlist } from './waitlist.ts'
import type { Faults } from './webhooks/faults.ts'
import { createWebhooks } from './webhooks/index.ts'

export interface LocalClerkOptions {
  /** The folder for the keys and the state. */
  dataDir: string
  /** 0 for any free port. */
  port?: number
  /** The path under which the app proxies Local Clerk, on the app's own origin. */
  path?: string
  /** The app's webhook endpoint. Events are queued until it is set. */
  webhookUrl?: string
  faults?: Partial<Faults>
  /** The settings of the instance that differ from the defaults. */
  settings?: SettingsChanges
  /** Multiplies the waits between delivery attempts. */
  retryScale?: number
  /**
   * Makes a seeded user's profile public in the app, by a request on that user's behalf.
   * @throws Error when the app rejects the request
   */
  publish?: (person: SeededUser) => Promise<void>
  log?: (line: string) => void
}

/** A user created by the seed, on whose behalf the app is called. */
export interface SeededUser {
  /** The app's webhook endpoint. */
  webhookUrl: string
  /** A session token of the user for the app's origin. */
  token: string
  showsBirthday: boolean
}

/**
 * Starts Local Clerk on the loopback interface: the Frontend API at `/__clerk/v1`, the Backend API at `/v1`,
 * the control page at `/__clerk/`, and the delivery of webhooks.
 * @returns its URL, its parts, and the environment variables for the app
 */
export async function startLocalClerk({
  dataDir,
  port = 0,
  path = '/__clerk',
  webhookUrl,
  faults,
  settings: initialSettings,
  retryScale,
  publish,
  log = () => {},
}: LocalClerkOptions) {
  const scripts = fetchScripts(log)
  // Requests for a script fail without them; everything else works.
  scripts.catch(error => log(`ClerkJS cannot be served: ${error.message}`))
  const keys = loadKeys(dataDir)
  const store = openStore(join(dataDir, 'state.sqlite'))
  const webhooks = createWebhooks(store, { url: webhookUrl, secrets: keys.webhookSecrets, faults, scale: retryScale })
  const settings = createSettings(store, initialSettings)
  const users = createUsers(store, webhooks, settings, path)
  const organizations = createOrganizationParts({ store, webhooks, settings, users, keys, path })
  const { active } = organizations
  const reverification = createReverification()
  const tasksOf = createSessionTasks(users, settings, active)
  const sessions = createSessions(store, users, webhooks, keys, reverification, tasksOf, active)
  const lockout = createLockout(store, users, settings, reverification)
  const tickets = createTickets(store, keys)
  const jwtTemplates = createJwtTemplates(store, users, keys, active)
  const restrictions = createRestrictions(store)
  const invitations = createInvitations(store, users, keys)
  const waitlist = createWaitlist(store, invitations, webhooks)
  const emailLinks = createEmailLinks(store, keys, reverification)
  const secondFactors = createSecondFactors(store, users, settings)
  const passkeys = createPasskeys(store, users)
  const externalAccounts = createExternalAccounts(store, users, keys)
  const flows = createFlows(store)
  const rateLimit = { perSecond: 0 }
  seed(users)

  async function publishSeeded({ id, showsBirthday }: { id: string, showsBirthday: boolean }): Promise<void> {
    const url = webhooks.url()
    if (!publish || !url) throw new Error('Local Clerk has no app to publish profiles in')
    const session = { id: newId('sess'), user_id: id, created_at: Date.now() }
    await publish({ webhookUrl: url, token: sessions.token(session, new URL(url).origin), showsBirthday })
  }

  const control = controlApi({
    store,
    users,
    webhooks,
    settings,
    emailLinks,
    rotateSecret: keys.rotateWebhookSecret,
    rateLimit,
    publish: publish && publishSeeded,
    setClock: reverification.setAhead,
  })
  const parts = {
    store, settings, users, organizations, sessions, webhooks, keys, tickets, jwtTemplates, restrictions, invitations,
    waitlist, lockout, reverification, secondFactors, passkeys, externalAccounts,
  }
  const frontend = frontendApi({ ...parts, emailLinks, flows, path })
  const social = socialPages({ flows, sessions, path })
  const backend = backendApi(parts)
  const authorize = createAuthorization(keys.secretKey, rateLimit)

  const app = createApp({ onError: (error, event) => answerError(error, event, log) })
  app.use(defineEventHandler((event) => {
    refuseForeignHost(event)
    applyMethodOverride(event)
  }))
  app.use('/__clerk/npm', scriptHandler(scripts))
  app.use('/__clerk/images', imageHandler({ store, users, organizations }))
  app.use('/__clerk', useBase('/__clerk', frontend.handler))
  app.use('/__clerk', useBase('/__clerk', social.handler))
  app.use('/__clerk', useBase('/__clerk', control.handler))
  app.use('/v1', defineEventHandler(authorize))
  app.use(backend.handler)

  const server = createServer(toNodeListener(app))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  announce(dataDir, url)
  return {
    url,
    store,
    users,
    webhooks,
    settings,

    /** The environment variables for the app. */
    env: { ...environmentOf(keys, url), NUXT_PUBLIC_CLERK_PROXY_URL: path },

    async stop(): Promise<void> {
      withdraw(dataDir, url)
      webhooks.stop()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      store.close()
    },
  }
}
