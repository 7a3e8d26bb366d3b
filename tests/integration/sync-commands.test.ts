/** @module-tag slow */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../server/database/checkpoints.ts'
import { useClerk } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers, expectInSync } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
beforeEach(() => clearAll(database))

const environment = () => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  MONGODB_URI: database.mongod.uri,
  NUXT_CLERK_SECRET_KEY: clerk.local.env.NUXT_CLERK_SECRET_KEY,
  NUXT_CLERK_API_URL: clerk.url,
})

async function command(name: string, ...args: string[]) {
  const options = { env: environment() }
  return promisify(execFile)('node', [`scripts/${name}.ts`, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number, stdout: string, stderr: string }) => ({ code, stdout, stderr }),
  )
}

/** Kills the command at one of its requests to Clerk, and forgets its lease, as half a minute would. */
async function killAt(request: number, name: string, ...args: string[]): Promise<void> {
  let count = 0
  const child: ChildProcess = spawn('node', [`scripts/${name}.ts`, ...args], { env: environment(), stdio: 'ignore' })
  clerk.spoil = () => {
    if (count++ === request) child.kill('SIGKILL')
    return undefined
  }
  await once(child, 'exit')
  clerk.spoil = () => undefined
  const leases = database.stored.client.db('addendum').collection('leases')
  await leases.updateMany({}, { $set: { expires_at: new Date(0) } })
}

describe('the commands of the sync', () => {
  it('print the run as JSON, and exit with 0', async () => {
    createUsers(clerk, 30)
    const { code, stdout } = await command('backfill', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'backfill', state: 'done', done: 30, changed: 30 })
    const caughtUp = await command('catch-up', '--json', '--dry-run')
    expect(JSON.parse(caughtUp.stdout)).toMatchObject({ name: 'catch-up', state: 'done', changed: 0 })
    await expectInSync(clerk, database)
  })

  it('report differences, and repair them', async () => {
    const [id] = createUsers(clerk, 30)
    await command('backfill')
    clerk.local.users.remove(id!)
    const compared = await command('reconcile')
    expect(compared.stdout).toMatch(/Profiles whose user Clerk no longer has: 1 \(user_00000/)
    expect(compared.stdout).toMatch(/Add --repair/)
    const refused = await command('reconcile', '--repair')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/the limit is 1 %/) })
    const repaired = await command('reconcile', '--repair', '--delete-limit', '10', '--json')
    expect(JSON.parse(repaired.stdout)).toMatchObject({ report: { repaired: 1, differences: { gone: 1 } } })
    await expectInSync(clerk, database)
  })

  it('show the instance of the database, and move it', async () => {
    await command('backfill')
    expect((await command('instance')).stdout).toMatch(/belongs to ins_local, the secret key to ins_local/)
    const instances = database.stored.client.db('addendum').collection('clerk_instance')
    await instances.updateOne({}, { $set: { instance_id: 'ins_old' } })
    expect(await command('instance')).toMatchObject({ code: 1, stderr: expect.stringMatching(/ins_old.*ins_local/) })
    expect(await command('backfill')).toMatchObject({ code: 1, stderr: expect.stringMatching(/--move ins_local/) })
    expect(await command('instance', '--move', 'ins_typo')).toMatchObject({ code: 1 })
    expect((await command('instance', '--move', 'ins_local')).stdout).toMatch(/belongs to ins_local now/)
    expect(await command('backfill')).toMatchObject({ code: 0 })
  })

  it.each([
    [['backfill', '--dryrun'], /There is no option --dryrun/],
    [['reconcile', '--delete-limit', 'all'], /percentage from 0 to 100/],
  ])('say what is wrong with %j', async ([name, ...args], message) => {
    expect(await command(name!, ...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
  })

  it('continue a backfill that was killed at any request', async () => {
    createUsers(clerk, 2_600)
    for (const request of [1, 3, 2, 4]) await killAt(request, 'backfill')
    const before = await readCheckpoint('backfill')
    expect(before).toMatchObject({ state: 'running' })
    expect(await command('backfill')).toMatchObject({ code: 0 })
    expect((await readCheckpoint('backfill'))!.done).toBe(2_600)
    await expectInSync(clerk, database)
  })

  // Ten places in all; twelve processes one after the other would take a busy machine more than a test's time.
  it.each([
    [[0, 7, 3, 10, 6]],
    [[2, 9, 5, 1, 8]],
  ])('repair everything after a reconcile that was killed at requests %j', async (requests) => {
    const ids = createUsers(clerk, 1_200)
    await command('backfill')
    await database.stored.profiles.deleteMany({ clerk_id: { $in: ids.slice(0, 200) } })
    for (const id of ids.slice(300, 340)) clerk.local.users.remove(id)
    for (const request of requests) await killAt(request, 'reconcile', '--repair', '--delete-limit=100')
    expect(await command('reconcile', '--repair', '--delete-limit', '100')).toMatchObject({ code: 0 })
    await expectInSync(clerk, database)
  })
})
