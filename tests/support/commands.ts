import mongoose from 'mongoose'
import { vi } from 'vitest'

/** Does something before the next command of this name on a collection, such as `insert` on `deliveries`. */
export function beforeCommand(name: string, collection: string, act: () => Promise<unknown>): void {
  const { command } = mongoose.mongo.Db.prototype
  const spy = vi.spyOn(mongoose.mongo.Db.prototype, 'command')
  spy.mockImplementation(async function (this: mongoose.mongo.Db, document, options) {
    if (document[name] === collection) {
      spy.mockRestore()
      await act()
    }
    return command.call(this, document, options)
  })
}
