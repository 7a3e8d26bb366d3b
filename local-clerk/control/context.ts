import { defineEventHandler, readBody } from 'h3'
import type { H3Event } from 'h3'
import { prettifyError } from 'zod'
import type { z } from 'zod'
import type { RateLimit } from '../backend/authorize.ts'
import type { Bans } from '../bans.ts'
import { ClerkError } from '../errors.ts'
import type { Context as FrontendContext } from '../frontend/context.ts'
import { refuseOtherSites } from '../http.ts'
import type { World } from '../seed.ts'
import type { UserInput } from '../users.ts'

/** The parts of Local Clerk that the control page's routes use. */
export interface Context extends FrontendContext {
  /** The accounts to start with, after a reset too. */
  accounts: UserInput[]
  bans: Bans
  rateLimit: RateLimit
  publish: World['publish']
  /** Goes back to the beginning, with the accounts only. */
  reset: () => void
}

/** The number of users or organizations in a list, of which `offset` asks for more. */
export const pageSize = 20

export function badRequest(message: string): ClerkError {
  return new ClerkError(422, 'form_param_invalid', message)
}

export async function readJSON<Body>(event: H3Event): Promise<Partial<Body>> {
  return await readBody<Partial<Body>>(event) ?? {}
}

/** @throws ClerkError that says what is wrong with the body */
export async function readValid<Schema extends z.ZodType>(event: H3Event, schema: Schema): Promise<z.infer<Schema>> {
  const { success, data, error } = schema.safeParse(await readJSON(event))
  if (!success) throw badRequest(prettifyError(error))
  return data
}

/** A route that changes something: it refuses requests from pages of other sites. */
export function action<Result>(act: (event: H3Event) => Promise<Result> | Result) {
  return defineEventHandler(async (event) => {
    refuseOtherSites(event)
    return await act(event) ?? { ok: true }
  })
}
