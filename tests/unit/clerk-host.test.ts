import { buildScriptHost } from '@clerk/shared/loadClerkJsScript'
import { describe, expect, it } from 'vitest'
import { clerkHost } from '../../utils/clerk-host.ts'

const keyOf = (kind: string, host: string) => `pk_${kind}_${Buffer.from(`${host}$`).toString('base64')}`
const live = keyOf('live', 'clerk.app.example')
const test = keyOf('test', 'happy-cat-1.clerk.accounts.dev')

describe('the host of ClerkJS', () => {
  it.each([
    { publishableKey: live },
    { publishableKey: test },
    { publishableKey: live, proxyUrl: 'https://app.example/__clerk' },
    { publishableKey: live, domain: 'satellite.example' },
    { publishableKey: live, domain: 'clerk.satellite.example' },
    { publishableKey: test, domain: 'satellite.example' },
  ])('is the same as in Clerk\'s SDK: %o', (config) => {
    // The SDK keeps the path of a proxy.
    expect(clerkHost(config, 'own.example')).toBe(buildScriptHost(config).split('/')[0])
  })

  it('is the app\'s own for a proxy path, and the script\'s host if one is set', () => {
    expect(clerkHost({ publishableKey: live, proxyUrl: '/__clerk' }, 'own.example:3000')).toBe('own.example:3000')
    expect(
      clerkHost({ publishableKey: live, jsUrl: 'https://cdn.example/clerk.js', proxyUrl: '/__clerk' }, 'own.example'),
    ).toBe('cdn.example')
    expect(clerkHost({}, 'own.example')).toBe('')
  })
})
