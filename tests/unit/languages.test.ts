import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileMessages, markMessages } from '../../modules/languages/messages.ts'
import type { Messages } from '../../modules/languages/messages.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { fieldNames, metaOf, profileFields } from '../../shared/profile.ts'
import { issuesOf } from '../../shared/issues.ts'

const folder = join(import.meta.dirname, '../../i18n/locales')
const read = (code: string) => JSON.parse(readFileSync(join(folder, `${code}.json`), 'utf8')) as Messages
const codes = readdirSync(folder).map(file => file.replace('.json', ''))

/** The messages by their full keys, such as 'action.save'. */
function flat(messages: Messages, prefix = ''): [key: string, message: string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  )
}

const english = new Map(flat(read('en')))
const formsOf = (message: string) => message.split(' | ')
const parametersOf = (form: string) => [...new Set(form.match(/\{\w+\}/g))].toSorted()

describe.each(codes)('the messages of %s', (code) => {
  const { fields = {}, ...rest } = read(code)
  const messages = flat(rest)
  const { pluralCategories } = new Intl.PluralRules(code).resolvedOptions()
  // Of the languages of Rome, "many" is for millions, and takes the last form.
  const forms = pluralCategories.filter(category => category !== 'many' || pluralCategories.length > 3).length

  it('are those of English', () => {
    expect(messages.map(([key]) => key)).toEqual([...english.keys()])
  })

  it('have the parameters of English, and a form for each kind of number', () => {
    const wrong = messages.filter(([key, message]) => {
      const original = formsOf(english.get(key)!)
      const all = formsOf(message)
      const known = parametersOf(original.at(-1)!)
      // A form for one may leave the number out.
      const isComplete = parametersOf(all.at(-1)!).join() === known.join()
      return all.length !== (original.length > 1 ? forms : 1)
        || !isComplete
        || parametersOf(message).some(parameter => !known.includes(parameter))
        || message.trim() !== message
    })
    expect(wrong).toEqual([])
  })

  it('compile', () => {
    expect(() => compileMessages(rest)).not.toThrow()
  })

  it('name the fields that there are', () => {
    for (const [field, { choices: _, ...texts }] of Object.entries(fields as Record<ProfileField, Messages>)) {
      expect(fieldNames).toContain(field)
      expect(metaOf(field as ProfileField)).toMatchObject(Object.fromEntries(
        Object.keys(texts).map(name => [name, expect.any(String)]),
      ))
    }
  })
})

describe('an English message about a value', () => {
  it.each([
    ['birthday', '1990-02-30'],
    ['birthday', '1899-12-31'],
    ['birthday', '2999-01-01'],
    ['country', 'ZZ'],
    ['bio', ' '],
    ['bio', 'a'.repeat(501)],
    ['bio', 'a\0'],
  ] as const)('is that of the schema, for the %s %j', (field, value) => {
    const [issue] = issuesOf(profileFields.shape[field].safeParse(value).error!)
    const text = english.get(`issue.${issue!.code}`)!
    expect(text.replaceAll(/\{(\w+)\}/g, (_, name) => String(issue!.params[name]))).toBe(issue!.message)
  })
})

it('a marked message has marks around each of its forms', () => {
  expect(markMessages({ a: { b: '{n} row | {n} rows', c: 'Save' } })).toEqual({
    a: { b: '⟦{n} row⟧ | ⟦{n} rows⟧', c: '⟦Save⟧' },
  })
})

it('a message that cannot be compiled is named', () => {
  expect(() => compileMessages({ a: 'Hello {name' })).toThrow('“Hello {name”')
})
