import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { freePort } from '../../fixtures/free-port.ts'
import { publishableKey } from '../../local-clerk/keys.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { noTimeLimit } from '../support/project-copy.ts'

const run = promisify(execFile)
const dockerfile = await readFile('Dockerfile', 'utf8')

interface Instruction { name: string, text: string }
interface Stage { name: string, image: string, instructions: Instruction[] }

/** The stages of the Dockerfile, which has no continued lines. */
const stages = dockerfile
  .split('\n')
  .filter(line => line && !line.startsWith('#'))
  .map((line): Instruction => ({ name: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) }))
  .reduce<Stage[]>((all, instruction) => {
    const [image = '', , name = ''] = instruction.text.split(' ')
    if (instruction.name === 'FROM') return [...all, { name, image, instructions: [] }]
    all.at(-1)!.instructions.push(instruction)
    return all
  }, [])
const [project, app] = stages as [Stage, Stage]
const textOf = (stage: Stage, name: string) => stage.instructions.findLast(each => each.name === name)?.text ?? ''
/** The exec form of CMD, also at the end of HEALTHCHECK. */
const commandOf = (text: string) => JSON.parse(text.slice(text.indexOf('['))) as [string, ...string[]]

/** What a machine passes to a build: where packages come from. */
const machine = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(PATH|HOME|npm_config_registry|npm_config_cache)$/i.test(name)),
)

let folder: string
/** Where the file system of a stage begins. */
const rootOf = (stage: string) => join(folder, stage || 'app')

/** Copies what the Docker daemon gets: the tracked files, and none that .dockerignore names. */
async function copyContext(): Promise<string> {
  const context = join(folder, 'context')
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const file of stdout.split('\0').filter(Boolean)) await cp(file, join(context, file))
  return context
}

/** Does what an engine does with a stage, without one: in a folder in place of a file system. */
async function build({ name: stage, instructions }: Stage, context: string): Promise<void> {
  let cwd = rootOf(stage)
  for (const { name, text } of instructions) {
    if (name === 'WORKDIR') await mkdir(cwd = join(rootOf(stage), text), { recursive: true })
    if (name === 'RUN') {
      await run('sh', ['-c', text], { cwd, env: { ...machine, npm_config_prefer_offline: 'true' }, maxBuffer: 1e8 })
    }
    if (name !== 'COPY') continue
    const parts = text.split(' ')
    const from = parts[0]!.startsWith('--from=') ? rootOf(parts.shift()!.slice('--from='.length)) : context
    const sources = parts.slice(0, -1)
    for (const source of sources) {
      // The content of a folder, or a file.
      const isFolder = source === '.' || source.startsWith('/')
      await cp(join(from, source), isFolder ? cwd : join(cwd, basename(source)), { recursive: true })
    }
  }
}

describe('the steps of the Dockerfile', () => {
  let mongod: Awaited<ReturnType<typeof startMongod>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'addendum-container-'))
    // Another user runs the app.
    await chmod(folder, 0o755)
    mongod = await startMongod()
    const context = await copyContext()
    for (const stage of stages) await build(stage, context)
  }, noTimeLimit)
  afterAll(async () => {
    await mongod.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('end in an image that runs the app as a user without rights, reports its health, and stops', async () => {
    expect(textOf(app, 'USER')).toBe('node')
    const environment = Object.fromEntries(textOf(app, 'ENV').split(' ').map(each => each.split('=')))
    const PORT = String(await freePort())
    const options = {
      cwd: join(rootOf(app.name), textOf(app, 'WORKDIR')),
      env: {
        PATH: process.env.PATH,
        ...environment,
        PORT,
        MONGODB_URI: mongod.uri,
        NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
        NUXT_CLERK_SECRET_KEY: 'sk_live_none',
        NUXT_CLERK_API_URL: 'http://127.0.0.1:9',
        SHUTDOWN_GRACE_SECONDS: '0',
      },
      // "nobody", if the test may choose.
      ...(process.getuid?.() === 0 && { uid: 65_534, gid: 65_534 }),
    }
    const [command, ...args] = commandOf(textOf(app, 'CMD'))
    const [probe, ...probeArgs] = commandOf(textOf(app, 'HEALTHCHECK'))
    const healthy = () => run(probe, probeArgs, options).then(() => true, () => false)
    expect(await healthy()).toBe(false)
    const child = spawn(command, args, { ...options, stdio: 'ignore' })
    const exited = once(child, 'exit')
    await expect.poll(healthy).toBe(true)
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${PORT}/api/ready`)).status).toBe(200)
    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
    expect(await healthy()).toBe(false)
  })

  it('leave a project that runs its commands', async () => {
    const cwd = join(rootOf(project.name), textOf(project, 'WORKDIR'))
    const env = { ...machine, MONGODB_URI: mongod.uri }
    const { stdout } = await run('npm', ['run', '--silent', 'indexes'], { cwd, env })
    expect(stdout).toContain('The indexes are as declared')
  })
})

describe('the images', () => {
  it('are of a Node version that the project runs on', async () => {
    const version = (await readFile('.nvmrc', 'utf8')).trim()
    for (const { image } of stages) expect(image).toBe(`node:${version.split('.')[0]}-slim`)
  })

  it('get no secret, no data and nothing that was built elsewhere', async () => {
    const ignored = (await readFile('.dockerignore', 'utf8')).trim().split('\n')
    const secretOrBuilt = ['.data', '.env', '.env.*', '.git', '.nuxt', '.output', 'node_modules']
    expect(ignored).toEqual(expect.arrayContaining(secretOrBuilt))
  })
})

it('the compose file runs the app with the replica set that it starts, and waits for its stop', async () => {
  const { services } = parse(await readFile('compose.yaml', 'utf8'))
  const { app: web, project: commands, mongo } = services
  const { MONGODB_URI } = web.environment
  expect(MONGODB_URI).toMatch(`replicaSet=${mongo.command[mongo.command.indexOf('--replSet') + 1]}`)
  expect(mongo.healthcheck.test.at(-1)).toContain(`_id: '${new URL(MONGODB_URI).searchParams.get('replicaSet')}'`)
  expect(mongo.ports).toBeUndefined()
  expect(commands).toMatchObject({ build: { target: project.name }, environment: { MONGODB_URI } })
  expect(web.ports).toEqual([`3000:${textOf(app, 'EXPOSE')}`])
  // Grace, open requests and closing: see server/plugins/shutdown.ts.
  expect(Number.parseInt(web.stop_grace_period)).toBeGreaterThan(5 + 12 + 3)
})
