import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { consola } from 'consola'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// Builds and packs @addendum/sync into the current folder, and checks the tarball as its users' tools will read it.

const folder = join(import.meta.dirname, '..', 'packages', 'sync')
const run = (command: string, args: string[]) => promisify(execFile)(command, args, { maxBuffer: Infinity })

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

if (messages.length > 0 || 'code' in attw) process.exit(1)
consola.success(`Packed ${filename}: publint and arethetypeswrong find nothing`)
