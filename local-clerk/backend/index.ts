import type { UserJSON } from '@clerk/backend'
import { createRouter, defineEventHandler, getQuery, getRouterParam, readBody } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import type { Keys } from '../keys.ts'
import type { Sessions } from '../sessions.ts'
import type { Store } from '../store.ts'
import type { Metadata, UserInput, Users } from '../users.ts'

interface Context {
  store: Store
  users: Users
  sessions: Sessions
  keys: Keys
}

const sortable = new Set(['created_at', 'updated_at', 'username', 'first_name', 'last_name', 'email_address', 'last_sign_in_at', 'last_active_at'])
const list = (value: unknown): string[] => value === undefined ? [] : [value].flat().map(String)
const marks = (values: unknown[]) => values.map(() => '?').join(', ')

/** Deep, as Clerk merges: null takes a key away. */
function merge(stored: Metadata, changes: Metadata): Metadata {
  const merged: Metadata = { ...stored }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) Reflect.deleteProperty(merged, key)
    else if (isObject(value) && isObject(merged[key])) merged[key] = merge(merged[key], value)
    else merged[key] = value
  }
  return merged
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Clerk's Backend API, as far as @clerk/backend asks for users, sessions and keys. */
export function backendApi({ store, users, sessions, keys }: Context): Router {
  const router = createRouter()
  const idOf = (event: H3Event) => getRouterParam(event, 'id') ?? ''
  const bodyOf = async <T>(event: H3Event): Promise<T> => await readBody<T>(event) ?? {} as T

  /** The `where` of a list of users, and its values. */
  function filter(event: H3Event): { where: string, values: (string | number)[] } {
    const query = getQuery(event)
    const conditions: string[] = []
    const values: (string | number)[] = []
    const add = (condition: string, ...more: (string | number)[]) => {
      conditions.push(condition)
      values.push(...more)
    }
    // The client sends `user_id=…` once or many times; others send `user_id[]`.
    const of = (name: string) => [...list(query[name]), ...list(query[`${name}[]`])]
    const ids = of('user_id')
    const emails = of('email_address')
    const names = of('username')
    if (ids.length) add(`id in (${marks(ids)})`, ...ids)
    if (emails.length) add(`id in (select user_id from emails where address in (${marks(emails)}))`, ...emails)
    if (names.length) add(`username in (${marks(names)})`, ...names)
    for (const [name, sql] of [['created_at_after', 'created_at >'], ['created_at_before', 'created_at <'], ['last_active_at_after', 'last_active_at >'], ['last_active_at_since', 'last_active_at >=']] as const) {
      if (query[name] !== undefined) add(`${sql} ?`, Number(query[name]))
    }
    if (query.query) {
      const like = `%${String(query.query).replaceAll(/[\\%_]/g, '\\$&')}%`
      const columns = ['id', 'username', 'first_name', 'last_name', 'email_address']
      add(`(${columns.map(column => `${column} like ? escape '\\'`).join(' or ')} or id in (select user_id from emails where address like ? escape '\\'))`, ...columns.map(() => like), like)
    }
    return { where: conditions.length ? `where ${conditions.join(' and ')}` : '', values }
  }

  router.get('/v1/jwks', defineEventHandler(() => keys.jwks))

  router.get('/v1/users', defineEventHandler((event) => {
    const { where, values } = filter(event)
    const query = getQuery(event)
    const limit = Math.min(Math.max(Number(query.limit ?? 10) || 10, 1), 500)
    const offset = Math.max(Number(query.offset ?? 0) || 0, 0)
    const [, sign, column] = /^([+-]?)(\w+)$/.exec(String(query.order_by ?? '-created_at').trim()) ?? []
    if (!column || !sortable.has(column)) throw errors.missing('order_by')
    // A bare name sorts upwards, as a plus does (which a URL may turn into a space).
    const direction = sign === '-' ? 'desc' : 'asc'
    return store.all<{ data: string }>(`select data from users ${where} order by ${column} ${direction}, id ${direction} limit ? offset ?`, ...values, limit, offset)
      .map(({ data }) => JSON.parse(data) as UserJSON)
  }))
  router.get('/v1/users/count', defineEventHandler((event) => {
    const { where, values } = filter(event)
    return { object: 'total_count', total_count: store.get<{ total: number }>(`select count(*) as total from users ${where}`, ...values)!.total }
  }))
  router.post('/v1/users', defineEventHandler(async (event) => {
    const { id: _, ...input } = await bodyOf<UserInput & { created_at?: string | number }>(event)
    return users.create({ ...input, created_at: input.created_at === undefined ? undefined : new Date(input.created_at).getTime() })
  }))
  router.get('/v1/users/:id', defineEventHandler(event => users.get(idOf(event))))
  router.patch('/v1/users/:id', defineEventHandler(async event => users.update(idOf(event), await bodyOf<UserInput>(event))))
  router.delete('/v1/users/:id', defineEventHandler(event => users.remove(idOf(event))))
  // PATCH merges, PUT replaces each kind of metadata that it names.
  for (const [method, join] of [['patch', merge], ['put', (_: Metadata, given: Metadata) => given]] as const) {
    router[method]('/v1/users/:id/metadata', defineEventHandler(async (event) => {
      const changes = await bodyOf<Pick<UserInput, 'public_metadata' | 'private_metadata' | 'unsafe_metadata'>>(event)
      return users.change(idOf(event), (user) => {
        for (const name of ['public_metadata', 'private_metadata', 'unsafe_metadata'] as const) {
          if (changes[name]) user[name] = join(user[name], changes[name])
        }
      })
    }))
  }
  for (const [path, edit] of Object.entries({ ban: { banned: true }, unban: { banned: false }, lock: { locked: true }, unlock: { locked: false } })) {
    router.post(`/v1/users/:id/${path}`, defineEventHandler((event) => {
      const user = users.change(idOf(event), changed => Object.assign(changed, edit))
      if (path === 'ban') for (const session of sessions.ofUser(user.id)) sessions.end(session, 'revoked')
      return user
    }))
  }
  router.post('/v1/users/:id/verify_password', defineEventHandler(async (event) => {
    const { password } = await bodyOf<{ password?: string }>(event)
    if (!users.hasPassword(users.get(idOf(event)).id, password ?? '')) throw errors.passwordIncorrect()
    return { verified: true }
  }))

  router.get('/v1/sessions', defineEventHandler((event) => {
    const { user_id, status, limit = 10, offset = 0, paginated } = getQuery(event)
    const found = sessions.ofUser(String(user_id)).filter(session => !status || session.status === status)
    const data = found.slice(Number(offset), Number(offset) + Number(limit)).map(sessions.toJSON)
    return paginated === 'true' ? { data, total_count: found.length } : data
  }))
  router.post('/v1/sessions', defineEventHandler(async (event) => {
    const { user_id } = await bodyOf<{ user_id?: string }>(event)
    return sessions.toJSON(sessions.create(users.get(user_id ?? ''), sessions.createClient().id))
  }))
  router.get('/v1/sessions/:id', defineEventHandler(event => sessions.toJSON(sessions.get(idOf(event)))))
  router.post('/v1/sessions/:id/revoke', defineEventHandler(event => sessions.toJSON(sessions.end(sessions.get(idOf(event)), 'revoked'))))
  router.post('/v1/sessions/:id/tokens', defineEventHandler((event) => {
    const session = sessions.get(idOf(event))
    if (session.status !== 'active') throw errors.signedOut()
    return { object: 'token', jwt: sessions.token(session) }
  }))
  return router
}
