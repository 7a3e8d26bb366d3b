import { describe, expect, it } from 'vitest'
import { exportProfiles } from '../../server/admin/export/export-profiles.ts'
import { importPiece } from '../../server/admin/import/import-piece.ts'
import { streamProfiles } from '../../server/admin/search/stream-profiles.ts'
import { writeRows } from '../../server/admin/export/write-rows.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()

const exported = (format: 'csv' | 'ndjson' = 'csv') =>
  writeRows(streamProfiles({ filter: {}, sort: 'created_at' }), { format, bom: true })
const openCursors = async () =>
  (await mongo.stored.client.db('admin').command({ serverStatus: 1 })).metrics.cursor.open.total

describe('an export', () => {
  it.each(['csv', 'ndjson'] as const)(
    'restores its profiles when it is imported, and changes nothing in existing ones: %s',
    async (format) => {
      await mongo.stored.profiles.deleteMany({})
      const bios = [
        '=1+1',
        '\'=1+1',
        '\'\'tis',
        ' spaces around ',
        '"quoted", and ""',
        'two\r\nlines\n',
        '\ttab;',
        '👩🏽‍🚀',
        '- a list',
        'José',
        'NULL',
        '\\N',
        '-',
        'none',
      ]
      await mongo.stored.profiles.insertMany(
        bios.map((bio, index) => ({
          clerk_id: `user_${index}`,
          bio,
          birthday: '2000-02-29',
          birth_month_day: '02-29',
          country: index % 2 ? 'CI' : null,
          visibility: 'private' as const,
          created_at: new Date(index),
        })),
      )
      const fields = () =>
        mongo.stored.profiles
          .find(
            {},
            {
              projection: { _id: 0, clerk_id: 1, bio: 1, birthday: 1, birth_month_day: 1, country: 1 },
              sort: { clerk_id: 1 },
            },
          )
          .toArray()
      const before = await fields()
      const file = Buffer.from((await Array.fromAsync(exported(format))).join(''))
      const run = () => importPiece(file, { dry_run: false, create: true, last: true, line: 1 })
      expect(await run()).toMatchObject({
        rows: bios.length,
        changed: 0,
        invalid: [],
        ignored_columns: ['visibility', 'birthday_visibility', 'created_at', 'updated_at'],
      })
      await mongo.stored.profiles.deleteMany({})
      expect(await run()).toMatchObject({ changed: bios.length, invalid: [] })
      // Empty fields are not set.
      expect(await fields()).toEqual(before.map(({ country, ...rest }) => (country ? { country, ...rest } : rest)))
    },
  )

  it('reads only as far as its consumer, and closes its cursor when the consumer stops', async () => {
    await mongo.stored.profiles.deleteMany({})
    await mongo.stored.profiles.insertMany(
      Array.from({ length: 20_000 }, (_, index) => ({
        clerk_id: `user_${index}`,
        visibility: 'private' as const,
        created_at: new Date(index),
      })),
    )
    const returned = async () =>
      (await mongo.stored.client.db('admin').command({ serverStatus: 1 })).metrics.document.returned
    const [before, openBefore] = [await returned(), await openCursors()]
    const pieces = exported()
    for (let piece = 0; piece < 3; piece++) await pieces.next()
    expect(await openCursors()).toBe(openBefore + 1)
    await pieces.return(undefined)
    expect(await openCursors()).toBe(openBefore)
    expect((await returned()) - before).toBeLessThan(10_000)
  })

  it('writes an audit entry before its first row, with its filters and the number of rows that it sent', async () => {
    await mongo.stored.profiles.deleteMany({})
    await mongo.stored.profiles.insertMany(
      Array.from({ length: 1_200 }, (_, index) => ({
        clerk_id: `user_${index}`,
        country: 'CA',
        visibility: 'private' as const,
        created_at: new Date(index),
        updated_at: new Date(index),
      })),
    )
    const audit = mongo.stored.client.db('addendum').collection('audit_log')
    const start = () =>
      exportProfiles(
        { filter: { country: ['CA'], missing: ['bio'] }, sort: 'created_at' },
        { actor_id: 'user_boss', format: 'csv', bom: false },
      )
    const entries = () =>
      audit.find({ action: 'profiles.export' }, { projection: { _id: 0 }, sort: { _id: 1 } }).toArray()
    const entry = {
      at: expect.any(Date),
      actor_id: 'user_boss',
      action: 'profiles.export',
      fields: ['country', 'missing'],
    }

    const whole = start()
    await whole.next()
    expect(await entries()).toEqual([{ ...entry, count: 0 }])
    while (!(await whole.next()).done);
    const left = start()
    await left.next()
    await left.return(undefined)
    expect(await entries()).toEqual([
      { ...entry, count: 1_200 },
      { ...entry, count: 200 },
    ])
    expect(JSON.stringify(await entries())).not.toContain('CA')
  })
})
