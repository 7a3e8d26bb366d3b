import { describe, expect, it } from 'vitest'
import { isTotpCode, newTotpSecret, totpCode, totpUri } from '../../local-clerk/totp.ts'

describe('codes of authenticator apps', () => {
  // RFC 6238, appendix B: the secret is the text 12345678901234567890. It shows eight digits; apps show the last six.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of the standard at second %i', (seconds, code) => {
    expect(totpCode(secret, seconds * 1_000)).toBe(code.slice(2))
  })

  it('are accepted one step early or late, and no more', () => {
    const at = 1_700_000_010_000
    const accepted = [-2, -1, 0, 1, 2].map(step => isTotpCode(secret, totpCode(secret, at + step * 30_000), at))
    expect(accepted).toEqual([false, true, true, true, false])
  })

  it('come from a secret of 160 bits, which the QR code contains', () => {
    const own = newTotpSecret()
    expect(own).toMatch(/^[A-Z2-7]{32}$/)
    expect(totpUri(own, 'An app', 'ada@example.com')).toBe(
      `otpauth://totp/An%20app:ada%40example.com?algorithm=SHA1&digits=6&issuer=An%20app&period=30&secret=${own}`,
    )
  })
})
