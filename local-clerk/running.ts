import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentOf, loadKeys } from './keys.ts'

const file = (dataDir: string) => join(dataDir, 'url')

/** Writes down where Local Clerk listens, for commands in other processes. */
export function announce(dataDir: string, url: string): void {
  writeFileSync(file(dataDir), url)
}

/** Removes that, unless another Local Clerk has started on the same folder. */
export function withdraw(dataDir: string, url: string): void {
  if (read(dataDir) === url) rmSync(file(dataDir), { force: true })
}

/**
 * The app's environment variables for the Local Clerk that runs on a folder, except for the path of its proxy.
 * @returns undefined if none is running
 */
export function runningEnvironment(dataDir: string) {
  const url = read(dataDir)
  return url ? environmentOf(loadKeys(dataDir), url) : undefined
}

function read(dataDir: string): string | undefined {
  try {
    return readFileSync(file(dataDir), 'utf8')
  }
  catch {
    return undefined
  }
}
