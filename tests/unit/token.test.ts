import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../shared/country-codes.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { fieldNames, metaOf } from '../../shared/profile.ts'
import { checkTokenSize, tokenFields } from '../../shared/token.ts'

describe('the fields in the session token', () => {
  it('are none by default', () => {
    expect(tokenFields()).toEqual([])
    expect(() => checkTokenSize()).not.toThrow()
  })

  it('fit with all other claims of the README into 1.2 KB, however long their values are', () => {
    const fields = fieldNames.filter(field => metaOf(field).input !== 'text')
    expect(fields).toEqual(['birthday', 'country'])
    checkTokenSize(fields)
    for (const country of countryCodes) {
      const claims = {
        metadata: { role: 'admin', profile: { birthday: '1990-05-12', country } },
        name: 'N'.repeat(200),
        email: `${'e'.repeat(242)}@example.com`,
        picture: `https://img.clerk.com/${'p'.repeat(200)}`,
      }
      expect(JSON.stringify(claims).length).toBeLessThan(1_200)
    }
  })

  it('stop the build when they may not fit, and are named with their sizes', () => {
    expect(() => checkTokenSize(['country', 'bio'])).toThrow(
      /may take 3\d{4} bytes of the session token, and 500 are free: country \(15\), bio \(3\d{4}\)/,
    )
    const many = Array<ProfileField>(40).fill('country')
    expect(() => checkTokenSize(many)).toThrow(/may take 600 bytes/)
  })
})
