import { describe, expect, it } from 'vitest'
import { findCountry } from '../../server/profiles/countries.ts'
import { countryCodes } from '../../shared/country-codes.ts'
import { countryNamesIn } from '../../utils/countries.ts'

describe('a country in a file', () => {
  it.each([
    ['CA', 'CA'], ['ca', 'CA'], ['USA', 'US'], ['deu', 'DE'], ['Canada', 'CA'], ['canada ', 'CA'], ['United States', 'US'], ['United States of America', 'US'],
    ['Côte d\'Ivoire', 'CI'], ['COTE D’IVOIRE', 'CI'], ['Ivory Coast', 'CI'], ['Türkiye', 'TR'], ['Turkey', 'TR'], ['The Netherlands', 'NL'],
    ['Bosnia & Herzegovina', 'BA'], ['UK', 'GB'], ['Åland Islands', 'AX'], ['Czechia', 'CZ'],
  ])('%j is %s', (text, code) => {
    expect(findCountry(text)).toBe(code)
  })
  it.each(['', ' ', 'Atlantis', 'XX', '__proto__', 'constructor', 'Congo', 'Canad'])('%j is none', (text) => {
    expect(findCountry(text)).toBeUndefined()
  })
  it('is found by the code, and by the name that the app shows', () => {
    for (const [code, name] of Object.entries(countryNamesIn('en', countryCodes))) {
      expect([findCountry(code), findCountry(name)], name).toEqual([code, code])
    }
  })
})
