import { afterEach, describe, expect, it, vi } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { verify } from '../../server/sync/verify.ts'
import { message, secret, sign } from '../support/webhooks.ts'

const other = `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`
const request = (headers: Record<string, string>, rawBody: string) => ({ headers: new Headers(headers), rawBody })

describe('verify', () => {
  afterEach(() => vi.useRealTimers())

  it('accepts the test vector that Svix publishes, whose text is no event', async () => {
    vi.useFakeTimers({ now: 1_614_265_330_000 })
    const vector = request({
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    }, '{"test": 2432232314}')
    await expect(verify(vector, [secret])).resolves.toMatchObject({ object: 'event', type: undefined })
    await expect(verify({ ...vector, rawBody: '{"test": 2432232315}' }, [secret])).rejects.toThrow('No matching signature')
  })

  it('accepts what the standardwebhooks package signs', async () => {
    const at = new Date()
    const body = '{"type":"email.created"}'
    const headers = { 'svix-id': 'msg_1', 'svix-timestamp': String(Math.floor(at.getTime() / 1000)), 'svix-signature': new Webhook(secret).sign('msg_1', at, body) }
    await expect(verify(request(headers, body), [secret])).resolves.toMatchObject({ type: 'email.created' })
  })

  it('accepts either of two secrets, from either side of a rotation', async () => {
    const sent = message({ type: 'email.created' })
    await expect(verify(request(sign(sent, { secrets: [other] }), sent.body), [secret, other])).resolves.toBeTruthy()
    await expect(verify(request(sign(sent, { secrets: [other, secret] }), sent.body), [secret])).resolves.toBeTruthy()
    await expect(verify(request(sign(sent, { secrets: [other] }), sent.body), [secret])).rejects.toThrow('No matching signature')
  })

  it.each([-6, 6])('refuses a timestamp %i minutes off', async (minutes) => {
    const sent = message({ type: 'email.created' })
    const headers = sign(sent, { at: new Date(Date.now() + minutes * 60_000) })
    await expect(verify(request(headers, sent.body), [secret])).rejects.toThrow(/timestamp too (old|new)/i)
  })

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('refuses a request without %s', async (name) => {
    const sent = message({ type: 'email.created' })
    const { [name]: _, ...headers } = sign(sent)
    await expect(verify(request(headers, sent.body), [secret])).rejects.toThrow(name)
  })
})
