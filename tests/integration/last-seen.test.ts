import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { message, secret, sign, userEvent } from '../../fixtures/webhooks.ts'
import { createEvent } from '../../local-clerk/webhooks/payloads/index.ts'
import { readAsAdmin } from '../../server/admin/user.ts'
import { exportProfile } from '../../server/profiles/own-data.ts'
import { eraseProfile } from '../../server/profiles/profile.ts'
import { createAppSync } from '../../server/sync/app-sync.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll } from '../support/sync.ts'

const database = useDatabase()
beforeEach(() => clearAll(database))

const silent = () => {}

function start(lastSeen: boolean, deleteMode: 'erase' | 'flag' = 'erase') {
  const receiver = createAppSync({
    signingSecrets: [secret],
    deleteMode,
    groupCommit: true,
    log: { info: silent, warn: silent, error: silent },
    onUserChange: silent,
    lastSeen,
  })
  return async (event: unknown) => {
    const sent = message(event)
    const { status, body } = await receiver.receive({
      headers: new Headers(sign(sent)),
      rawBody: Buffer.from(sent.body),
    })
    if (!('outcome' in body)) return { status }
    return { status, outcome: body.outcome, delivery: await database.stored.deliveries.findOne({ _id: sent.id }) }
  }
}

const id = 'user_1'
const created = userEvent('user.created', id, 5)
const deleted = createEvent('user.deleted', { id })
const signIn = (at: number) => createEvent('session.created', { id, at })
const stored = () => database.stored.profiles.findOne({ clerk_id: id })
const nobody = { find: async () => new Map() }

describe('with LAST_SEEN=on, a sign-in', () => {
  const receive = start(true)

  it('is stored on the profile, and changes nothing else of it', async () => {
    await receive(created)
    const before = await stored()
    expect(await receive(signIn(1_000))).toMatchObject({
      status: 200,
      outcome: 'applied',
      delivery: { type: 'session.created', clerk_id: id, outcome: 'applied' },
    })
    expect(await stored()).toEqual({ ...before, last_seen_at: new Date(1_000) })
  })

  it('is not replaced by an earlier one that arrives late', async () => {
    await receive(created)
    await receive(signIn(2_000))
    expect(await receive(signIn(1_000))).toMatchObject({ status: 200, outcome: 'stale' })
    expect(await receive(signIn(2_000))).toMatchObject({ status: 200, outcome: 'applied' })
    expect(await stored()).toMatchObject({ last_seen_at: new Date(2_000) })
  })

  it('creates no profile, and the delivery says why it is ignored', async () => {
    expect(await receive(signIn(1_000))).toMatchObject({
      status: 200,
      outcome: 'ignored',
      delivery: { error: expect.stringContaining('no profile yet') },
    })
    expect(await stored()).toBeNull()
  })

  it('leaves a tombstone as it is', async () => {
    await receive(created)
    await receive(signIn(1_000))
    await receive(deleted)
    const tombstone = await stored()
    expect(tombstone).not.toHaveProperty('last_seen_at')
    expect(await receive(signIn(2_000))).toMatchObject({ status: 200, outcome: 'ignored' })
    expect(await stored()).toEqual(tombstone)
  })

  it('is kept with the other personal fields if DELETE_MODE is flag, and hidden from admins', async () => {
    const flagging = start(true, 'flag')
    await flagging(created)
    await flagging(signIn(1_000))
    await flagging(deleted)
    expect(await stored()).toMatchObject({ last_seen_at: new Date(1_000), deleted_at: expect.any(Date) })
    expect(await readAsAdmin(id, nobody)).toMatchObject({ state: 'deleted', last_seen_at: null })
  })

  it('is shown to admins, and is in the user\'s own export', async () => {
    await receive(created)
    expect(await readAsAdmin(id, nobody)).toMatchObject({ last_seen_at: null })
    await receive(signIn(1_000))
    expect(await readAsAdmin(id, nobody)).toMatchObject({ last_seen_at: new Date(1_000) })
    expect((await exportProfile(id)).profile).toMatchObject({ last_seen_at: new Date(1_000) })
  })

  it('survives an update of the user and an erasure of the profile fields', async () => {
    await receive(created)
    await receive(signIn(1_000))
    await receive(userEvent('user.updated', id, 9))
    await eraseProfile(id)
    expect(await stored()).toMatchObject({ last_seen_at: new Date(1_000), clerk_updated_at: new Date(9) })
  })

  it.each([
    ['no user', { user_id: undefined }],
    ['an object as user', { user_id: { $ne: null } }],
    ['a text as its time', { created_at: '1000' }],
    ['a time that no Date holds', { created_at: 9e15 }],
  ])('with %s is rejected', async (_, data) => {
    const event = signIn(1_000)
    expect(await receive({ ...event, data: { ...event.data, ...data } })).toMatchObject({ status: 422 })
  })

  it('is answered 503 while the database is away, and stored when it is sent again', { tags: ['slow'] }, async () => {
    await receive(created)
    await database.mongod.kill()
    try {
      expect(await receive(signIn(1_000))).toMatchObject({ status: 503 })
    }
    finally {
      await database.mongod.restart()
    }
    expect(await receive(signIn(1_000))).toMatchObject({ status: 200, outcome: 'applied' })
  })

  it('ends the same in any order and repetition, beside the user\'s own events', { tags: ['slow'] }, async () => {
    const events = fc.array(fc.oneof(
      fc.record({ type: fc.constant('signIn' as const), at: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ type: fc.constant('update' as const), at: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ type: fc.constant('deletion' as const), at: fc.constant(0) }),
    ), { maxLength: 12 })
    const toEvent = {
      signIn,
      update: (at: number) => userEvent('user.updated', id, at),
      deletion: () => deleted,
    }
    await fc.assert(fc.asyncProperty(events, async (history) => {
      await clearAll(database)
      await receive(created)
      await Promise.all(history.map(({ type, at }) => receive(toEvent[type](at))))
      const row = await stored()
      const signIns = history.filter(({ type }) => type === 'signIn').map(({ at }) => at)
      const isDeleted = history.some(({ type }) => type === 'deletion')
      expect(Boolean(row!.deleted_at)).toBe(isDeleted)
      const last = isDeleted || signIns.length === 0 ? undefined : new Date(Math.max(...signIns))
      expect(row!.last_seen_at).toEqual(last)
    }), { numRuns: 60 })
  })
})

describe('without LAST_SEEN, a sign-in', () => {
  it('is ignored, whatever it contains', async () => {
    const receive = start(false)
    await receive(created)
    const before = await stored()
    expect(await receive(signIn(1_000))).toMatchObject({ status: 200, outcome: 'ignored' })
    expect(await receive({ ...signIn(1_000), data: {} })).toMatchObject({ status: 200, outcome: 'ignored' })
    expect(await stored()).toEqual(before)
  })
})

describe('events of organizations', () => {
  it.each(['organization.created', 'organizationMembership.created', 'session.ended'] as const)(
    'such as %s stay ignored with LAST_SEEN=on',
    async (type) => {
      expect(await start(true)(createEvent(type, { id }))).toMatchObject({ status: 200, outcome: 'ignored' })
    },
  )
})
