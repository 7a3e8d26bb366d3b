import type { H3Event } from 'h3'
import { z } from 'zod'
import type { $ZodError, $ZodType } from 'zod/v4/core'
import { getQuery, getRouterParam, getRouterParams } from 'h3'
import { readBytes } from './body.ts'
import { issuesOf } from '../../shared/issues.ts'
import { httpError } from './errors.ts'

/** Many times the size of the largest edit. */
const jsonLimit = 64 * 1024

/**
 * Reads the JSON body and checks it against a schema.
 * @throws 400 when it is not JSON, 413 when it is over 64 KiB, 422 with `data.fields`: messages by field
 */
export async function readValid<T>(event: H3Event, schema: $ZodType<T>): Promise<T> {
  const text = new TextDecoder().decode(await readBytes(event, jsonLimit))
  let body: unknown
  try {
    body = JSON.parse(text)
  }
  catch {
    throw httpError(400, 'The body is not JSON')
  }
  const result = z.safeParse(schema, body)
  if (!result.success) throw invalid(422, result.error)
  return result.data
}

/**
 * Checks the query against a schema.
 * @throws 400 with `data.fields`: messages by parameter
 */
export function validQuery<T>(event: H3Event, schema: $ZodType<T>): T {
  const result = z.safeParse(schema, getQuery(event))
  if (!result.success) throw invalid(400, result.error)
  return result.data
}

/**
 * Checks a parameter of the path against a schema.
 * @throws 400 with `data.fields`: messages by parameter
 */
export function validParam<T>(event: H3Event, name: string, schema: $ZodType<T>): T {
  const result = z.safeParse(z.object({ [name]: schema }), getRouterParams(event, { decode: true }))
  if (!result.success) throw invalid(400, result.error)
  return result.data[name] as T
}

/**
 * The Clerk id in the path of a user's route.
 * @throws 404 when it cannot be one
 */
export function clerkIdParam(event: H3Event): string {
  const id = getRouterParam(event, 'clerk_id', { decode: true }) ?? ''
  if (!/^[\x21-\x7e]{1,100}$/.test(id)) throw httpError(404, 'There is no such user')
  return id
}

function invalid(status: 400 | 422, error: $ZodError) {
  const { formErrors, fieldErrors } = z.flattenError(error)
  const [field, messages] = Object.entries<string[] | undefined>(fieldErrors)[0] ?? []
  const message = formErrors[0] ?? `${field}: ${messages?.[0]}`
  return httpError(status, message, { fields: fieldErrors, issues: issuesOf(error) })
}
