import type { VueWrapper } from '@vue/test-utils'
import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery, setResponseStatus } from 'h3'
import type { H3Event } from 'h3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import ImportPage from '../../pages/admin/import.vue'
import type { ImportAnswer } from '../../shared/answers'

const valid: ImportAnswer = {
  format: 'csv',
  encoding: 'utf-8',
  columns: ['clerk_id', 'bio'],
  delimiter: ',',
  ignored_columns: [],
  bytes: 30,
  next_line: 4,
  rows: 2,
  valid: 2,
  changed: 2,
  invalid: [],
  dates: { cells: 0, fits: { ymd: 0, dmy: 0, mdy: 0, serial: 0 }, example: null },
  date_format: 'ymd',
  samples: [],
}

/** The server's answers, the last one for good, and the queries that it got. */
let answers: (Partial<ImportAnswer> | { statusCode: number, message: string })[]
let queries: Record<string, unknown>[]
let page: VueWrapper

registerEndpoint('/api/admin/import', {
  method: 'POST',
  handler: (event: H3Event) => {
    queries.push(getQuery(event))
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!
    if (!('statusCode' in answer)) return { ...valid, ...answer }
    setResponseStatus(event, answer.statusCode)
    return answer
  },
})

beforeEach(() => {
  answers = [valid]
  queries = []
  localStorage.clear()
})
afterEach(() => page.unmount())

const content = 'clerk_id,bio\nuser_1,a\nuser_2,b'
async function choose(text = content) {
  page = await mountSuspended(ImportPage, { route: '/admin/import' })
  const input = page.get('input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [new File([text.padEnd(30, ' ')], 'people.csv')] })
  await input.trigger('change')
}
const button = (name: string | RegExp) => page.findAll('button').find(({ element }) => element.textContent!.match(name))
const text = () => page.text()

describe('the import page', () => {
  it('checks a file, and imports it only on demand', async () => {
    await choose()
    await expect.poll(() => button('Import 2 rows')).toBeDefined()
    expect(queries.map(({ dry_run }) => dry_run)).toEqual(['true'])
    await button('Import 2 rows')!.trigger('click')
    await expect.poll(text).toContain('Import complete')
    expect(queries.map(({ dry_run }) => dry_run)).toEqual(['true', 'false'])
  })

  it('lists rejected rows with their lines and reasons', async () => {
    const issues = [{ path: 'bio', code: 'text_too_long', message: 'Too long', params: { most: 500 } }]
    const row = { line: 3, clerk_id: 'user_2', reason: 'bio: Too long', issues }
    answers = [{ valid: 1, changed: 1, invalid: [row] }]
    await choose()
    await expect.poll(() => button('Import 1 row')).toBeDefined()
    const rows = page.findAll('tbody tr').map(row => row.findAll('td').map(cell => cell.text()))
    expect(rows).toEqual([['3', 'user_2', 'bio: Too long']])
  })

  it('asks for the date format when two fit, and checks again with the answer', async () => {
    const fits = { ymd: 0, dmy: 2, mdy: 2, serial: 0 }
    answers = [{ dates: { cells: 2, fits, example: '5/6/1990' }, date_format: 'dmy' }]
    await choose()
    await expect.poll(text).toContain('5/6/1990')
    expect(button('Import 2 rows')!.attributes('disabled')).toBeDefined()
    await page.get('input[type=radio][value=mdy]').setValue()
    await expect.poll(() => queries.at(-1)?.date_format).toBe('mdy')
    await expect.poll(() => button('Import 2 rows')?.attributes('disabled')).toBeUndefined()
  })

  it('asks whether the letters are right when the file is not UTF-8', async () => {
    answers = [{ encoding: 'windows-1252', samples: ['Zoë'] }]
    await choose()
    await expect.poll(text).toContain('Zoë')
    expect(button('Import 2 rows')!.attributes('disabled')).toBeDefined()
    const boxes = page.findAll<HTMLInputElement>('input[type=checkbox]')
    await boxes.at(-1)!.setValue(true)
    expect(button('Import 2 rows')!.attributes('disabled')).toBeUndefined()
  })

  it('explains why a file is refused, and offers no import', async () => {
    answers = [{ statusCode: 422, message: 'The first line must name the columns' }]
    await choose('name,age\n')
    await expect.poll(text).toContain('The first line must name the columns')
    expect([button(/^Import \d/), button('Resume')]).toEqual([undefined, undefined])
  })

  it('explains a file without rows', async () => {
    answers = [{ rows: 0, valid: 0, changed: 0 }]
    await choose('clerk_id,bio\n')
    await expect.poll(text).toMatch(/no rows/)
    expect(button(/^Import \d/)).toBeUndefined()
  })
})
