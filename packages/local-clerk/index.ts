import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentFor } from '../../local-clerk/frameworks.ts'
import type { Framework } from '../../local-clerk/frameworks.ts'
import { startLocalClerk as start } from '../../local-clerk/index.ts'
import { newPrivateKey, prepareKeys } from '../../local-clerk/keys.ts'
import { cacheFolder } from '../../local-clerk/scripts.ts'
import type { NewOrganization } from '../../local-clerk/new-organization.ts'
import type { NewUser } from '../../local-clerk/new-user.ts'
import { password as seededPassword } from '../../local-clerk/seed.ts'
import { checkSeed, toUserInput } from '../../local-clerk/seed-file.ts'
import type { SettingsChanges } from '../../local-clerk/settings.ts'
import type { Faults } from '../../local-clerk/webhooks/faults.ts'
import { waitForEvent } from '../../local-clerk/webhooks/wait-for.ts'
import type { WaitOptions, WebhookEvent } from '../../local-clerk/webhooks/wait-for.ts'

export type { Faults, Framework, NewOrganization, NewUser, SettingsChanges, WaitOptions, WebhookEvent }

export interface LocalClerkOptions {
  /** The folder for keys and state. Without it a temporary one, which `stop()` removes. */
  dataDir?: string
  /** Any free port, unless it is set. */
  port?: number
  /** The app's webhook endpoint. It can be set later: `clerk.webhooks.setUrl()`. */
  webhookUrl?: string
  /** The users to start with, also after a reset. */
  users?: NewUser[]
  /** The organizations to start with. Their members are among `users`. */
  organizations?: NewOrganization[]
  /** What Clerk's dashboard would set for the instance. */
  settings?: SettingsChanges
  /** Faults of webhooks on demand. */
  faults?: Partial<Faults>
  /** Multiplies the waits between delivery attempts: 5 s before the second, 5 min before the third. */
  retryScale?: number
  log?: (line: string) => void
}

export interface CreatedUser {
  id: string
  emailAddress: string | null
  username: string | null
  /** What the user signs in with. */
  password: string
}

export interface LocalClerk extends AsyncDisposable {
  /** Where the Backend API is. */
  url: string
  publishableKey: string
  secretKey: string
  /** The PEM of the key that verifies tokens. */
  jwtKey: string
  webhookSigningSecret: string
  /** The environment variables of an app without a framework of its own, such as `CLERK_SECRET_KEY`. */
  env: Record<string, string>
  /** The same, by the names of Clerk's SDK for its framework. */
  envFor: (framework: Framework) => Record<string, string>
  /** Takes what `clerkClient.users.createUser()` takes. Without a password, the user's is `local-clerk`. */
  createUser: (user: NewUser) => CreatedUser
  /** A token that signs the user in once: on a page by `?__clerk_ticket=`, or by `strategy: 'ticket'`. */
  signInToken: (userId: string) => string
  /**
   * A session token for an API, of a new session, valid for 60 seconds.
   * @param options.origin  the app's origin: the claim `azp`
   */
  sessionToken: (userId: string, options?: { origin?: string }) => string
  /** An access token, as if the user had let an OAuth application in. */
  oauthToken: (userId: string, options?: { clientId?: string, scopes?: string[] }) => string
  webhooks: {
    setUrl: (url: string) => void
    setFaults: (faults: Partial<Faults>) => void
    /**
     * Waits until an event was sent, and the endpoint, if there is one, has answered it with success. An event that was
     * sent before counts.
     * @throws Error that says what was sent instead, after `timeout` milliseconds (5,000)
     */
    waitFor: <Event extends WebhookEvent = WebhookEvent>(type: string, options?: WaitOptions<Event>) => Promise<Event>
  }
  changeSettings: (changes: SettingsChanges) => void
  /** Goes back to the beginning: the users and the settings it started with, and no events. */
  reset: () => void
  stop: () => Promise<void>
}

/**
 * Starts a stand-in for Clerk on this machine, as a development instance.
 * @throws Error that names what is wrong in `users`, `organizations` or `settings`
 */
export async function startLocalClerk(options: LocalClerkOptions = {}): Promise<LocalClerk> {
  const { dataDir, users = [], organizations = [], settings = {}, ...rest } = options
  const seed = checkSeed({ users, organizations, settings }, 'startLocalClerk()')
  const folder = dataDir ?? await mkdtemp(join(tmpdir(), 'local-clerk-'))
  await prepareKeys(folder, dataDir ? newPrivateKey : cachedPrivateKey)
  const clerk = await start({
    ...rest,
    dataDir: folder,
    instance: 'development',
    accounts: seed.users.map(toUserInput),
    organizations: seed.organizations,
    settings: { application_name: 'My application', ...settings },
  })
  const { url, baseUrl, keys } = clerk

  async function stop(): Promise<void> {
    await clerk.stop()
    if (!dataDir) await rm(folder, { recursive: true })
  }

  return {
    url,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    jwtKey: keys.jwtKey,
    webhookSigningSecret: keys.webhookSecrets()[0]!,
    env: environmentFor('express', keys, url, baseUrl),
    envFor: framework => environmentFor(framework, keys, url, baseUrl),

    createUser(user) {
      const password = user.password ?? seededPassword
      const { id, username, email_addresses } = clerk.users.create({ ...toUserInput(user), password })
      return { id, username, emailAddress: email_addresses[0]?.email_address ?? null, password }
    },

    signInToken: userId => clerk.tickets.create('sign_in_token', { user_id: clerk.users.get(userId).id }, 3_600).token,

    sessionToken(userId, { origin } = {}) {
      const session = clerk.sessions.create(clerk.users.get(userId), clerk.sessions.createClient().id)
      return clerk.sessions.token(session, origin)
    },

    oauthToken(userId, { clientId = 'client_local', scopes = ['profile', 'email'] } = {}) {
      const { id: subject } = clerk.users.get(userId)
      return clerk.machineAuth.oauthTokens.issue({ subject, client_id: clientId, scopes, seconds: 3_600 }).secret
    },

    webhooks: {
      setUrl: clerk.webhooks.setUrl,
      setFaults: clerk.webhooks.setFaults,
      waitFor: (type, wait) => waitForEvent(clerk.webhooks, type, wait),
    },
    changeSettings: changes => void clerk.settings.change(changes),
    reset: clerk.reset,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The private key of tests, which start often: it is made once. */
async function cachedPrivateKey(): Promise<string> {
  const file = join(cacheFolder(), 'test-key.pem')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known) return known
  const created = await newPrivateKey()
  await mkdir(cacheFolder(), { recursive: true })
  // Another process may read it at any time.
  const draft = `${file}.${process.pid}`
  await writeFile(draft, created, { mode: 0o600 })
  await rename(draft, file)
  return created
}
