import { describe, expect, it, vi } from 'vitest'
import { rememberAnswers } from '../../server/remember.ts'

describe('remembered answers', () => {
  function setUp() {
    const clock = { time: 1, now: () => clock.time }
    let count = 0
    const ask = vi.fn(async () => ++count)
    return { clock, ask, remembered: rememberAnswers<number>({ max: 10, ttl: 60_000, clock }) }
  }

  it('expire even if they are requested all the time', async () => {
    const { clock, ask, remembered } = setUp()
    for (const time of [1, 20_001, 40_001, 60_000]) {
      clock.time = time
      expect(await remembered('all', ask)).toBe(1)
    }
    clock.time = 60_002
    expect(await remembered('all', ask)).toBe(2)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('are requested once for concurrent callers', async () => {
    const { ask, remembered } = setUp()
    expect(await Promise.all([remembered('a', ask), remembered('a', ask), remembered('b', ask)])).toEqual([1, 1, 2])
  })

  it('do not include failures', async () => {
    const { remembered } = setUp()
    await expect(remembered('all', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await remembered('all', async () => 5)).toBe(5)
  })
})
