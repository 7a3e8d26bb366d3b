import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = '4.32.5'
const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'addendum')

/**
 * Finds Schemathesis in a cache of this user, or installs it there with the system's Python.
 * @returns the path of its Python, or undefined when there is none or it cannot install packages
 */
export async function findSchemathesis(log: (line: string) => void): Promise<string | undefined> {
  const folder = join(cacheDir, `schemathesis-${version}`)
  // Run as a module: a script from pip contains the path of the folder it was installed in.
  const command = join(folder, 'bin', 'python')
  if (
    await access(join(folder, 'bin', 'schemathesis')).then(
      () => true,
      () => false,
    )
  )
    return command
  const work = `${folder}.${process.pid}`
  try {
    log('Fetching Schemathesis from the Python package index (about 30 MB, once)')
    await mkdir(cacheDir, { recursive: true })
    await run('python3', ['-m', 'venv', work], { timeout: 60_000 })
    await run(join(work, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${version}`], { timeout: 180_000 })
    // Another process may have installed it meanwhile.
    await rename(work, folder).catch(() => access(command))
    return command
  }
  catch (error) {
    log(`Schemathesis cannot be had: ${(error as Error).message.split('\n')[0]}`)
    return undefined
  }
  finally {
    await rm(work, { recursive: true, force: true })
  }
}
