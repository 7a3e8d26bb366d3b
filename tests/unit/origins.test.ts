import { describe, expect, it } from 'vitest'
import { MalformedHost, originsOf, parseOrigins, targetOf } from '../../server/utils/origins.ts'

const host = 'app.example.com'
const inner = { host: '10.0.0.7:3000' }

describe('the origin of a request', () => {
  it.each([
    [{ host }, [`http://${host}`, `https://${host}`]],
    [{ host, 'sec-fetch-site': 'none' }, [`https://${host}`]],
    [{ 'host': 'localhost:3000', 'sec-fetch-site': 'none' }, ['http://localhost:3000', 'https://localhost:3000']],
    [{ host, referer: `https://${host}/profile` }, [`https://${host}`]],
    [{ host, origin: `http://${host}` }, [`http://${host}`]],
    [{ host, origin: 'https://evil.example' }, [`http://${host}`, `https://${host}`]],
    [{ host, 'x-forwarded-proto': 'https' }, [`https://${host}`]],
    [{ host, 'x-forwarded-proto': 'https,http' }, [`https://${host}`]],
    [{ host, 'x-forwarded-proto': 'https, https' }, [`https://${host}`]],
    [{ host, 'x-forwarded-proto': 'HTTPS' }, [`https://${host}`]],
    [{ host, 'x-forwarded-proto': 'ws' }, [`http://${host}`, `https://${host}`]],
    [{ ...inner, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' }, [`https://${host}`]],
    [
      { ...inner, 'x-forwarded-host': `${host}, cache.internal`, 'x-forwarded-proto': 'https, http' },
      [`https://${host}`],
    ],
    [{ ...inner, 'x-forwarded-host': `${host}:443`, 'x-forwarded-proto': 'https' }, [`https://${host}`]],
    [{ ...inner, forwarded: `for=192.0.2.60;proto=https;host=${host}` }, [`https://${host}`]],
    [
      {
        ...inner,
        forwarded: `For="[2001:db8::1]:4711"; Host="${host}:8443"; Proto="https", for=10.0.0.1;host=other;proto=http`,
      },
      [`https://${host}:8443`],
    ],
    [{ ...inner, forwarded: 'for=192.0.2.60' }, ['http://10.0.0.7:3000', 'https://10.0.0.7:3000']],
    [{ 'host': '[::1]:3000', 'x-forwarded-proto': 'http' }, ['http://[::1]:3000']],
  ])('%j: %j', (headers, origins) => {
    expect(originsOf(targetOf(headers))).toEqual(origins)
  })

  it.each(['[', 'a b', '%', 'x:99999', '', 'a/b', 'a@b', 'x:', 'é', '[::1'])(
    'is refused if the host is %j',
    (wrong) => {
      expect(() => targetOf({ host: wrong })).toThrow(MalformedHost)
      if (wrong) expect(() => targetOf({ host, 'x-forwarded-host': wrong })).toThrow(MalformedHost)
    },
  )
})

describe('APP_ORIGINS', () => {
  it('may contain several origins', () => {
    expect(parseOrigins(' https://app.example.com, https://www.example.com:8443 http://localhost:3000/')).toEqual([
      'https://app.example.com',
      'https://www.example.com:8443',
      'http://localhost:3000',
    ])
    expect(parseOrigins(undefined)).toEqual([])
  })
  it.each([
    'app.example.com',
    'https://app.example.com/path',
    'ftp://app.example.com',
    'https://user@app.example.com',
    '*',
  ])('is refused by name if it contains %s', (wrong) => {
    expect(() => parseOrigins(`https://a.example, ${wrong}`)).toThrow(/is not an origin/)
  })
})
