import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { consola } from 'consola'

// Installs and builds the examples in folders of their own, with the package as npm would serve it, and tests the
// production server of each: npm run examples [name…]. It writes the table in docs/frameworks.md.

interface Report {
  testResults: { assertionResults: { ancestorTitles: string[], status: string }[] }[]
}

const root = join(import.meta.dirname, '..')
const table = join(root, 'docs', 'frameworks.md')
/** The main app is one, too. */
const own = 'addendum'

const available = (await readdir(join(root, 'examples'), { withFileTypes: true }))
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
const names = process.argv.length > 2 ? process.argv.slice(2) : [...available, own]
const unknown = names.filter(name => ![...available, own].includes(name))
if (unknown.length > 0) {
  consola.error(`There is no example ${unknown.join(', ')}. There are: ${[...available, own].join(', ')}`)
  process.exit(2)
}

async function run(cwd: string, command: string, args: string[], env = process.env): Promise<number> {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
  const [code] = await once(child, 'exit') as [number | null]
  return code ?? 1
}

async function require(cwd: string, command: string, ...args: string[]): Promise<void> {
  if (await run(cwd, command, args) !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`)
}

const readJson = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as T

/** @returns the version of the framework that the example runs */
async function versionOf(name: string, cwd: string): Promise<string> {
  const framework = { [own]: 'nuxt', 'react-router': 'react-router', 'tanstack-start': '@tanstack/react-start' }[name]
  const { version } = await readJson<{ version: string }>(cwd, 'node_modules', framework ?? name, 'package.json')
  return version
}

const folder = await mkdtemp(join(tmpdir(), 'addendum-examples-'))
try {
  await require(folder, process.execPath, join(root, 'scripts', 'package.ts'))
  const tarball = join(folder, (await readdir(folder)).find(name => name.endsWith('.tgz'))!)

  /** Installs and builds an example, and says how its production server starts. */
  async function prepare(name: string) {
    if (name === own) {
      if (!existsSync(join(root, '.output'))) await require(root, 'npm', 'run', 'build')
      return { name, cwd: root, command: [process.execPath, '.output/server/index.mjs'] }
    }
    const cwd = join(folder, name)
    const isOwn = (path: string) => !['node_modules', '.data', '.env'].includes(basename(path))
    await cp(join(root, 'examples', name), cwd, { recursive: true, filter: isOwn })
    await require(cwd, 'npm', 'pkg', 'set', `dependencies.@addendum/sync=file:${tarball}`)
    await require(cwd, 'npm', 'install', '--no-audit', '--no-fund')
    await require(cwd, 'npm', 'run', 'typecheck', '--if-present')
    await require(cwd, 'npm', 'run', 'build', '--if-present')
    const { scripts } = await readJson<{ scripts: { start: string } }>(cwd, 'package.json')
    const [program = '', ...args] = scripts.start.split(' ')
    const path = program === 'node' ? process.execPath : join(cwd, 'node_modules/.bin', program)
    return { name, cwd, command: [path, ...args] }
  }

  const examples = []
  for (const name of names) {
    consola.start(`Preparing ${name}`)
    examples.push(await prepare(name))
  }
  const report = join(folder, 'report.json')
  const args = ['run', '--project', 'examples', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const env = { ...process.env, EXAMPLES: JSON.stringify(examples) }
  const code = await run(root, join(root, 'node_modules/.bin/vitest'), args, env)

  const results = (await readJson<Report>(report)).testResults.flatMap(({ assertionResults }) => assertionResults)
  const rows = await Promise.all(examples.map(async ({ name, cwd }) => {
    // The main app skips the tests of the examples' own API.
    const ran = results.filter(({ ancestorTitles, status }) => ancestorTitles[0] === name && status !== 'skipped')
    const passed = ran.filter(({ status }) => status === 'passed').length
    return `| ${name} | ${await versionOf(name, cwd)} | ${passed} of ${ran.length} |`
  }))
  // A run of a few examples must not shorten the table.
  if (names.length === available.length + 1) {
    const text = ['| example | version | tests passed |', '|---|---|---|', ...rows].join('\n')
    const page = await readFile(table, 'utf8')
    await writeFile(table, page.replace(/(<!-- table -->\n)[\s\S]*(<!-- end of table -->)/, `$1${text}\n$2`))
  }
  consola.log(rows.join('\n'))
  process.exitCode = code
}
finally {
  await rm(folder, { recursive: true })
}
