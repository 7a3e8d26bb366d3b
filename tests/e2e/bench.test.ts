import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe('npm run bench -- --quick', () => {
  // It installs and builds what the app does not need.
  it('gets the right answers from every server that the benchmark compares', { timeout: 900_000 }, async () => {
    // With them, consola logs errors alone.
    const { NODE_ENV: _, TEST: __, ...env } = process.env
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['bench/index.ts', '--quick'], { env })
    expect(stdout + stderr).toContain('Every event was answered 200, and is in the database of its server')
  })
})
