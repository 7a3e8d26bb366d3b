import { beforeEach, describe, expect, it } from 'vitest'
import { message, secret, sign, userEvent } from '../../fixtures/webhooks.ts'
import { bindInstance, moveToInstance, readInstance } from '../../server/database/clerk-instance.ts'
import { createAppSync } from '../../server/sync/app-sync.ts'
import { resync } from '../../server/admin/resync.ts'
import { status, useClerk } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers, expectInSync } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
beforeEach(() => clearAll(database))

interface Line {
  level: string
  line: string
  fields: Record<string, unknown>
}

function startReceiver(findInstance?: () => Promise<string>) {
  const lines: Line[] = []
  const logAt = (level: string) => (line: string, fields: Line['fields']) => lines.push({ level, line, fields })
  const receiver = createAppSync({
    signingSecrets: [secret],
    deleteMode: 'erase',
    groupCommit: true,
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    onUserChange: () => {},
    findInstance,
  })
  async function receive(instance_id: string | undefined, id = 'user_1') {
    const sent = message({ ...userEvent('user.created', id, 5), instance_id })
    const { status } = await receiver.receive({ headers: new Headers(sign(sent)), rawBody: Buffer.from(sent.body) })
    return status
  }
  return { receive, lines }
}

describe('the Clerk instance of the database', () => {
  it('is that of the secret key, whatever the first webhook names', async () => {
    const { receive } = startReceiver(() => clerk.api.getInstance(1))
    expect(await receive('ins_example')).toBe(503)
    expect(await readInstance()).toBe('ins_local')
    expect(await receive('ins_local')).toBe(200)
  })

  it('is that of the first webhook if Clerk does not say whose the key is', async () => {
    const { receive } = startReceiver(() => Promise.reject(new Error('away')))
    expect(await receive('ins_first')).toBe(200)
    expect(await readInstance()).toBe('ins_first')
  })

  it('is bound once, even by two processes at once', async () => {
    const results = await Promise.allSettled(['ins_a', 'ins_b', 'ins_a', 'ins_b'].map(bindInstance))
    const bound = await readInstance()
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      ['ins_a', 'ins_b', 'ins_a', 'ins_b'].map(id => id === bound),
    )
  })

  it('makes events of another instance wait: 503, nothing stored, and a log line that names both', async () => {
    const { receive, lines } = startReceiver()
    await receive('ins_production')
    expect(await receive('ins_development', 'user_2')).toBe(503)
    expect(await database.stored.profiles.countDocuments()).toBe(1)
    expect(await database.stored.deliveries.countDocuments()).toBe(1)
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      fields: { error: expect.stringMatching(/belongs to the Clerk instance ins_production, not to ins_development/) },
    })
  })

  it('accepts an event without an instance', async () => {
    const { receive } = startReceiver()
    await receive('ins_production')
    expect(await receive(undefined, 'user_2')).toBe(200)
  })

  it('moves to another one on command', async () => {
    await bindInstance('ins_old')
    await moveToInstance('ins_new')
    const { receive } = startReceiver()
    expect(await receive('ins_old')).toBe(503)
    expect(await receive('ins_new')).toBe(200)
  })
})

describe('resyncing one user', () => {
  const options = (clerk_id: string, bury = false) =>
    ({ actor_id: 'user_admin', clerk_id, bury, clerk: clerk.api, deleteMode: 'erase' as const, onUserChange: () => {} })

  it('applies the user as Clerk has them now', async () => {
    const [id] = createUsers(clerk, 1) as [string]
    expect(await resync(options(id))).toBe('applied')
    await expectInSync(clerk, database)
    expect(await resync(options(id))).toBe('stale')
  })

  it('marks a user that Clerk does not have as deleted only when that is confirmed', async () => {
    const [id] = createUsers(clerk, 1) as [string]
    await resync(options(id))
    clerk.local.users.remove(id)
    expect(await resync(options(id))).toBe('gone')
    expect(await database.stored.profiles.findOne({ clerk_id: id })).not.toHaveProperty('deleted_at')
    expect(await resync(options(id, true))).toBe('buried')
    expect(await database.stored.profiles.findOne({ clerk_id: id })).toHaveProperty('deleted_at')
    const log = database.stored.client.db('addendum').collection('audit_log')
    expect(await log.findOne({ clerk_id: id })).toMatchObject({ actor_id: 'user_admin', action: 'profile.repair' })
  })

  it('never marks a user as deleted who exists, and none while Clerk is away', async () => {
    const [id] = createUsers(clerk, 1) as [string]
    expect(await resync(options(id, true))).toBe('applied')
    clerk.spoil = () => status(503)
    await expect(resync(options(id, true))).rejects.toThrow(/Clerk did not answer/)
    expect(await database.stored.profiles.findOne({ clerk_id: id })).not.toHaveProperty('deleted_at')
  })
})
