import type { User } from '@clerk/backend'
import { describe, expect, it, vi } from 'vitest'
import { createIdentities } from '../../server/clerk/identities.ts'
import { ClerkUnavailable } from '../../server/errors.ts'

const user = (id: string, firstName = `First ${id}`) =>
  ({ id, firstName, lastName: null, username: null, imageUrl: `https://img.clerk.com/${id}` }) as User
const ids = (count: number) => Array.from({ length: count }, (_, index) => `user_${index}`)

function setUp(answer: (ids: string[]) => Promise<User[]> = async asked => asked.map(id => user(id))) {
  const fetchUsers = vi.fn(answer)
  const searchUsers = vi.fn(async (query: string, limit: number) => {
    const data = await answer(ids(limit).map(id => `${id}_${query}`))
    return { data, totalCount: 2 * data.length }
  })
  const onError = vi.fn()
  return { fetchUsers, searchUsers, onError, ...createIdentities({ fetchUsers, searchUsers, onError }) }
}

describe('the identities of users', () => {
  it('are fetched 100 at a time, and only once', async () => {
    const { find, fetchUsers } = setUp()
    expect((await find(ids(250))).size).toBe(250)
    expect(fetchUsers.mock.calls.map(([asked]) => asked.length)).toEqual([100, 100, 50])
    await find(ids(250))
    expect(fetchUsers).toHaveBeenCalledTimes(3)
  })

  it('are shared between concurrent callers, and fetched once for a repeated id', async () => {
    const { find, fetchUsers } = setUp()
    const [one, two] = await Promise.all([find(['user_1', 'user_1', 'user_2']), find(['user_2', 'user_3'])])
    expect(fetchUsers.mock.calls).toEqual([[['user_1', 'user_2']], [['user_3']]])
    expect([one.get('user_2')?.name, two.get('user_2')?.name]).toEqual(['First user_2', 'First user_2'])
  })

  it('are fetched again after five minutes and searched again after thirty seconds, however often used', async () => {
    const clock = { time: 1, now: () => clock.time }
    const fetchUsers = vi.fn(async (asked: string[]) => asked.map(id => user(id)))
    const searchUsers = vi.fn(async () => ({ data: [], totalCount: 0 }))
    const { find, search } = createIdentities({ fetchUsers, searchUsers, onError: vi.fn(), clock })
    for (; clock.time < 320_000; clock.time += 10_000) {
      await find(['user_1'])
      await search('ada')
    }
    expect(fetchUsers).toHaveBeenCalledTimes(2)
    expect(searchUsers).toHaveBeenCalledTimes(8)
  })

  it('are null for unknown users', async () => {
    const { find } = setUp(async () => [user('user_1')])
    expect(await find(['user_1', 'user_gone'])).toEqual(
      new Map<string, unknown>([
        ['user_1', expect.objectContaining({ name: 'First user_1' })],
        ['user_gone', null],
      ]),
    )
  })

  it('are fetched again after the user changed', async () => {
    let name = 'Old'
    const { find, forget } = setUp(async asked => asked.map(id => user(id, name)))
    await find(['user_1'])
    name = 'New'
    expect((await find(['user_1'])).get('user_1')?.name).toBe('Old')
    forget('user_1')
    expect((await find(['user_1'])).get('user_1')?.name).toBe('New')
  })

  it('are not cached from a call that was running when the user changed', async () => {
    const answers: ((users: User[]) => void)[] = []
    const { find, forget } = setUp(() => new Promise(resolve => answers.push(resolve)))
    const first = find(['user_1'])
    forget('user_1')
    const second = find(['user_1'])
    answers[1]!([user('user_1', 'New')])
    await second
    answers[0]!([user('user_1', 'Old')])
    await first
    expect((await find(['user_1'])).get('user_1')?.name).toBe('New')
  })

  it('are absent after Clerk fails, and not fetched again before its Retry-After time', async () => {
    vi.useFakeTimers()
    try {
      let fails = true
      const { find, fetchUsers, onError } = setUp(async (asked) => {
        if (fails) throw Object.assign(new Error('Too many requests'), { retryAfter: 20 })
        return asked.map(id => user(id))
      })
      expect((await find(['user_1'])).size).toBe(0)
      expect(onError).toHaveBeenCalledTimes(1)
      fails = false
      vi.advanceTimersByTime(19_000)
      expect((await find(['user_1'])).size).toBe(0)
      expect(fetchUsers).toHaveBeenCalledTimes(1)
      vi.advanceTimersByTime(2_000)
      expect((await find(['user_1'])).get('user_1')?.name).toBe('First user_1')
    }
    finally {
      vi.useRealTimers()
    }
  })

  it('are absent after 3 seconds without a response', async () => {
    vi.useFakeTimers()
    try {
      const { find } = setUp(() => new Promise(() => {}))
      const found = find(['user_1'])
      await vi.advanceTimersByTimeAsync(3_000)
      expect((await found).size).toBe(0)
    }
    finally {
      vi.useRealTimers()
    }
  })

  it('are found by name, at most 100, and cached from then on', async () => {
    const { find, search, searchUsers, fetchUsers } = setUp()
    const [found, again] = await Promise.all([search('ada'), search('ada')])
    expect(found).toEqual({ ids: ids(100).map(id => `${id}_ada`), more: true })
    expect(again).toEqual(found)
    expect(searchUsers.mock.calls).toEqual([['ada', 100]])
    await find(found.ids)
    expect(fetchUsers).not.toHaveBeenCalled()
  })

  it('throws on a search while Clerk is not responding, and does not ask again at once', async () => {
    const { find, search, searchUsers, onError } = setUp(() => Promise.reject(new Error('429')))
    await expect(search('ada')).rejects.toThrow(ClerkUnavailable)
    await expect(search('liam')).rejects.toThrow('Clerk is not responding')
    expect((await find(['user_1'])).size).toBe(0)
    expect([searchUsers.mock.calls.length, onError.mock.calls.length]).toEqual([1, 1])
  })
})
