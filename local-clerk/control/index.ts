import { createRouter, defineEventHandler, getQuery, getRequestHeader, readBody, setResponseHeader } from 'h3'
import type { H3Event, Router } from 'h3'
import { controlPage } from './page.ts'
import { ClerkError, errors } from '../errors.ts'
import { createEvent, eventTypes } from '../webhooks/payloads.ts'
import type { EventType } from '../webhooks/payloads.ts'
import { password, people, seed, seedPeople } from '../seed.ts'
import type { World } from '../seed.ts'
import type { Store } from '../store.ts'
import type { Users } from '../users.ts'
import { noFaults } from '../webhooks/index.ts'
import type { Faults, Webhooks } from '../webhooks/index.ts'

interface Context {
  store: Store
  users: Users
  webhooks: Webhooks
  rotateSecret: () => void
  rateLimit: { perSecond: number }
  publish: World['publish']
  /** How far the clock of verifications is ahead, in milliseconds. */
  setClock: (ahead: number) => void
}

const badRequest = (message: string) => new ClerkError(422, 'form_param_invalid', message)

/** The control page and its JSON: what Clerk's dashboard shows of an endpoint, and faults on demand. */
export function controlApi({ store, users, webhooks, rotateSecret, rateLimit, publish, setClock }: Context): Router {
  const router = createRouter()
  let seeding: { done: number, count: number } | null = null
  const bodyOf = async <T>(event: H3Event): Promise<Partial<T>> => await readBody<Partial<T>>(event) ?? {}

  /** A page of another site shall not press these buttons. */
  function fromHere(event: H3Event): void {
    const site = getRequestHeader(event, 'sec-fetch-site')
    if (site && site !== 'same-origin' && site !== 'none') throw new ClerkError(403, 'forbidden', 'Ask from Local Clerk\'s own page')
  }
  const action = <T>(act: (event: H3Event) => Promise<T> | T) => defineEventHandler(async (event) => {
    fromHere(event)
    return await act(event) ?? { ok: true }
  })

  router.get('/', defineEventHandler((event) => {
    setResponseHeader(event, 'content-type', 'text/html; charset=utf-8')
    return controlPage
  }))
  router.get('/control', defineEventHandler((event) => {
    const before = Number(getQuery(event).before ?? Number.MAX_SAFE_INTEGER)
    return {
      users: store.get<{ total: number }>('select count(*) as total from users')!.total,
      waiting: store.get<{ total: number }>('select count(*) as total from messages where next_at is not null')!.total,
      idle: webhooks.idle(),
      accounts: people.map(({ username, email_address, public_metadata }) => ({ username, email: email_address?.[0], admin: public_metadata?.role === 'admin' })),
      password,
      eventTypes,
      faults: webhooks.faults(),
      rate_limit: rateLimit.perSecond,
      seeding,
      messages: webhooks.list(50, before),
    }
  }))
  router.get('/control/users', defineEventHandler((event) => {
    const like = `%${String(getQuery(event).query ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`
    return {
      users: store.all(`
        select id, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name, email_address as email,
          (select count(*) from sessions where user_id = users.id and status = 'active') as sessions
        from users where id like ?1 escape '\\' or email_address like ?1 escape '\\' or first_name || ' ' || last_name like ?1 escape '\\'
        order by created_at desc limit 20`, like),
    }
  }))
  router.get('/control/sessions', defineEventHandler(() => ({
    sessions: store.all('select id, user_id, status, created_at from sessions order by created_at desc limit 20'),
  })))
  router.post('/control/send', action(async (event) => {
    const { type = '', id } = await bodyOf<{ type: string, id: string }>(event)
    if (!eventTypes.includes(type as EventType)) throw badRequest(`There is no event type ${type}`)
    webhooks.send(type, createEvent(type as EventType, { id: id || undefined }).data)
  }))
  router.post('/control/replay', action(async (event) => {
    const { id = '' } = await bodyOf<{ id: string }>(event)
    if (!webhooks.replay(id)) throw errors.notFound('message')
  }))
  router.post('/control/faults', action(async (event) => {
    const changes = await bodyOf<Faults>(event)
    for (const [name, value] of Object.entries(changes)) {
      const limit = name === 'delay' || name === 'reorder' ? 3_600_000 : 1
      if (!Object.hasOwn(noFaults, name) || typeof value !== 'number' || !(value >= 0 && value <= limit)) throw badRequest(`${name} takes a number from 0 to ${limit}`)
    }
    webhooks.setFaults(changes)
    return webhooks.faults()
  }))
  router.post('/control/rate-limit', action(async (event) => {
    const { per_second = 0 } = await bodyOf<{ per_second: number }>(event)
    rateLimit.perSecond = per_second
  }))
  router.post('/control/clock', action(async (event) => {
    const { ahead_ms } = await bodyOf<{ ahead_ms: number }>(event)
    if (typeof ahead_ms !== 'number' || !Number.isFinite(ahead_ms)) throw badRequest('ahead_ms takes a number')
    setClock(ahead_ms)
  }))
  router.post('/control/rotate-secret', action(() => rotateSecret()))
  router.post('/control/seed', action(async (event) => {
    const { count = 0, live = false } = await bodyOf<{ count: number, live: boolean }>(event)
    if (!Number.isInteger(count) || count < 0 || count > 1_000_000) throw badRequest('count takes a number from 0 to 1000000')
    if (seeding) throw new ClerkError(409, 'seeding', 'People are being made already. Wait until they are there')
    seed(users)
    seeding = { done: 0, count }
    try {
      await seedPeople({ store, users, publish }, count, { live, done: done => seeding = { done, count } })
    }
    finally {
      seeding = null
    }
  }))
  router.post('/control/reset', action(() => {
    store.reset()
    setClock(0)
    seed(users)
  }))
  return router
}
