import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The signing secret that the development server and `npm run trigger` share if the environment sets none. It is
 * created on first use and stored in `<dataDir>/webhook-secret`, readable only by this user.
 * @returns `whsec_` and 24 random bytes in base64
 */
export async function developmentSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'webhook-secret')
  await mkdir(dataDir, { recursive: true })
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  try {
    await writeFile(file, secret, { flag: 'wx', mode: 0o600 })
    return secret
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')).trim()
  }
}
