/** The queue is full, so the item was not accepted. */
export class QueueFull extends Error {
  constructor() {
    super('Too many events are waiting for the database')
  }
}

export interface GroupCommitOptions {
  /** The maximum number of items per write. */
  maxBatch: number
  /** The maximum number of waiting items. */
  maxQueue: number
  /** The maximum number of concurrent writes. */
  concurrency: number
}

interface Waiting<Item, Result> {
  item: Item
  deadline: number
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Shares writes between concurrent items. Items that arrive while all writes run wait, and form the next ones, each
 * with an equal share; an item that arrives while one could run is written at once.
 */
export class GroupCommit<Item, Result> {
  #queue: Waiting<Item, Result>[] = []
  #writing = 0
  readonly #write: (items: Item[], timeoutMS: number) => Promise<(Result | Error)[]>
  readonly #options: GroupCommitOptions

  /** @param write  writes a batch and returns each item's result or error, in order; if it throws, all items fail */
  constructor(write: (items: Item[], timeoutMS: number) => Promise<(Result | Error)[]>, options: GroupCommitOptions) {
    this.#write = write
    this.#options = options
  }

  /** The number of waiting items. */
  get length(): number {
    return this.#queue.length
  }

  /**
   * @param deadline  milliseconds since the epoch; an item that still waits then is not written
   * @throws QueueFull at once, or the error of the write for this item
   */
  submit(item: Item, deadline: number): Promise<Result> {
    if (this.#queue.length >= this.#options.maxQueue) return Promise.reject(new QueueFull())
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, deadline, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    while (this.#queue.length > 0 && this.#writing < this.#options.concurrency) {
      const share = Math.ceil(this.#queue.length / (this.#options.concurrency - this.#writing))
      this.#writing++
      void this.#flush(this.#queue.splice(0, Math.max(1, Math.min(share, this.#options.maxBatch)))).finally(() => {
        this.#writing--
        this.#next()
      })
    }
  }

  async #flush(waiting: Waiting<Item, Result>[]): Promise<void> {
    const now = Date.now()
    const batch = waiting.filter(({ deadline, reject }) => {
      if (deadline > now) return true
      reject(new Error('The event waited too long for the database'))
      return false
    })
    if (batch.length === 0) return
    try {
      const latest = Math.max(...batch.map(({ deadline }) => deadline))
      const results = await this.#write(batch.map(({ item }) => item), latest - now)
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index]
        if (result instanceof Error) reject(result)
        else resolve(result as Result)
      })
    }
    catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
