import { createRouter, defineEventHandler, getQuery, readBody, setResponseHeader } from 'h3'
import type { H3Event, Router } from 'h3'
import { prettifyError, ZodError } from 'zod'
import type { RateLimit } from '../backend/authorize.ts'
import type { EmailLinks } from '../email-links.ts'
import { ClerkError, errors } from '../errors.ts'
import { refuseOtherSites } from '../http.ts'
import { password, seed, seedPeople } from '../seed.ts'
import type { World } from '../seed.ts'
import type { Settings, SettingsChanges } from '../settings.ts'
import type { Store } from '../store.ts'
import type { UserInput, Users } from '../users.ts'
import { limitOf, noFaults } from '../webhooks/faults.ts'
import type { Faults } from '../webhooks/faults.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { createEvent, eventTypes } from '../webhooks/payloads/index.ts'
import type { EventType } from '../webhooks/payloads/index.ts'
import { readControlPage } from './page.ts'

interface Context {
  store: Store
  users: Users
  /** The accounts to start with, after a reset too. */
  accounts: UserInput[]
  webhooks: Webhooks
  settings: Settings
  emailLinks: EmailLinks
  rotateSecret: () => void
  rateLimit: RateLimit
  publish: World['publish']
  /** Moves the clock of session verifications ahead, in milliseconds. */
  setClock: (ahead: number) => void
  /** Goes back to the beginning, with the accounts only. */
  reset: () => void
}

/** The control page and its JSON API: the messages and users of Clerk's dashboard, and faults on demand. */
export function controlApi(context: Context): Router {
  const router = createRouter()
  addMessageRoutes(router, context)
  addFaultRoutes(router, context)
  addDataRoutes(router, context)
  addSettingsRoutes(router, context)
  addStateRoutes(router, context, addSeedRoute(router, context))
  return router
}

function addStateRoutes(router: Router, context: Context, seeding: () => Seeding | null): void {
  const { store, webhooks, rateLimit } = context
  router.get('/', defineEventHandler((event) => {
    setResponseHeader(event, 'content-type', 'text/html; charset=utf-8')
    return readControlPage()
  }))

  const count = (sql: string) => store.get<{ total: number }>(sql)!.total
  const accounts = context.accounts.map(({ username, email_address, public_metadata }) => ({
    username,
    email: email_address?.[0],
    admin: public_metadata?.role === 'admin',
  }))

  router.get('/control', defineEventHandler((event) => {
    const before = Number(getQuery(event).before ?? Number.MAX_SAFE_INTEGER)
    return {
      users: count('select count(*) as total from users'),
      waiting: count('select count(*) as total from messages where next_at is not null'),
      idle: webhooks.idle(),
      accounts,
      password,
      eventTypes,
      faults: webhooks.faults(),
      rate_limit: rateLimit.perSecond,
      seeding: seeding(),
      messages: webhooks.list(50, before),
    }
  }))
}

function addDataRoutes(router: Router, { store, emailLinks, setClock, reset }: Context): void {
  router.get('/control/users', defineEventHandler((event) => {
    const like = `%${String(getQuery(event).query ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`
    return {
      users: store.all(`
        select
          id,
          trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name,
          email_address as email,
          (select count(*) from sessions where user_id = users.id and status = 'active') as sessions
        from users
        where id like ?1 escape '\\'
          or email_address like ?1 escape '\\'
          or first_name || ' ' || last_name like ?1 escape '\\'
        order by created_at desc
        limit 20`, like),
    }
  }))

  router.get('/control/sessions', defineEventHandler(() => ({
    sessions: store.all('select id, user_id, status, created_at from sessions order by created_at desc limit 20'),
  })))

  // The links that Clerk would have emailed, the newest first.
  router.get('/control/links', defineEventHandler(event => ({
    links: emailLinks.sentTo(String(getQuery(event).email)).map(({ email_address, url, status, created_at }) => ({
      email_address, url, status, created_at,
    })),
  })))

  router.post('/control/clock', action(async (event) => {
    const { ahead_ms } = await readJSON<{ ahead_ms: number }>(event)
    if (typeof ahead_ms !== 'number' || !Number.isFinite(ahead_ms)) throw badRequest('ahead_ms must be a number')
    setClock(ahead_ms)
  }))

  router.post('/control/reset', action(reset))
}

/** What Clerk's dashboard offers for an instance. */
function addSettingsRoutes(router: Router, { settings }: Context): void {
  router.get('/control/settings', defineEventHandler(() => settings.current()))

  router.post('/control/settings', action(async (event) => {
    try {
      return settings.change(await readJSON<SettingsChanges>(event))
    }
    catch (error) {
      if (error instanceof ZodError) throw badRequest(prettifyError(error))
      throw error
    }
  }))
}

function addMessageRoutes(router: Router, { webhooks, rotateSecret }: Context): void {
  router.post('/control/send', action(async (event) => {
    const { type = '', id } = await readJSON<{ type: string, id: string }>(event)
    if (!eventTypes.includes(type as EventType)) throw badRequest(`Unknown event type: ${type}`)
    webhooks.send(type, createEvent(type as EventType, { id: id || undefined }).data)
  }))

  router.post('/control/replay', action(async (event) => {
    const { id = '' } = await readJSON<{ id: string }>(event)
    if (!webhooks.replay(id)) throw errors.notFound('message')
  }))

  router.post('/control/rotate-secret', action(() => rotateSecret()))
}

function addFaultRoutes(router: Router, { webhooks, rateLimit }: Context): void {
  router.post('/control/faults', action(async (event) => {
    const changes = await readJSON<Faults>(event)
    for (const [name, value] of Object.entries(changes)) {
      const limit = limitOf(name)
      const isValid = typeof value === 'number' && value >= 0 && value <= limit
      if (!Object.hasOwn(noFaults, name) || !isValid) throw badRequest(`${name} must be a number from 0 to ${limit}`)
    }
    webhooks.setFaults(changes)
    return webhooks.faults()
  }))

  router.post('/control/rate-limit', action(async (event) => {
    const { per_second = 0 } = await readJSON<{ per_second: number }>(event)
    rateLimit.perSecond = per_second
  }))
}

interface Seeding {
  done: number
  count: number
}

/** @returns a function that tells the progress, or null when no users are being created */
function addSeedRoute(router: Router, { store, users, accounts, publish }: Context): () => Seeding | null {
  let seeding: Seeding | null = null

  router.post('/control/seed', action(async (event) => {
    const { count = 0, live = false } = await readJSON<{ count: number, live: boolean }>(event)
    if (!Number.isInteger(count) || count < 0 || count > 1_000_000) {
      throw badRequest('count must be an integer from 0 to 1000000')
    }
    if (seeding) throw new ClerkError(409, 'seeding', 'Users are already being created. Wait until that is done')
    seed(users, accounts)
    seeding = { done: 0, count }
    const onProgress = (done: number) => {
      seeding = { done, count }
    }
    try {
      await seedPeople({ store, users, publish }, count, { live, done: onProgress })
    }
    finally {
      seeding = null
    }
  }))
  return () => seeding
}

function badRequest(message: string): ClerkError {
  return new ClerkError(422, 'form_param_invalid', message)
}

async function readJSON<Body>(event: H3Event): Promise<Partial<Body>> {
  return await readBody<Partial<Body>>(event) ?? {}
}

/** A route that changes something: it refuses requests from pages of other sites. */
function action<Result>(act: (event: H3Event) => Promise<Result> | Result) {
  return defineEventHandler(async (event) => {
    refuseOtherSites(event)
    return await act(event) ?? { ok: true }
  })
}
