import { verifyWebhook } from '@clerk/backend/webhooks'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { verify } from '../../server/sync/verify.ts'
import { message, secret, sign } from '../../fixtures/webhooks.ts'

const other = `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`
const request = (headers: Record<string, string>, body: string | Uint8Array) => ({
  headers: new Headers(headers),
  rawBody: Buffer.from(body),
})

describe('verify', () => {
  afterEach(() => vi.useRealTimers())

  it('accepts the test vector that Svix publishes, which is not an event', async () => {
    vi.useFakeTimers({ now: 1_614_265_330_000 })
    const vector = request(
      {
        'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'svix-timestamp': '1614265330',
        'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      '{"test": 2432232314}',
    )
    expect(verify(vector, [secret])).toMatchObject({ object: 'event', type: undefined })
    expect(() => verify({ ...vector, rawBody: Buffer.from('{"test": 2432232315}') }, [secret])).toThrow(
      'No matching signature',
    )
  })

  it('accepts what the standardwebhooks package signs', async () => {
    const at = new Date()
    const body = '{"type":"email.created"}'
    const headers = {
      'svix-id': 'msg_1',
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign('msg_1', at, body),
    }
    expect(verify(request(headers, body), [secret])).toMatchObject({ type: 'email.created' })
  })

  it('accepts either of two secrets, from either side of a rotation', async () => {
    const sent = message({ type: 'email.created' })
    expect(verify(request(sign(sent, { secrets: [other] }), sent.body), [secret, other])).toBeTruthy()
    expect(verify(request(sign(sent, { secrets: [other, secret] }), sent.body), [secret])).toBeTruthy()
    expect(() => verify(request(sign(sent, { secrets: [other] }), sent.body), [secret])).toThrow(
      'No matching signature',
    )
  })

  it.each([-6, 6])('refuses a timestamp %i minutes off', async (minutes) => {
    const sent = message({ type: 'email.created' })
    const headers = sign(sent, { at: new Date(Date.now() + minutes * 60_000) })
    expect(() => verify(request(headers, sent.body), [secret])).toThrow(/timestamp too (old|new)/i)
  })

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('refuses a request without %s', async (name) => {
    const sent = message({ type: 'email.created' })
    const { [name]: _, ...headers } = sign(sent)
    expect(() => verify(request(headers, sent.body), [secret])).toThrow(name)
  })

  describe('the bytes of the body', () => {
    const bom = Buffer.from('\uFEFF')
    const sent = message({ type: 'email.created', data: { id: 'ema_1', text: 'naïve 🙂' } })
    const bytes = Buffer.from(sent.body)

    it('refuses a body to which a byte order mark was added', () => {
      expect(() => verify(request(sign(sent), Buffer.concat([bom, bytes])), [secret])).toThrow('No matching signature')
    })

    it('accepts a body that was signed with its byte order mark', () => {
      const marked = { ...sent, body: `\uFEFF${sent.body}` }
      expect(verify(request(sign(marked), Buffer.concat([bom, bytes])), [secret])).toMatchObject({
        type: 'email.created',
      })
    })

    it.each([[0xff], [0xc3], [0xed, 0xa0, 0x80]])(
      'does not treat invalid UTF-8 as the replacement character: case %#',
      (...wrong) => {
        const replaced = message('{"type":"email.created","data":{"text":"\uFFFD"}}')
        const [start, end] = replaced.body.split('\uFFFD')
        const body = Buffer.concat([Buffer.from(start!), Buffer.from(wrong), Buffer.from(end!)])
        expect(() => verify(request(sign(replaced), body), [secret])).toThrow('No matching signature')
      },
    )
  })

  it('gives the same verdicts and messages as Clerk\'s own function', async () => {
    const now = Math.floor(Date.now() / 1_000)
    const word = fc.constantFrom('', ' ', 'v1', 'v1,', 'v2,abc', 'v1,abc', 'v1a,', ',', 'v1,=', '\u00e9')
    const signature = fc.constantFrom('right', 'foreign', 'other')
    const sent = fc.record({
      id: fc.constantFrom('msg_1', ' msg_1 ', '', 'é', undefined),
      timestamp: fc.oneof(
        fc.constantFrom(undefined, '', 'x', '1e9', `${now}.9`, `${now}x`, ` ${now} `, '-1', '99999999999999999999'),
        fc
          .integer({ min: -302, max: 302 })
          .filter(off => Math.abs(Math.abs(off) - 300) > 1)
          .map(off => String(now + off)),
      ),
      signatures: fc.array(fc.oneof(word, signature), { maxLength: 4 }),
      body: fc
        .oneof(
          fc.json(),
          fc.constantFrom(
            'null',
            '5',
            '"text"',
            '[]',
            '{',
            '{"type":"user.created","data":{}}',
            '{"__proto__":{"type":1}}',
          ),
          fc.string({ unit: 'grapheme' }),
        )
        .filter(body => body !== '' && !body.startsWith('\uFEFF')),
    })
    await fc.assert(
      fc.asyncProperty(sent, async ({ id, timestamp, signatures, body }) => {
        const signed = (key: string) =>
          new Webhook(key).sign((id ?? '').trim(), new Date((Number.parseInt(timestamp ?? '0') || 0) * 1_000), body)
        const makers: Record<string, () => string> = {
          right: () => signed(secret),
          foreign: () => signed(other),
          other: () => signed(`whsec_${Buffer.from(body).toString('base64')}`),
        }
        const headers = new Map([
          ['svix-id', id],
          ['svix-timestamp', timestamp],
          ['svix-signature', signatures.map(each => makers[each]?.() ?? each).join(' ')],
        ])
        const get = { get: (name: string) => headers.get(name) ?? null }
        const official = await verifyWebhook({ headers: get, text: async () => body } as unknown as Request, {
          signingSecret: secret,
        }).catch((error: Error) => error.message.replace('@clerk/backend: ', ''))
        let ours: unknown
        try {
          ours = verify({ headers: get, rawBody: Buffer.from(body) }, [secret])
        }
        catch (error) {
          ours = (error as Error).message
        }
        expect(ours).toEqual(official)
      }),
      { numRuns: 2_000 },
    )
  })
})
