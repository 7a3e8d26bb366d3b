import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/**
 * Frees short-lived objects; bulk work calls it between its parts. V8 lets their part of the heap grow to more than a
 * hundred MiB while many rows create them fast, and keeps it. What survives two calls stays until V8 collects the whole
 * heap.
 */
export function freeGarbage(): void {
  collect ??= createCollect()
  collect()
}

function createCollect(): () => void {
  try {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void
    return () => gc({ type: 'minor' })
  }
  catch {
    // A runtime without V8, such as Bun.
    return () => {}
  }
}
