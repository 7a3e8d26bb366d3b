import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../shared/country-codes.ts'
import { countryNamesIn, flagOf } from '../../utils/countries.ts'
import { datePartOrder, formatDate, formatMonthDay } from '../../utils/dates.ts'
import { preferredLocale } from '../../utils/locale.ts'

describe('the visitor\'s locale', () => {
  it.each([
    ['de-CH, de;q=0.9, en;q=0.5', 'de-CH'], ['en;q=0.5, fr;q=0.9', 'fr'], ['xx-nonsense!, *;q=0.8, pt-BR;q=0.1', 'pt-BR'],
    ['fr;q=0, en-GB', 'en-GB'], ['', 'en'], ['*', 'en'], [';;;,,q=', 'en'], ['fr;q=x', 'en'], ['x'.repeat(10_000), 'en'],
  ])('of %j is %s', (header, locale) => {
    expect(preferredLocale(header)).toBe(locale)
  })
})

describe('dates', () => {
  it('read as the locale writes them, by the Gregorian calendar', () => {
    expect(formatDate('1990-05-12', 'en-US')).toBe('May 12, 1990')
    expect(formatDate('1990-05-12', 'de')).toBe('12. Mai 1990')
    expect(formatDate('1990-05-12', 'th-TH')).toContain('1990')
    expect(formatMonthDay('02-29', 'en-GB')).toBe('29 February')
  })
  it.each([['en-US', 'month day year'], ['en-GB', 'day month year'], ['ko-KR', 'year month day'], ['fa-IR', 'year month day']])('are typed in %s as %s', (locale, order) => {
    expect(datePartOrder(locale).join(' ')).toBe(order)
  })
})

describe('countries', () => {
  const names = countryNamesIn('de', countryCodes)
  it('have a name each, in the locale\'s order, and a flag', () => {
    expect(Object.keys(names)).toHaveLength(250)
    expect(names.DE).toBe('Deutschland')
    expect(Object.values(names).indexOf('Österreich')).toBeLessThan(Object.values(names).indexOf('Pakistan'))
    expect(flagOf('DE')).toBe('🇩🇪')
  })
})
