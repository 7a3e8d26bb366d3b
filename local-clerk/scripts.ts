import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { extname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { defineEventHandler, sendStream, setResponseHeaders } from 'h3'
import { errors } from './errors.ts'

const run = promisify(execFile)

/**
 * ClerkJS and its components, each as one tarball: installed as dependencies they bring 950 packages
 * that their bundled files do not need.
 */
const packages = [
  { name: '@clerk/clerk-js', version: '6.40.0', integrity: 'sha512-2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==' },
  { name: '@clerk/ui', version: '1.34.0', integrity: 'sha512-EP6Wcf+iqV5hJRMjfmVSOb7wWEgt2DuUOnR3Yv/ULPdmGgGWa64oc4tB4VfD66z8nXgtXqHEXNNnGURAOfQ7vQ==' },
]
const types: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.map': 'application/json' }

const defaultCache = () => join(process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache'), 'local-clerk')

/**
 * Fetches the scripts once, checked, into a cache of this user.
 * @returns the folder of each package by its name
 * @throws Error when npm cannot fetch one, or its checksum is wrong
 */
export async function fetchScripts(log: (line: string) => void, cacheDir = defaultCache()): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  for (const { name, version, integrity } of packages) {
    const folder = join(cacheDir, `${name.replace('@clerk/', '')}-${version}`)
    if (!await access(folder).then(() => true, () => false)) {
      log(`Fetching ${name} ${version} with npm (once)`)
      await mkdir(cacheDir, { recursive: true })
      const work = await mkdtemp(join(cacheDir, 'fetch-'))
      try {
        await run('npm', ['pack', '--silent', '--pack-destination', work, `${name}@${version}`], { timeout: 120_000 })
        const [tarball] = await readdir(work)
        if (!tarball) throw new Error(`npm packed nothing for ${name}`)
        const sum = createHash('sha512').update(await readFile(join(work, tarball))).digest('base64')
        if (`sha512-${sum}` !== integrity) throw new Error(`The checksum of ${name} ${version} is wrong`)
        await run('tar', ['-xzf', join(work, tarball), '-C', work])
        // Another process may have been faster: its files are the same.
        await rename(join(work, 'package'), folder).catch(() => access(folder))
      }
      finally {
        await rm(work, { recursive: true, force: true })
      }
    }
    folders.set(name, folder)
  }
  return folders
}

/** Serves `/@clerk/<package>@<version>/<path>` below where it is mounted, as Clerk's own host does. */
export function scriptHandler(folders: Promise<Map<string, string>>) {
  return defineEventHandler(async (event) => {
    const [, name, path] = /^\/(@clerk\/[a-z-]+)@[^/]+\/(.+)$/.exec(decodeURIComponent(event.path.split('?')[0]!)) ?? []
    const folder = name && (await folders).get(name)
    if (!folder || !path) throw errors.notFound('script')
    const file = normalize(join(folder, path))
    if (!file.startsWith(folder + sep)) throw errors.notFound('script')
    const { size } = await stat(file).catch(() => {
      throw errors.notFound('script')
    })
    setResponseHeaders(event, {
      'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-length': size, 'cache-control': 'public, max-age=86400',
    })
    return sendStream(event, createReadStream(file))
  })
}
