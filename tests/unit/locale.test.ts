import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../shared/country-codes.ts'
import { countryNamesIn, flagOf } from '../../utils/countries.ts'
import {
  datePartOrder,
  formatDate,
  formatMonthDay,
  formatTime,
  monthNames,
  numberFormatter,
  percentFormatter,
} from '../../utils/formats.ts'
import { preferredLocale } from '../../utils/locale.ts'

describe('the visitor\'s locale', () => {
  it.each([
    ['de-CH, de;q=0.9, en;q=0.5', 'en-CH'],
    ['en;q=0.5, fr;q=0.9', 'en-FR'],
    ['xx-nonsense!, *;q=0.8, pt-BR;q=0.1', 'en-BR'],
    ['fr;q=0, en-GB', 'en-GB'],
    ['fa', 'en-IR'],
    ['zh-Hant', 'en-TW'],
    ['ar-u-nu-arab', 'en-EG'],
    ['th-TH-u-ca-buddhist', 'en-TH'],
    ['en', 'en'],
    ['', 'en'],
    ['*', 'en'],
    [';;;,,q=', 'en'],
    ['fr;q=x', 'en'],
    ['x'.repeat(10_000), 'en'],
  ])('of %j is %s', (header, locale) => {
    expect(preferredLocale(header)).toBe(locale)
  })
})

const regions = [
  'US',
  'GB',
  'DE',
  'FR',
  'CH',
  'JP',
  'TH',
  'IR',
  'KR',
  'CN',
  'BR',
  'IN',
  'CA',
  'SA',
  'IL',
  'AU',
  'NP',
  'ET',
  'AF',
]

describe('dates, times and numbers', () => {
  it('are in English, in the order of the region', () => {
    expect(formatDate('1990-05-12', 'en')).toBe('May 12, 1990')
    expect(formatDate('1990-05-12', 'en-US')).toBe('May 12, 1990')
    expect(formatDate('1990-05-12', 'en-DE')).toBe('12 May 1990')
    expect(formatDate('1990-05-12', 'en-TH')).toBe('12 May 1990')
    expect(formatMonthDay('02-29', 'en-GB')).toBe('29 February')
    expect(formatTime('2026-11-26T18:54:03.000Z', 'en-US', { timeZone: 'UTC' })).toMatch(/^Nov 26, 2026, 6:54\sPM UTC$/)
    expect(formatTime('2026-11-26T18:54:03.000Z', 'en-DE', { timeZone: 'UTC', seconds: true })).toBe(
      '26 Nov 2026, 18:54:03 UTC',
    )
  })
  it.each(regions)('use English digits, months and calendar in %s', (region) => {
    const locale = `en-${region}`
    expect(formatDate('1990-05-12', locale)).toMatch(/^(May 12, 1990|12 May,? 1990)$/)
    expect(formatTime('2026-11-26T08:54:03.000Z', locale)).toMatch(
      /^(Nov 26, 2026|26 Nov 2026), \d{1,2}:\d\d(\s[ap]\.?m\.?)?$/i,
    )
    expect(monthNames(locale)[8]).toBe('September')
    expect([numberFormatter(locale)(1234567.5), percentFormatter(locale)(0.125)]).toEqual(['1,234,567.5', '12.5%'])
  })
  it.each([
    ['en-US', 'month day year'],
    ['en-GB', 'day month year'],
    ['en-TH', 'day month year'],
  ])('are typed in %s as %s', (locale, order) => {
    expect(datePartOrder(locale).join(' ')).toBe(order)
  })
})

describe('countries', () => {
  const names = countryNamesIn('de', countryCodes)
  it('each have a name, in the locale\'s order, and a flag', () => {
    expect(Object.keys(names)).toHaveLength(250)
    expect(names.DE).toBe('Deutschland')
    expect(Object.values(names).indexOf('Österreich')).toBeLessThan(Object.values(names).indexOf('Pakistan'))
    expect(flagOf('DE')).toBe('🇩🇪')
  })
})
