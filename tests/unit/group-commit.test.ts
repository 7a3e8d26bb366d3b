import { describe, expect, it } from 'vitest'
import { GroupCommit, QueueFull } from '../../server/sync/group-commit.ts'

const later = () => Date.now() + 60_000

/** A writer whose writes the test completes. */
function manual() {
  const writes: { items: number[], end: (results: (number | Error)[]) => void, fail: (error: Error) => void }[] = []
  const write = (items: number[]) => new Promise<(number | Error)[]>((end, fail) => writes.push({ items, end, fail }))
  return { writes, write }
}

describe('group commit', () => {
  it('writes a single item at once', async () => {
    const { writes, write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 10, maxQueue: 10, concurrency: 1 })
    const result = commit.submit(1, later())
    expect(writes.map(({ items }) => items)).toEqual([[1]])
    writes[0]!.end([10])
    await expect(result).resolves.toBe(10)
  })

  it('writes items that arrive during a write together, in order, up to the limit', async () => {
    const { writes, write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 3, maxQueue: 10, concurrency: 1 })
    const results = [1, 2, 3, 4, 5].map(item => commit.submit(item, later()))
    expect(writes.map(({ items }) => items)).toEqual([[1]])
    writes[0]!.end([1])
    await expect.poll(() => writes.length).toBe(2)
    expect(writes[1]!.items).toEqual([2, 3, 4])
    writes[1]!.end([2, 3, 4])
    await expect.poll(() => writes.length).toBe(3)
    expect(writes[2]!.items).toEqual([5])
    writes[2]!.end([5])
    await expect(Promise.all(results)).resolves.toEqual([1, 2, 3, 4, 5])
  })

  it('gives each item its own error', async () => {
    const commit = new GroupCommit(
      async (items: number[]) => items.map(item => (item === 2 ? new Error('two') : item)),
      { maxBatch: 10, maxQueue: 10, concurrency: 1 },
    )
    const results = await Promise.allSettled([1, 2, 3].map(item => commit.submit(item, later())))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('fails a batch whose write fails, and continues with the next', async () => {
    const { writes, write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 10, maxQueue: 10, concurrency: 1 })
    const first = commit.submit(1, later())
    const second = commit.submit(2, later())
    writes[0]!.fail(new Error('down'))
    await expect(first).rejects.toThrow('down')
    await expect.poll(() => writes.length).toBe(2)
    writes[1]!.end([2])
    await expect(second).resolves.toBe(2)
  })

  it('knows how many items wait', async () => {
    const { writes, write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 2, maxQueue: 10, concurrency: 1 })
    const results = [1, 2, 3, 4].map(item => commit.submit(item, later()))
    expect(commit.length).toBe(3)
    writes[0]!.end([1])
    await expect.poll(() => commit.length).toBe(1)
    await expect(results[0]).resolves.toBe(1)
  })

  it('refuses an item when the queue is full', async () => {
    const { write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 10, maxQueue: 2, concurrency: 1 })
    void commit.submit(1, later())
    void commit.submit(2, later())
    void commit.submit(3, later())
    await expect(commit.submit(4, later())).rejects.toThrow(QueueFull)
  })

  it('does not write an item after its deadline', async () => {
    const { writes, write } = manual()
    const commit = new GroupCommit(write, { maxBatch: 10, maxQueue: 10, concurrency: 1 })
    void commit.submit(1, later())
    const late = commit.submit(2, Date.now() - 1)
    const inTime = commit.submit(3, later())
    writes[0]!.end([1])
    await expect(late).rejects.toThrow('waited too long')
    await expect.poll(() => writes[1]?.items).toEqual([3])
    writes[1]!.end([3])
    await expect(inTime).resolves.toBe(3)
  })
})
