import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined
let calls = 0

/**
 * Frees short-lived objects; bulk work calls it after each batch. V8 lets their part of the heap grow to more than a
 * hundred MiB while an export of many rows creates them fast, and keeps it.
 *
 * Every second call collects: what the current batch still needs survives that one, and is free at the next. What
 * survives two would stay until V8 collects the whole heap.
 */
export function freeGarbage(): void {
  collect ??= createCollect()
  if (++calls % 2 === 0) collect()
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
