import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { newOrganization } from './new-organization.ts'
import { newUser } from './new-user.ts'
import type { NewUser } from './new-user.ts'
import { settingsSchema } from './settings.ts'
import type { UserInput } from './users.ts'

const seedSchema = z.strictObject({
  settings: settingsSchema.optional(),
  users: z.array(newUser).default([]),
  organizations: z.array(newOrganization).default([]),
})

export type Seed = z.infer<typeof seedSchema>

/** @throws Error that names the field */
function check<Schema extends z.ZodType>(schema: Schema, value: unknown, source: string): z.infer<Schema> {
  const { data, error } = schema.safeParse(value)
  if (!error) return data
  const problems = error.issues.map(({ path, message }) => `${fieldAt(path) || 'the whole'}: ${message}`)
  throw new Error(`${source} is not valid:\n  ${problems.join('\n  ')}`)
}

/** 'users[1].emailAddress[0]', as in JavaScript. */
function fieldAt(path: PropertyKey[]): string {
  return path.map(key => typeof key === 'number' ? `[${key}]` : `.${String(key)}`).join('').replace(/^\./, '')
}

/** @throws Error that names the line of malformed JSON, or the wrong field */
export async function readSeedFile(file: string): Promise<Seed> {
  const text = await readFile(file, 'utf8')
  let content: unknown
  try {
    content = JSON.parse(text)
  }
  catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}`, { cause: error })
  }
  return checkSeed(content, file)
}

/** @throws Error that names the wrong field */
export function checkSeed(content: unknown, source = 'The seed'): Seed {
  const seed = check(seedSchema, content, source)
  const known = new Map<string, number>()
  for (const [index, { id, emailAddress = [], username }] of seed.users.entries()) {
    for (const identifier of [id, ...emailAddress, username]) {
      if (identifier === undefined) continue
      const other = known.get(identifier)
      if (other !== undefined) throw new Error(`${source}: users[${other}] and users[${index}] are both ${identifier}`)
      known.set(identifier, index)
    }
  }
  for (const [index, { members }] of seed.organizations.entries()) {
    for (const { user } of members) {
      if (!known.has(user)) throw new Error(`${source}: organizations[${index}] has the member ${user}, who is no user`)
    }
  }
  return seed
}

/** @throws Error that names the wrong field */
export function toUserInput(user: NewUser): UserInput {
  const { createdAt, ...fields } = check(newUser, user, 'The user')
  const entries = Object.entries(fields).map(([name, value]) =>
    [name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), value])
  return { ...Object.fromEntries(entries), ...createdAt && { created_at: new Date(createdAt).getTime() } }
}
