import { describe, expect, it } from 'vitest'
import { createEvent, eventTypes } from '../../local-clerk/webhooks/payloads/index.ts'
import { decodeChange as decode, decodeDeletion, decodeEnvelope, RejectedEvent } from '../../server/sync/decode.ts'
import { readSeeds } from '../../server/sync/profile-rules.ts'

const decodeChange = (data: unknown) => decode(data, readSeeds)
const user = (rest: object) => ({ id: 'user_1', updated_at: 5, ...rest })

describe('decode', () => {
  it.each(eventTypes)('decodes the envelope of %s', (type) => {
    const event = createEvent(type, { id: 'user_1', at: 5 })
    expect(decodeEnvelope(event)).toMatchObject({ type, timestamp: 5, instance_id: 'ins_local' })
  })

  it('finds the user of a session event', () => {
    expect(decodeEnvelope(createEvent('session.created', { id: 'user_7' })).clerk_id).toBe('user_7')
  })

  it('reads only the id and the version of a user', () => {
    const { data } = createEvent('user.created', { id: 'user_1', at: 5 })
    expect(decodeChange(data)).toEqual({
      change: { kind: 'change', clerk_id: 'user_1', version: 5, seeds: {} },
      note: undefined,
    })
  })

  it('keeps valid seeds, and reports the dropped ones without their values', () => {
    const { change, note } = decodeChange(
      user({ unsafe_metadata: { country: 'CA', birthday: '2025-02-29', bio: 'Hi', shoe: 42 } }),
    )
    expect(change.seeds).toEqual({ country: 'CA', bio: 'Hi' })
    expect(note).toContain('unsafe_metadata.birthday')
    expect(note).not.toContain('2025')
  })

  it.each([
    ['Canada', 'CA'],
    ['ca', 'CA'],
    ['CAN', 'CA'],
    [' CA ', 'CA'],
    ['United States of America', 'US'],
    ['Deutschland', 'DE'],
    ['UK', 'GB'],
    ['Congo', undefined],
    ['Atlantis', undefined],
    [5, undefined],
    [['CA'], undefined],
    [null, undefined],
  ])('reads %j in unsafe_metadata.country as %s', (country, code) => {
    expect(decodeChange(user({ unsafe_metadata: { country } })).change.seeds.country).toBe(code)
  })

  it.each([
    ['1990-05-12T00:00:00.000Z', '1990-05-12'],
    ['1990-05-12T00:00:00+02:00', '1990-05-11'],
    ['1990-05-12T23:30:00-05:00', '1990-05-13'],
    ['1990-05-12T08:00:00', '1990-05-12'],
    ['1990-05-12 08:00:00', '1990-05-12'],
    [' 1990-05-12 ', '1990-05-12'],
    ['1990-02-30T00:00:00Z', undefined],
    ['12.05.1990', undefined],
    [642470400000, undefined],
    ['1990-05-12T', undefined],
    ['1990-05-12T25:00:00Z', undefined],
    ['1990-05-12T08:61:00+02:00', undefined],
    ['1990-05-12T00:00:00+99:99', undefined],
  ])('reads %j in unsafe_metadata.birthday as %s', (birthday, date) => {
    expect(decodeChange(user({ unsafe_metadata: { birthday } })).change.seeds.birthday).toBe(date)
  })

  it.each([null, 'text', [], 5])('reads no seeds from metadata that is %j', (unsafe_metadata) => {
    expect(decodeChange(user({ unsafe_metadata })).change.seeds).toEqual({})
  })

  it.each([
    ['no id', { id: undefined }],
    ['an object as id', { id: { $ne: null } }],
    ['an id of 10,000 characters', { id: 'u'.repeat(10_000) }],
    ['an empty id', { id: '' }],
    ['an id with a lone surrogate', { id: 'user_\uD800' }],
    ['a text as updated_at', { updated_at: '5' }],
    ['no updated_at', { updated_at: undefined }],
    ['a fraction as updated_at', { updated_at: 5.5 }],
    ['an updated_at that no Date holds', { updated_at: 9e15 }],
  ])('rejects a user with %s', (_, rest) => {
    expect(() => decodeChange(user(rest))).toThrow(RejectedEvent)
  })

  it('reads only the user of a deletion: no time in the event changes when the tombstone expires', () => {
    for (const data of [
      { id: 'user_1', deleted: true },
      { id: 'user_1', updated_at: 5, deleted_at: 0 },
    ]) {
      expect(decodeDeletion(data)).toEqual({ kind: 'deletion', clerk_id: 'user_1' })
    }
  })
})
