import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import type { Document } from 'mongodb'
import mongoose from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import { idOf, idText, pathsOf } from '../../scripts/adopt-options.ts'
import { adopt } from '../../server/admin/adopt.ts'
import type { Adoption, AdoptionCounts, Inconvertible } from '../../server/admin/adopt.ts'
import { editProfile } from '../../server/profiles/profile.ts'
import { beforeCommand } from '../support/commands.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()
const { Binary, Decimal128, Long, ObjectId } = mongoose.mongo
const theirs = (name = 'users') => mongoose.connection.db!.collection<{ _id: unknown }>(name)
const profile = (clerk_id: string) => mongo.stored.profiles.findOne({ clerk_id }, { projection: { _id: 0 } })
const all = () => mongo.stored.profiles.find({}, { sort: { clerk_id: 1 } }).toArray()

beforeEach(async () => {
  await mongo.stored.profiles.deleteMany({})
  await theirs().deleteMany({})
})

/** Runs all batches and adds up their results. */
async function run(options: Partial<Adoption> & { map?: string } = {}) {
  const { map = '', ...rest } = options
  const counts: Record<string, number> = { read: 0 }
  const inconvertible: Inconvertible[] = []
  let last: unknown
  const source = theirs() as unknown as Adoption['source']
  for await (const batch of adopt({ source, paths: pathsOf(map).paths, write: true, date_format: 'ymd', ...rest })) {
    for (const [name, count] of Object.entries(batch.counts)) counts[name] = (counts[name] ?? 0) + count
    inconvertible.push(...batch.inconvertible)
    last = batch.last
  }
  return { counts: counts as unknown as AdoptionCounts, inconvertible, last }
}
/** Inserts documents without validation, as if they were older than the app. */
const insert = (documents: Document[], name?: string) =>
  theirs(name).insertMany(documents as never, { bypassDocumentValidation: true })
const inPlace = () => ({ source: theirs('profiles') as unknown as Adoption['source'] })

describe('adopting documents of another application', () => {
  it('reads each field from its mapped path, and converts it like the import', async () => {
    await insert([
      { clerkId: 'user_1', dob: new Date('1990-05-12T23:30:00Z'), address: { country: 'Germany' }, bio: 5 },
      {
        clerkId: 'user_2',
        dob: '1990-05-12T01:30:00+02:00',
        address: { country: 'USA' },
        bio: Long.fromString('9007199254740993'),
      },
      { clerkId: 'user_3', dob: '1990-05-12', address: [{ country: 'CA' }], bio: Decimal128.fromString('1.5') },
      { clerkId: 'user_4', dob: null, address: 'none', bio: '' },
    ])
    const { counts, inconvertible } = await run({ map: 'birthday=dob,country=address.country' })
    const none = { alreadySet: 0, inconvertible: 0, withoutClerkId: 0, deleted: 0, contested: 0 }
    expect(counts).toEqual({ ...none, read: 4, changed: 3 })
    expect(inconvertible).toEqual([])
    expect(await profile('user_1')).toEqual({
      clerk_id: 'user_1',
      birthday: '1990-05-12',
      birth_month_day: '05-12',
      country: 'DE',
      bio: '5',
      visibility: 'private',
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
      clerk_updated_at: new Date(0),
    })
    expect(await profile('user_2')).toMatchObject({ birthday: '1990-05-11', country: 'US', bio: '9007199254740993' })
    // Paths reach into lists by number.
    expect(await profile('user_3')).toMatchObject({ birthday: '1990-05-12', bio: '1.5' })
    expect((await profile('user_3'))!.country).toBeUndefined()
    await run({ map: 'country=address.0.country' })
    expect(await profile('user_3')).toMatchObject({ country: 'CA' })
    expect(await profile('user_4')).toBeNull()
  })

  it('reads text dates in the given format', async () => {
    await insert([{ clerkId: 'user_1', birthday: '12.05.1990' }])
    expect((await run()).inconvertible).toHaveLength(1)
    await run({ date_format: 'dmy' })
    expect(await profile('user_1')).toMatchObject({ birthday: '1990-05-12' })
  })

  it('reports inconvertible values by document, field and reason, without the value, and adopts the rest', async () => {
    const _id = new ObjectId()
    await insert([
      { _id, clerkId: 'user_1', birthday: { secret: 1 }, country: 'Secretland', bio: 'Hi' },
      { _id: 'user_2', birthday: 642_470_400_000, bio: true },
    ])
    const { counts, inconvertible } = await run()
    expect(counts).toMatchObject({ changed: 1, inconvertible: 4 })
    expect(inconvertible).toEqual([
      { _id: 'user_2', clerk_id: 'user_2', field: 'birthday', reason: expect.stringMatching(/^Enter a date/) },
      { _id: 'user_2', clerk_id: 'user_2', field: 'bio', reason: 'Only texts, numbers and dates can be converted' },
      { _id, clerk_id: 'user_1', field: 'birthday', reason: 'Only texts, numbers and dates can be converted' },
      { _id, clerk_id: 'user_1', field: 'country', reason: expect.stringMatching(/^Choose a country/) },
    ])
    expect(JSON.stringify(inconvertible)).not.toMatch(/secret|642470400000/i)
    expect(await profile('user_1')).toMatchObject({ bio: 'Hi' })
  })

  it('never replaces a set or cleared value, and changes nothing of a deleted user', async () => {
    await editProfile('user_1', { country: 'CA', bio: null })
    await mongo.stored.profiles.insertOne({ clerk_id: 'user_gone', deleted_at: new Date() })
    await insert([
      { clerkId: 'user_1', country: 'DE', bio: 'Theirs', birthday: '1990-05-12' },
      { clerkId: 'user_1', birthday: '2000-01-01' },
      { clerkId: 'user_gone', country: 'DE' },
      { clerkId: 'somebody', country: 'DE' },
      { country: 'DE' },
    ])
    expect((await run()).counts).toMatchObject({ read: 5, changed: 1, alreadySet: 3, withoutClerkId: 2, deleted: 1 })
    expect(await profile('user_1')).toMatchObject({ country: 'CA', bio: null, birthday: '1990-05-12' })
    expect(await profile('user_gone')).toEqual({ clerk_id: 'user_gone', deleted_at: expect.any(Date) })
  })

  it('skips a profile that changes during the run, and adopts it in the next run', async () => {
    await insert([
      { clerkId: 'user_1', country: 'DE' },
      { clerkId: 'user_2', country: 'DE' },
    ])
    beforeCommand('update', 'profiles', () => editProfile('user_1', { country: 'CA' }))
    expect((await run()).counts).toMatchObject({ changed: 1, contested: 1 })
    expect(await profile('user_1')).toMatchObject({ country: 'CA' })
    expect((await run()).counts).toMatchObject({ changed: 0, contested: 0, alreadySet: 2 })
  })

  it('writes nothing in a dry run, and reports the same', async () => {
    await editProfile('user_1', { country: 'CA' })
    await insert([
      { clerkId: 'user_1', country: 'DE', bio: 'Hi' },
      { clerkId: 'user_2', country: 'Atlantis', birthday: '1990-05-12' },
    ])
    const before = await all()
    const dry = await run({ write: false })
    expect(await all()).toEqual(before)
    expect(await run()).toEqual(dry)
    expect((await run()).counts).toMatchObject({ changed: 0, alreadySet: 3 })
  })

  it('continues after an _id of any type, over several batches', async () => {
    // In MongoDB's sort order.
    const ids: unknown[] = [
      ...Array.from({ length: 1_500 }, (_, index) => index),
      'user_text',
      new Binary(Buffer.from('id'), 0),
      ...Array.from({ length: 700 }, () => new ObjectId()),
    ]
    await insert(ids.map((_id, index) => ({ _id, clerkId: `user_${index}`, country: 'CA' })))
    const whole = await run({ write: false })
    expect(whole.counts).toMatchObject({ read: ids.length, changed: ids.length })
    expect(whole.last).toEqual(ids.at(-1))
    for (const position of [0, 998, 1_499, 1_500, 1_501, 1_600, ids.length - 1]) {
      const rest = await run({ write: false, after: idOf(idText(ids[position])) })
      expect([position, rest.counts.read]).toEqual([position, ids.length - position - 1])
    }
  })
})

describe('adopting the app\'s own collection', () => {
  it('converts values in place, and derives the missing day of a birthday', async () => {
    await insert(
      [
        { clerk_id: 'user_date', birthday: new Date('1990-05-12'), country: 'USA', bio: 7 },
        { clerk_id: 'user_day', birthday: '1990-05-12', birth_month_day: 512 },
        { clerk_id: 'user_odd', birthday: [1], country: { code: 'CA' } },
        { clerk_id: 'user_gone', deleted_at: new Date(), country: 'USA' },
        { clerk_id: 'user_good', country: 'CA', bio: null },
      ],
      'profiles',
    )
    const { counts, inconvertible } = await run(inPlace())
    expect(counts).toMatchObject({ read: 5, changed: 2, alreadySet: 1, inconvertible: 2, deleted: 1 })
    expect(inconvertible).toMatchObject([
      { clerk_id: 'user_odd', field: 'birthday' },
      { clerk_id: 'user_odd', field: 'country' },
    ])
    const born = { birthday: '1990-05-12', birth_month_day: '05-12' }
    expect(await profile('user_date')).toMatchObject({ ...born, country: 'US', bio: '7' })
    expect(await profile('user_day')).toMatchObject(born)
    expect(await profile('user_odd')).toMatchObject({ birthday: [1], country: { code: 'CA' } })
    expect(await profile('user_gone')).toMatchObject({ country: 'USA' })
    expect((await run(inPlace())).counts).toMatchObject({ changed: 0 })
  })
})

describe('npm run adopt', { tags: ['slow'] }, () => {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'adopt.ts')
  /** Runs the script and returns its exit code and all lines that it prints. */
  async function command(...args: string[]) {
    const { code, stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], {
      // Without Vitest's variables, with which consola prints less.
      env: { PATH: process.env.PATH, MONGODB_URI: mongo.mongod.uri },
    }).then(
      output => ({ code: 0, ...output }),
      (error: { code: number, stdout: string, stderr: string }) => error,
    )
    const lines = stripVTControlCharacters(stdout + stderr)
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
    return { code, lines }
  }

  it('counts, lists inconvertible values, and writes with --write', async () => {
    const _id = new ObjectId()
    await insert([
      { clerkId: 'user_1', dob: new Date('1990-05-12') },
      { _id, clerkId: 'user_2', dob: 'soon' },
    ])
    const dry = await command('--from', 'users', '--map', 'birthday=dob')
    expect(dry.code).toBe(0)
    expect(dry.lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`${_id.toHexString()} user_2 birthday: Enter a date`),
        'Documents read: 2',
        'Profiles that would change: 1',
        'Values that cannot be converted: 1',
        expect.stringContaining('Add --write'),
      ]),
    )
    expect(await all()).toEqual([])
    const { lines } = await command('--from', 'users', '--map', 'birthday=dob', '--write')
    expect(lines).toContain('Profiles changed: 1')
    expect(await profile('user_1')).toMatchObject({ birthday: '1990-05-12' })
  })

  it('adds the dates that lists need to documents in the app\'s collection', async () => {
    await insert([{ _id: ObjectId.createFromTime(1_000), clerk_id: 'user_1', country: 'Canada' }], 'profiles')
    expect((await command('--from', 'profiles', '--write')).code).toBe(0)
    expect(await profile('user_1')).toMatchObject({ country: 'CA', created_at: new Date(1_000_000) })
  })

  it.each([
    [[], 'Name the collection to read, such as --from users'],
    [['--from', 'user'], /^The database addendum has no collection user\. It has: .*users/],
    [['--from', 'users', '--database', 'other'], 'The database other has no collection users. It has: none'],
    [['--from', 'users', '--map', 'dob=birthday'], /^A profile has no field dob\. Map one of clerk_id, birthday/],
    [['--from', 'users', '--map', 'birthday'], /^Write --map as field=yours/],
    [['--from', 'users', '--map', 'birthday=born'], 'No document of users has born. The first one has: _id, clerkId'],
    [['--from', 'profiles', '--map', 'clerk_id=clerkId'], /clerk_id|No document/],
    [['--from', 'users', '--date-format', 'dd'], /^Give --date-format as one of/],
    [['--from', 'users', '--wirte'], /^There is no option --wirte/],
  ])('says in one line what to do after %j', async (args, message) => {
    await insert([{ clerkId: 'user_1' }])
    const { code, lines } = await command(...args)
    expect([code, lines.length]).toEqual([1, 1])
    const text = lines[0]!.replace(/^\[error\] *|^ERROR */i, '')
    expect(text).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })
})
