import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageOn, dateOfTime, nextDays, yearsBefore } from '../../shared/calendar.ts'
import { fits } from '../support/plain-search.ts'
import type { StoredRow } from '../support/plain-search.ts'

const dateOf = (date: Date) => date.toISOString().slice(0, 10)
const date = (min: string, max: string) =>
  fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true }).map(dateOf)
/** Any day, often near the end of February. */
const birthday = fc.oneof(
  date('1900-01-01', '2026-12-31'),
  fc
    .integer({ min: 475, max: 506 })
    .map(year => `${4 * year}-02-29`)
    .filter(day => day > '1900-03'),
)
const today = fc.oneof(
  date('2026-12-31', '2040-12-31'),
  fc
    .tuple(fc.integer({ min: 2027, max: 2040 }), fc.constantFrom('02-27', '02-28', '03-01'))
    .map(parts => parts.join('-')),
)

describe('the calendar', () => {
  it.each([
    ['1990-05-12', '2026-11-25', 36],
    ['1990-11-25', '2026-11-25', 36],
    ['1990-11-26', '2026-11-25', 35],
    ['2026-11-25', '2026-11-25', 0],
    ['2000-02-29', '2026-11-25', 26],
    ['2000-02-29', '2027-02-27', 26],
    ['2000-02-29', '2027-02-28', 27],
    ['2000-02-29', '2028-02-28', 27],
    ['2000-02-29', '2028-02-29', 28],
  ])('a person born on %s is, on %s, %i years old', (born, day, age) => {
    expect(ageOn(day, born)).toBe(age)
  })

  it('gives the same age in the table, the search and a plain calculation', () => {
    fc.assert(
      fc.property(today, birthday, (day, born) => {
        const age = ageOn(day, born)
        expect(born <= yearsBefore(day, age)).toBe(true)
        expect(born > yearsBefore(day, age + 1)).toBe(true)
        const row = { birthday: born } as StoredRow
        expect([
          fits(row, { age_min: age, age_max: age }, day),
          fits(row, { age_min: age + 1 }, day),
          fits(row, { age_max: age - 1 }, day),
        ]).toEqual([true, false, false])
      }),
      { numRuns: 2_000 },
    )
  })

  it('makes people one year older on their birthday', () => {
    fc.assert(
      fc.property(today, birthday, (day, born) => {
        const before = dateOf(new Date(Date.parse(day) - 86_400_000))
        expect(ageOn(day, born) - ageOn(before, born)).toBe(nextDays(day, 1).includes(born.slice(5)) ? 1 : 0)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['1990-05-12T00:00:00.000Z', '1990-05-12'],
    ['1990-05-12T00:30:00+02:00', '1990-05-11'],
    ['1990-05-12T08:00', '1990-05-12'],
    ['1990-05-12', '1990-05-12'],
    ['1990-02-30T00:00:00Z', '1990-02-30'],
    ['soon', 'soon'],
    ['1990-05-12T25:00:00Z', '1990-05-12T25:00:00Z'],
    ['1990-05-12T00:00:00+99:99', '1990-05-12T00:00:00+99:99'],
    ['1990-05-12T00:30:00+0200', '1990-05-11'],
  ])('reads %s as the date %s', (text, expected) => {
    expect(dateOfTime(text)).toBe(expected)
  })
})
