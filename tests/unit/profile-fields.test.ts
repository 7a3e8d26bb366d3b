import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../shared/country-codes.ts'
import { profileFields } from '../../shared/profile.ts'

const { birthday, country, bio } = profileFields.shape
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('profile fields', () => {
  it.each(['1900-01-01', '2000-02-29', '1990-05-12', inDays(0)])('accepts the birthday %s', (date) => {
    expect(birthday.parse(date)).toBe(date)
  })
  it.each([
    '2025-02-29',
    '1899-12-31',
    '0000-00-00',
    '2000-2-9',
    '2000-01-01T00:00:00Z',
    '',
    20000101,
    null,
    inDays(2),
  ])('refuses the birthday %j', (date) => {
    expect(birthday.safeParse(date).success).toBe(false)
  })
  it.each(['CA', 'DE', 'US'])('accepts the country %s', (code) => {
    expect(country.parse(code)).toBe(code)
  })
  it.each(['ca', 'USA', 'Canada', 'XX', '', 'toString', '__proto__', 1, null])('refuses the country %j', (code) => {
    expect(country.safeParse(code).success).toBe(false)
  })
  it('accepts exactly the countries of the library', () => {
    expect(countryCodes).toEqual(codes.map(([alpha2]) => alpha2).sort())
  })
  it('counts the length of a bio in graphemes', () => {
    expect(bio.safeParse('a'.repeat(500)).success).toBe(true)
    expect(bio.safeParse('a'.repeat(501)).success).toBe(false)
    expect(bio.safeParse('👩🏽‍🚀'.repeat(500)).success).toBe(true)
    expect(bio.safeParse('👩🏽‍🚀'.repeat(501)).success).toBe(false)
    expect(bio.safeParse(`a${'\u0301'.repeat(6_000)}`).success).toBe(false)
  })
  it.each(['nul\0', 'lone \uD800', 5, null])('refuses the bio %j', (text) => {
    expect(bio.safeParse(text).success).toBe(false)
  })
  it('keeps markup in a bio as plain text', () => {
    expect(bio.parse('<script>alert(1)</script>')).toBe('<script>alert(1)</script>')
  })
})
