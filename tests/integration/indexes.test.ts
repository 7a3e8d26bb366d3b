import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  closeDatabase, currentDatabase, database, indexDifferences, indexFailures, ping,
} from '../../server/database/connection.ts'
import { applyIndexes, compareIndexes } from '../../server/database/indexes.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const profiles = () => mongo.stored.profiles
const names = async () => (await profiles().indexes()).map(({ name }) => name)
const differences = async () =>
  (await compareIndexes(currentDatabase())).map(({ collection, index, kind }) => [collection, index, kind])

async function restart(): Promise<void> {
  await closeDatabase()
  await database()
}

beforeEach(async () => {
  await profiles().drop()
  await restart()
})

/** What differs after an update of the app, and by another program's hand. */
async function change(): Promise<void> {
  await profiles().dropIndex('search_birthday')
  await profiles().createIndex({ bio: 1 }, { name: 'search_birthday' })
  await profiles().dropIndex('deleted_at_1')
  await profiles().createIndex({ deleted_at: 1 }, { expireAfterSeconds: 9, name: 'by_hand' })
  await profiles().createIndex({ theirs: 1 })
  await profiles().dropIndex('search_country')
}
const changed = [
  ['profiles', 'deleted_at_1', 'different'],
  ['profiles', 'search_birthday', 'different'],
  ['profiles', 'theirs_1', 'undeclared'],
]

describe('starting', () => {
  it('builds what is missing, and neither drops nor replaces an index', async () => {
    await change()
    await restart()
    expect(await differences()).toEqual(changed)
    expect(await names()).toContain('search_country')
    expect(indexFailures()).toEqual([])
  })

  it('takes an index as declared whatever its name', async () => {
    await profiles().dropIndex('clerk_id_1')
    await profiles().createIndex({ clerk_id: 1 }, { unique: true, name: 'by_hand' })
    await restart()
    expect(await differences()).toEqual([])
    expect(await names()).not.toContain('clerk_id_1')
  })

  it('does not wait for the indexes of a large collection, which are built in the background', async () => {
    await profiles().insertMany(Array.from({ length: 10_001 }, (_, index) => ({ clerk_id: `user_${index}` })) as never)
    await profiles().dropIndex('search_birthday')
    await profiles().dropIndex('search_country')
    const admin = mongo.stored.client.db('admin')
    await admin.command({ configureFailPoint: 'hangAfterStartingIndexBuild', mode: 'alwaysOn' })
    try {
      await restart()
      await ping()
      // MongoDB lists an index as soon as its build has begun, and uses it when the build has ended.
      await expect(profiles().findOne({}, { hint: 'search_birthday' })).rejects.toThrow('hint')
    }
    finally {
      await admin.command({ configureFailPoint: 'hangAfterStartingIndexBuild', mode: 'off' })
    }
    await expect.poll(differences).toEqual([])
    await expect.poll(() => profiles().findOne({}, { hint: 'search_birthday' }).catch(() => null)).not.toBeNull()
  })

  it('refuses a database whose unique index is not unique, and names the command', async () => {
    await profiles().dropIndex('clerk_id_1')
    await profiles().createIndex({ clerk_id: 1 })
    await closeDatabase()
    await expect(database()).rejects.toThrow(/clerk_id_1 of profiles is not as declared.*npm run indexes/)
    await command('--apply')
    await restart()
    expect(await differences()).toEqual([])
  })
})

async function command(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, MONGODB_URI: mongo.mongod.uri }
  return promisify(execFile)('node', ['scripts/indexes.ts', ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number, stdout: string, stderr: string }) => ({ code, stdout, stderr }),
  )
}

describe('npm run indexes', { tags: ['slow'] }, () => {
  it('shows the plan and changes nothing', async () => {
    await change()
    const { code, stdout } = await command()
    expect(code).toBe(1)
    for (const line of [
      /^replace profiles\.search_birthday$/m,
      /^ +stored {3}search_birthday { bio: 1 }, used 0 times since \S+$/m,
      /^ +declared { birthday: 1, _id: 1, country: 1, .+ }$/m,
      /^ +stored {3}by_hand { deleted_at: 1 }, expireAfterSeconds: 9/m,
      /^build {3}profiles\.search_country$/m,
      /^drop {4}profiles\.theirs_1$/m,
    ]) expect(stdout).toMatch(line)
    expect(await differences()).toHaveLength(4)
  })

  it('does what it planned with --apply, and then has no plan', async () => {
    await change()
    expect(await command('--apply')).toMatchObject({ code: 0, stdout: expect.stringContaining('as declared') })
    expect(await differences()).toEqual([])
    expect(await command('--json')).toMatchObject({ code: 0, stdout: '[]\n' })
  })

  it('is noticed by the running app', async () => {
    await change()
    await restart()
    expect(indexDifferences()).toHaveLength(2)
    await command('--apply')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    try {
      await ping()
      await expect.poll(indexDifferences).toEqual([])
    }
    finally {
      vi.useRealTimers()
    }
  })

  it('says why an index cannot be built, without a value', async () => {
    await profiles().dropIndex('clerk_id_1')
    await profiles().insertMany([{ clerk_id: 'user_twice' }, { clerk_id: 'user_twice' }] as never)
    const { code, stdout, stderr } = await command('--apply')
    expect(code).toBe(1)
    expect(stderr).toMatch(/index clerk_id_1 of profiles could not be built: .*duplicate key/)
    expect(stdout + stderr).not.toContain('user_twice')
  })

  it('is safe in several processes at once, beside an app that starts', async () => {
    await profiles().insertMany(Array.from({ length: 3_000 }, (_, index) => ({ clerk_id: `user_${index}` })) as never)
    for (let round = 0; round < 5; round++) {
      await change()
      const db = currentDatabase()
      const all = await Promise.all([applyIndexes(db), applyIndexes(db), applyIndexes(db)])
      expect(all).toEqual([[], [], []])
      expect(await differences()).toEqual([])
    }
  })

  it('refuses an option that it does not have', async () => {
    const refused = await command('--aply')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no option --aply') })
  })
})
