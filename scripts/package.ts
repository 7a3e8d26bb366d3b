import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { consola } from 'consola'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// Builds and packs the packages into the current folder, and checks the tarballs as their users' tools will read them:
// npm run package [name…].

const packages = ['sync', 'local-clerk']
const names = process.argv.length > 2 ? process.argv.slice(2) : packages
const unknown = names.filter(name => !packages.includes(name))
if (unknown.length > 0) {
  consola.error(`There is no package ${unknown.join(', ')}. There are: ${packages.join(', ')}`)
  process.exit(2)
}

const run = (command: string, args: string[]) => promisify(execFile)(command, args, { maxBuffer: Infinity })

/** @returns whether the tools find nothing wrong */
async function pack(name: string): Promise<boolean> {
  const folder = join(import.meta.dirname, '..', 'packages', name)
  const { stdout } = await run('npm', ['pack', folder, '--json'])
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  const tarball = resolve(filename)

  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const bytes = await readFile(tarball)
  const { messages } = await publint({ strict: true, pack: { tarball: bytes.buffer.slice(0, bytes.length) } })
  for (const message of messages) consola.error(formatMessage(message, manifest))

  // Not a dependency: it has a TypeScript of its own, and nothing else needs it.
  const attw = await run('npx', ['--yes', '@arethetypeswrong/cli@0.18.5', '--profile', 'esm-only', tarball])
    .catch(error => error as { code: number, stdout: string })
  if ('code' in attw) consola.error(attw.stdout)

  if (messages.length > 0 || 'code' in attw) return false
  consola.success(`Packed ${filename}: publint and arethetypeswrong find nothing`)
  return true
}

for (const name of names) {
  if (!await pack(name)) process.exitCode = 1
}
