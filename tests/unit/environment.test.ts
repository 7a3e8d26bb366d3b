import { afterEach, describe, expect, it, vi } from 'vitest'
import { environment } from '../../server/environment.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the environment', () => {
  it('has defaults for variables that are unset or empty', () => {
    for (const name of ['APP_ORIGINS', 'DELETE_MODE', 'GROUP_COMMIT', 'SHUTDOWN_GRACE_SECONDS']) vi.stubEnv(name, '')
    const defaults = { APP_ORIGINS: [], DELETE_MODE: 'erase', GROUP_COMMIT: 'on', SHUTDOWN_GRACE_SECONDS: 5 }
    expect(environment()).toMatchObject(defaults)
  })

  it('is parsed', () => {
    vi.stubEnv('APP_ORIGINS', 'https://a.example, https://b.example')
    vi.stubEnv('SHUTDOWN_GRACE_SECONDS', '0')
    expect(environment()).toMatchObject({
      APP_ORIGINS: ['https://a.example', 'https://b.example'],
      SHUTDOWN_GRACE_SECONDS: 0,
    })
  })

  it.each([
    ['MONGODB_URI', 'localhost:27017'],
    ['APP_ORIGINS', 'app.example.com'],
    ['DELETE_MODE', 'falg'],
    ['GROUP_COMMIT', 'yes'],
    ['SHUTDOWN_GRACE_SECONDS', '-1'],
    ['SHUTDOWN_GRACE_SECONDS', '5s'],
    ['CATCH_UP_MINUTES', '-5'],
    ['RECONCILE_CRON', 'at night'],
    ['RECONCILE_WHEN_DUE', 'true'],
    ['RECONCILE_DELETE_LIMIT', '101'],
    ['LAST_SEEN', '1'],
    ['METRICS_TOKEN', 'short'],
    ['CRON_SECRET', 'short'],
  ])('names %s when it is set to %s, and says what to set', (name, value) => {
    vi.stubEnv(name, value)
    expect(environment).toThrow(new RegExp(`^${name}: .*(Set it to|List origins)`))
  })

  it('names every invalid variable, but no value, which may be a secret', () => {
    vi.stubEnv('MONGODB_URI', 'user:password@host')
    vi.stubEnv('DELETE_MODE', 'none')
    expect(environment).toThrow(/^MONGODB_URI: .*\nDELETE_MODE: .*$/)
    expect(environment).not.toThrow(/password/)
  })
})
