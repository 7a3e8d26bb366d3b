import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../shared/country-codes.ts'
import { countryNamesIn, flagOf } from '../../utils/countries.ts'
import {
  datePartOrder,
  formatDate,
  formatMonthDay,
  formatTime,
  latinDigits,
  monthNames,
  numberFormatter,
  percentFormatter,
} from '../../utils/formats.ts'
import { pageLocale } from '../../utils/locale.ts'

const languages = ['en', 'ar', 'de', 'ja', 'pt-BR']

describe('the language and the locale of a page', () => {
  it.each([
    ['de-CH, de;q=0.9, en;q=0.5', undefined, 'de', 'de-CH'],
    ['sv;q=0.9, en-GB;q=0.5', undefined, 'en', 'en-GB'],
    ['en;q=0.5, fr;q=0.9', undefined, 'en', 'en-FR'],
    ['xx-nonsense!, *;q=0.8, pt-PT;q=0.1', undefined, 'pt-BR', 'pt-PT'],
    ['fr;q=0, en-GB', undefined, 'en', 'en-GB'],
    ['de;q=0.2, ja;q=0.7', undefined, 'ja', 'ja'],
    ['fa', undefined, 'en', 'en-IR'],
    ['zh-Hant', undefined, 'en', 'en-TW'],
    ['ar-u-nu-latn', undefined, 'ar', 'ar'],
    ['ar-EG', undefined, 'ar', 'ar-EG-u-nu-arab'],
    ['ar-MA', undefined, 'ar', 'ar-MA'],
    ['th-TH-u-ca-buddhist', undefined, 'en', 'en-TH'],
    ['en', undefined, 'en', 'en'],
    ['', undefined, 'en', 'en'],
    ['*', undefined, 'en', 'en'],
    [';;;,,q=', undefined, 'en', 'en'],
    ['fr;q=x', undefined, 'en', 'en'],
    ['x'.repeat(10_000), undefined, 'en', 'en'],
    ['de-CH, en', 'en', 'en', 'en-CH'],
    ['de-CH', 'ja', 'ja', 'ja-CH'],
    ['de-AT', 'klingon', 'de', 'de-AT'],
    ['de-AT', '<b>', 'de', 'de-AT'],
    ['pt-PT, pt', 'pt-BR', 'pt-BR', 'pt-PT'],
    ['', 'pt-BR', 'pt-BR', 'pt-BR'],
  ])('for %j and the choice %j are %s and %s', (header, choice, language, locale) => {
    expect(pageLocale(languages, choice, header)).toEqual({ language, locale })
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
    ['de-CH', '12. Mai 1990', '1\'234\'567.5'],
    ['es-MX', '12 de mayo de 1990', '1,234,567.5'],
    ['es-ES', '12 de mayo de 1990', '1.234.567,5'],
    ['fr-FR', '12 mai 1990', '1\u202f234\u202f567,5'],
    ['pt-BR', '12 de maio de 1990', '1.234.567,5'],
    ['ja', '1990年5月12日', '1,234,567.5'],
    ['ja-CH', '1990年5月12日', '1,234,567.5'],
    ['ar-EG-u-nu-arab', '١٢ مايو ١٩٩٠', '١٬٢٣٤٬٥٦٧٫٥'],
    ['ar', '12 مايو 1990', '1,234,567.5'],
  ])('are written in %s as %s and %s', (locale, date, number) => {
    expect([formatDate('1990-05-12', locale), numberFormatter(locale)(1_234_567.5)]).toEqual([date, number])
  })
  it.each(['1990', '١٩٩٠', '۱۹۹۰', '１９９０', '१९९०'])('are typed as %s', (typed) => {
    expect(latinDigits(typed)).toBe('1990')
  })
  it.each([
    ['ja', 'year month day'],
    ['ar-EG-u-nu-arab', 'day month year'],
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
