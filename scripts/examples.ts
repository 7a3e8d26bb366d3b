import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { consola } from 'consola'
import { publicVariables } from '../examples/local-clerk.ts'
import { publishableKey } from '../local-clerk/keys.ts'

// Installs and builds the examples in folders of their own, with the package as npm would serve it, and tests the
// production server of each: npm run examples [name…]. It writes the table in README.md.

interface Report {
  testResults: { assertionResults: { ancestorTitles: string[], status: string }[] }[]
}

const root = join(import.meta.dirname, '..')
const table = join(root, 'README.md')
/** The main app is one, too. */
const own = 'addendum'
/** The package of each example's framework, in the order of Clerk's guide, and then the others. */
const frameworks: Record<string, string> = {
  'next': 'next',
  'astro': 'astro',
  'express': 'express',
  'fastify': 'fastify',
  [own]: 'nuxt',
  'react-router': 'react-router',
  'tanstack-start': '@tanstack/react-start',
  'hono': 'hono',
  'sveltekit': '@sveltejs/kit',
}

const available = Object.keys(frameworks)
const names = process.argv.length > 2 ? process.argv.slice(2) : available
const unknown = names.filter(name => !available.includes(name))
if (unknown.length > 0) {
  consola.error(`There is no example ${unknown.join(', ')}. There are: ${available.join(', ')}`)
  process.exit(2)
}

async function run(cwd: string, command: string, args: string[], env: object = {}): Promise<number> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' })
  const [code] = await once(child, 'exit') as [number | null]
  return code ?? 1
}

async function require(cwd: string, command: string, args: string[], env?: object): Promise<void> {
  if (await run(cwd, command, args, env) !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`)
}

const readJson = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as T

const folder = await mkdtemp(join(tmpdir(), 'addendum-examples-'))
try {
  await require(folder, process.execPath, [join(root, 'scripts', 'package.ts'), 'sync'])
  const tarball = join(folder, (await readdir(folder)).find(name => name.endsWith('.tgz'))!)

  /** Installs and builds an example, and says how its production server starts. */
  async function prepare(name: string) {
    if (name === own) {
      if (!existsSync(join(root, '.output'))) await require(root, 'npm', ['run', 'build'])
      return { name, cwd: root, command: [process.execPath, '.output/server/index.mjs'] }
    }
    const cwd = join(folder, name)
    const isOwn = (path: string) => !['node_modules', '.data', '.env'].includes(basename(path))
    await cp(join(root, 'examples', name), cwd, { recursive: true, filter: isOwn })
    await require(cwd, 'npm', ['pkg', 'set', `dependencies.@addendum/sync=file:${tarball}`])
    await require(cwd, 'npm', ['install', '--no-audit', '--no-fund'])
    await require(cwd, 'npm', ['run', 'typecheck', '--if-present'])
    // Next.js and Vite write the public variables into their builds.
    await require(cwd, 'npm', ['run', 'build', '--if-present'], publicVariables(publishableKey))
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
  const code = await run(root, join(root, 'node_modules/.bin/vitest'), args, { EXAMPLES: JSON.stringify(examples) })

  const results = (await readJson<Report>(report)).testResults.flatMap(({ assertionResults }) => assertionResults)
  const rows = await Promise.all(examples.map(async ({ name, cwd }) => {
    // Some tests are for the examples with pages, some for those with an API.
    const ran = results.filter(({ ancestorTitles, status }) => ancestorTitles[0] === name && status !== 'skipped')
    const passed = ran.filter(({ status }) => status === 'passed').length
    const framework = frameworks[name]!
    const { version } = await readJson<{ version: string }>(cwd, 'node_modules', framework, 'package.json')
    const link = name === own ? 'this app' : `[\`${name}\`](examples/${name}/README.md)`
    return `| ${link} | ${framework} ${version} | ${passed} of ${ran.length} |`
  }))
  // A run of a few examples must not shorten the table.
  if (names.length === available.length) {
    const text = ['| Example | Framework | Tests passed |', '|---|---|---|', ...rows].join('\n')
    const page = await readFile(table, 'utf8')
    await writeFile(table, page.replace(/(<!-- table -->\n)[\s\S]*(<!-- end of table -->)/, `$1${text}\n$2`))
  }
  consola.log(rows.join('\n'))
  process.exitCode = code
}
finally {
  await rm(folder, { recursive: true })
}
