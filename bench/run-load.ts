import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Load, LoadResult } from './load.ts'

const client = join(import.meta.dirname, 'load.ts')

/**
 * Sends requests from a process of its own.
 * @throws Error if an answer has another status than expected
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const options = { maxBuffer: Infinity }
  const { stdout } = await promisify(execFile)(process.execPath, [client, JSON.stringify(load)], options)
  return JSON.parse(stdout) as LoadResult
}
