import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The time limit of hooks that install or build, in milliseconds: none, since neither promises a time. */
export const noTimeLimit = 0

/** Copies the project into its own folder, to change and run it there. The name has a space and brackets. */
export async function copyProject() {
  const parent = await mkdtemp(join(tmpdir(), 'addendum-copy-'))
  const folder = join(parent, 'my app (1)')
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const file of stdout.split('\0').filter(Boolean)) await cp(file, join(folder, file))
  // One by one, so that the copy has its own node_modules/.cache.
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir('node_modules')) {
    if (name !== '.cache') await symlink(resolve('node_modules', name), join(folder, 'node_modules', name))
  }
  // Vitest's variables would make Nuxt build for tests.
  const { NODE_ENV: _, TEST: __, ...env } = process.env
  return {
    folder,
    /** @returns the entry of a build with Local Clerk, unless the environment says otherwise */
    async build(extra: Record<string, string> = { LOCAL_CLERK: '1' }) {
      for (const command of ['prepare', 'build'])
        await run(join('node_modules', '.bin', 'nuxt'), [command], {
          cwd: folder,
          env: { ...env, ...extra },
          maxBuffer: 1e8,
        })
      return join(folder, '.output', 'server', 'index.mjs')
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  }
}
