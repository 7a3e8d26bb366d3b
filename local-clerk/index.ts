import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApp, defineEventHandler, sendNoContent, toNodeListener, useBase } from 'h3'
import { createAuthorization } from './backend/authorize.ts'
import { backendApi } from './backend/index.ts'
import { createBans } from './bans.ts'
import { controlApi } from './control/index.ts'
import { frontendApi } from './frontend/index.ts'
import { createHandshakes } from './handshakes.ts'
import { allowLocalOrigins, answerError, applyMethodOverride, refuseForeignHost } from './http.ts'
import { imageHandler } from './images.ts'
import { createEmailLinks } from './email-links.ts'
import { createInvitations } from './invitations.ts'
import { createJwtTemplates } from './jwt-templates.ts'
import { environmentOf, loadKeys } from './keys.ts'
import { createLockout } from './lockout.ts'
import { createOrganizationParts } from './organizations/index.ts'
import { createPasskeys } from './passkeys.ts'
import type { InstanceType } from './keys.ts'
import { createMachineAuth } from './machine-auth/index.ts'
import type { SeedOrganization } from './new-organization.ts'
import { createRestrictions } from './restrictions.ts'
import { hostedPages } from './pages.ts'
import { createReverification } from './reverification.ts'
import { announce, withdraw } from './running.ts'
import { fetchScripts, scriptHandler } from './scripts.ts'
import { createSecondFactors } from './second-factors.ts'
import { people, seed, seedOrganizations } from './seed.ts'
import { createSessionTasks } from './session-tasks.ts'
import { createSessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import type { SettingsChanges } from './settings.ts'
import { createExternalAccounts } from './social/accounts.ts'
import { createFlows } from './social/flows.ts'
import { socialPages } from './social/index.ts'
import { newId, openStore } from './store.ts'
import { createStoredImages } from './stored-images.ts'
import { createTickets } from './tickets.ts'
import { createUsers } from './users.ts'
import type { UserInput } from './users.ts'
import { createWaitlist } from './waitlist.ts'
import type { Faults } from './webhooks/faults.ts'
import { createWebhooks } from './webhooks/index.ts'

export interface LocalClerkOptions {
  /** The folder for the keys and the state. */
  dataDir: string
  /** 0 for any free port. */
  port?: number
  /** Of a production instance, for which the app proxies `path`, unless it is set. */
  instance?: InstanceType
  /** The path under which the app proxies Local Clerk, on the app's own origin. */
  path?: string
  /** The app's webhook endpoint. Events are queued until it is set. */
  webhookUrl?: string
  faults?: Partial<Faults>
  /** The accounts to start with, instead of the examples. */
  accounts?: UserInput[]
  /** The organizations to start with, whose members are such accounts. */
  organizations?: SeedOrganization[]
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
  instance = 'production',
  path = '/__clerk',
  webhookUrl,
  faults,
  accounts = people,
  organizations: initialOrganizations = [],
  settings: initialSettings,
  retryScale,
  publish,
  log = () => {},
}: LocalClerkOptions) {
  const scripts = fetchScripts(log)
  // Requests for a script fail without them; everything else works.
  scripts.catch(error => log(`ClerkJS cannot be served: ${error.message}`))
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: ownPort } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${ownPort}`
  // By name, as the app is, so that browsers count both as one site.
  const baseUrl = instance === 'production' ? path : `http://localhost:${ownPort}/__clerk`
  const keys = loadKeys(dataDir, instance)
  const store = openStore(join(dataDir, 'state.sqlite'))
  const webhooks = createWebhooks(store, { url: webhookUrl, secrets: keys.webhookSecrets, faults, scale: retryScale })
  const settings = createSettings(store, initialSettings)
  const images = createStoredImages(store, baseUrl)
  const users = createUsers(store, webhooks, settings, images)
  const organizations = createOrganizationParts({ store, webhooks, settings, users, images, keys, baseUrl })
  const { active } = organizations
  const reverification = createReverification()
  const tasksOf = createSessionTasks(users, settings, active)
  const sessions = createSessions(store, users, webhooks, keys, reverification, tasksOf, active)
  const bans = createBans(store, users, sessions)
  const lockout = createLockout(store, users, settings, reverification)
  const tickets = createTickets(store, keys)
  const jwtTemplates = createJwtTemplates(store, users, keys, active)
  const restrictions = createRestrictions(store)
  const invitations = createInvitations(store, users, keys)
  const waitlist = createWaitlist(store, users, invitations, webhooks)
  const emailLinks = createEmailLinks(store, keys, reverification)
  const secondFactors = createSecondFactors(store, users, settings)
  const passkeys = createPasskeys(store, users, settings)
  const externalAccounts = createExternalAccounts(store, users, keys)
  const flows = createFlows(store, accounts)
  const handshakes = createHandshakes()
  const machineAuth = createMachineAuth(store)
  const rateLimit = { perSecond: 0 }

  function begin(): void {
    seed(users, accounts)
    seedOrganizations(users, organizations, initialOrganizations)
  }
  begin()

  function reset(): void {
    store.reset()
    reverification.setAhead(0)
    begin()
  }

  async function publishSeeded({ id, showsBirthday }: { id: string, showsBirthday: boolean }): Promise<void> {
    const url = webhooks.url()
    if (!publish || !url) throw new Error('Local Clerk has no app to publish profiles in')
    const session = { id: newId('sess'), user_id: id, created_at: Date.now() }
    await publish({ webhookUrl: url, token: sessions.token(session, new URL(url).origin), showsBirthday })
  }

  const parts = {
    store, settings, users, organizations, sessions, webhooks, keys, tickets, jwtTemplates, restrictions, invitations,
    waitlist, lockout, reverification, secondFactors, passkeys, externalAccounts, handshakes, machineAuth,
  }
  const frontendParts = { ...parts, emailLinks, flows, path, baseUrl }
  const frontend = frontendApi(frontendParts)
  const control = controlApi({
    ...frontendParts, accounts, bans, rateLimit, publish: publish && publishSeeded, reset,
  })
  const social = socialPages({ flows, sessions, path, keys })
  const authorize = createAuthorization(keys.secretKey, rateLimit)
  const backend = backendApi({ ...parts, bans, authorize, controlUrl: `${url}/__clerk/` })

  const app = createApp({ onError: (error, event) => answerError(error, event, log) })
  app.use(defineEventHandler((event) => {
    refuseForeignHost(event)
    if (instance === 'development' && allowLocalOrigins(event)) return sendNoContent(event)
    applyMethodOverride(event)
  }))
  app.use('/__clerk/npm', scriptHandler(scripts))
  app.use('/__clerk/images', imageHandler({ images, users, organizations }))
  app.use('/__clerk', useBase('/__clerk', frontend.handler))
  app.use('/__clerk', useBase('/__clerk', social.handler))
  if (instance === 'development') app.use('/__clerk', useBase('/__clerk', hostedPages(keys.publishableKey).handler))
  app.use('/__clerk', useBase('/__clerk', control.handler))
  // M2M tokens have keys of their own.
  for (const path of ['/v1', '/api_keys', '/oauth_applications']) app.use(path, defineEventHandler(authorize))
  app.use(backend.handler)

  const listener = toNodeListener(app)
  server.on('request', (request, response) => {
    // ClerkJS leaves the version out of the paths of API keys, but not its slash.
    request.url = request.url?.replace(/^\/__clerk\/\//, '/__clerk/')
    listener(request, response)
  })
  announce(dataDir, url)
  return {
    url,
    /** Where browsers find Local Clerk: a path of the app's origin, or a URL. */
    baseUrl,
    store,
    keys,
    users,
    sessions,
    tickets,
    machineAuth,
    webhooks,
    settings,
    accounts,
    reset,

    /** The environment variables for the app. */
    env: { ...environmentOf(keys, url), NUXT_PUBLIC_CLERK_PROXY_URL: baseUrl },

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
