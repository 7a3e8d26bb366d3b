import { Readable } from 'node:stream'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeRows } from '../../server/admin/export/write-rows.ts'
import { fieldNames } from '../../shared/profile.ts'
import type { AdminProfile } from '../../shared/answers.ts'
import { unguardFormula } from '../../shared/formulas.ts'
import { rowCounter } from '../../utils/count-rows.ts'

const profile = (clerk_id: string, bio: string | null = null): AdminProfile => ({
  clerk_id,
  birthday: '1990-05-12',
  country: null,
  bio,
  visibility: 'private',
  birthday_visibility: 'public',
  created_at: '2026-11-24T12:00:00.000Z',
  updated_at: null,
})
const csv = { format: 'csv', bom: false } as const
const ndjson = { format: 'ndjson', bom: false } as const

/** Batches like those of a cursor. Counts the batches that were read. */
function cursorOf(profiles: AdminProfile[], size = 3) {
  const cursor = { taken: 0, isClosed: false, batches }
  async function* batches() {
    try {
      for (let start = 0; start < profiles.length; start += size) {
        cursor.taken++
        yield profiles.slice(start, start + size)
      }
    }
    finally {
      cursor.isClosed = true
    }
  }
  return cursor
}
const written = async (profiles: AdminProfile[], options: Parameters<typeof writeRows>[1]) =>
  (await Array.fromAsync(writeRows(cursorOf(profiles).batches(), options))).join('')

const texts = fc.string({
  unit: fc.constantFrom('a', 'é', '👩🏽‍🚀', ' ', '"', ',', ';', '\t', '\n', '\r', '\r\n', '=', '+', '@', '\'', '\u2028'),
  minLength: 1,
})
const tables = fc.array(texts, { maxLength: 20 })

describe('profiles as a file', () => {
  it('are CSV as in RFC 4180, with a header even without profiles', async () => {
    const header = `clerk_id,${fieldNames.join()},visibility,birthday_visibility,created_at,updated_at\r\n`
    expect(await written([], csv)).toBe(header)
    expect(await written([profile('user_1', 'Hi, "you"\r\nthere'), profile('user_2')], csv)).toBe(
      `${header}user_1,1990-05-12,,"Hi, ""you""\r\nthere",private,public,2026-11-24T12:00:00.000Z,\r\n`
      + 'user_2,1990-05-12,,,private,public,2026-11-24T12:00:00.000Z,\r\n',
    )
  })

  it('start with a byte order mark on request, but never in NDJSON', async () => {
    expect((await written([profile('user_1')], { format: 'csv', bom: true })).slice(0, 9)).toBe('\uFEFFclerk_id')
    expect((await written([], { format: 'csv', bom: true })).slice(0, 9)).toBe('\uFEFFclerk_id')
    expect((await written([profile('user_1')], { format: 'ndjson', bom: true }))[0]).toBe('{')
  })

  it('contain no cell that a spreadsheet would run', async () => {
    const bios = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']
    const rows = parse(
      await written(
        bios.map(bio => profile('user_1', bio)),
        csv,
      ),
      { columns: true },
    ) as { bio: string }[]
    expect(rows.map(({ bio }) => bio)).toEqual(bios.map(bio => `'${bio}`))
  })

  it('are the same after reading, for any text', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (bios) => {
        const profiles = bios.map((bio, index) => profile(`user_${index}`, bio))
        const rows = parse(await written(profiles, csv), { columns: true, record_delimiter: '\r\n' }) as Record<
          string,
          string
        >[]
        expect(rows.map(({ bio }) => unguardFormula(bio!))).toEqual(bios)
        const lines = (await written(profiles, ndjson)).split('\n').filter(Boolean)
        expect(lines.map(line => JSON.parse(line))).toEqual(profiles)
      }),
    )
  })

  it('are counted correctly by the page, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(csv, ndjson),
        fc.integer({ min: 1, max: 50 }),
        async (bios, options, size) => {
          const bytes = Buffer.from(
            await written(
              bios.map(bio => profile('user_1', bio)),
              options,
            ),
          )
          const countRows = rowCounter(options.format)
          let count = 0
          for (let start = 0; start < bytes.length; start += size)
            count = countRows(bytes.subarray(start, start + size))
          expect(count).toBe(bios.length)
        },
      ),
    )
  })

  it('are read from the cursor only on demand, and close it when the reader stops', async () => {
    const cursor = cursorOf(
      Array.from({ length: 1_000 }, (_, index) => profile(`user_${index}`)),
      1,
    )
    const stream = Readable.from(writeRows(cursor.batches(), csv))
    const reader = stream[Symbol.asyncIterator]()
    for (let piece = 0; piece < 10; piece++) await reader.next()
    // Lets everything that runs by itself finish.
    await new Promise(resolve => setImmediate(resolve))
    expect(cursor.taken).toBeGreaterThanOrEqual(10)
    expect(cursor.taken).toBeLessThan(20)
    expect(cursor.isClosed).toBe(false)
    await reader.return!()
    expect(cursor.isClosed).toBe(true)
    expect(cursor.taken).toBeLessThan(20)
  })
})
