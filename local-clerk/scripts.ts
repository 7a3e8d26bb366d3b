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
 * ClerkJS and Clerk's components, each as a tarball of bundled files. As dependencies, they would install 950 packages
 * that these files do not need.
 */
const packages = [
  {
    name: '@clerk/clerk-js',
    version: '6.40.0',
    integrity: 'sha512-2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==',
  },
  {
    name: '@clerk/ui',
    version: '1.34.0',
    integrity: 'sha512-EP6Wcf+iqV5hJRMjfmVSOb7wWEgt2DuUOnR3Yv/ULPdmGgGWa64oc4tB4VfD66z8nXgtXqHEXNNnGURAOfQ7vQ==',
  },
]
const contentTypes: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
}

/** The folder of what is the same for every Local Clerk of this user. */
export function cacheFolder(): string {
  const home = process.env.HOME || homedir()
  return join(process.env.XDG_CACHE_HOME || join(home, '.cache'), 'local-clerk')
}

/**
 * Downloads the packages once, into a cache in the user's home directory, and verifies their checksums.
 * @returns the folder of each package, by its name
 * @throws Error when npm cannot download a package, or its checksum is wrong
 */
export async function fetchScripts(
  log: (line: string) => void,
  cacheDir = cacheFolder(),
): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  for (const { name, version, integrity } of packages) {
    const folder = join(cacheDir, `${name.replace('@clerk/', '')}-${version}`)
    if (!await access(folder).then(() => true, () => false)) {
      log(`Downloading ${name} ${version} with npm (only once)`)
      await mkdir(cacheDir, { recursive: true })
      const work = await mkdtemp(join(cacheDir, 'fetch-'))
      try {
        await run('npm', ['pack', '--silent', '--pack-destination', work, `${name}@${version}`], { timeout: 120_000 })
        const [tarball] = await readdir(work)
        if (!tarball) throw new Error(`npm pack created no tarball for ${name}`)
        const sum = createHash('sha512').update(await readFile(join(work, tarball))).digest('base64')
        if (`sha512-${sum}` !== integrity) throw new Error(`The checksum of ${name} ${version} is wrong`)
        await run('tar', ['-xzf', join(work, tarball), '-C', work])
        // Another process may have created the folder meanwhile, with the same files.
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

/** Serves `/@clerk/<package>@<version>/<path>`, relative to its mount path, as Clerk's own host does. */
export function scriptHandler(folders: Promise<Map<string, string>>) {
  return defineEventHandler(async (event) => {
    const requested = decodeURIComponent(event.path.split('?')[0]!)
    const [, name, path] = /^\/(@clerk\/[a-z-]+)@[^/]+\/(.+)$/.exec(requested) ?? []
    const folder = name && (await folders).get(name)
    if (!folder || !path) throw errors.notFound('script')
    const file = normalize(join(folder, path))
    if (!file.startsWith(folder + sep)) throw errors.notFound('script')
    const { size } = await stat(file).catch(() => {
      throw errors.notFound('script')
    })
    setResponseHeaders(event, {
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'content-length': size,
      'cache-control': 'public, max-age=86400',
    })
    return sendStream(event, createReadStream(file))
  })
}
