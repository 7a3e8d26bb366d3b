import { STATUS_CODES } from 'node:http'
import type { H3Event } from 'h3'
import mongoose from 'mongoose'
import { z } from 'zod'
import { ProfileGone } from '../profiles/profile.ts'

/** h3's error with the status's own name. `message` says what to do, `data` what a program may read. */
export function httpError(statusCode: number, message: string, data?: unknown) {
  return createError({ statusCode, statusMessage: STATUS_CODES[statusCode], message, data })
}

/** @throws the HTTP error for what a domain function threw; an unknown error as it is, which answers 500 */
export function asHttpError(error: unknown): never {
  if (error instanceof ProfileGone) throw httpError(410, error.message)
  if (error instanceof mongoose.mongo.MongoError || error instanceof mongoose.MongooseError) {
    log.error('The database did not answer', { error: error.message })
    throw httpError(503, 'The database is not reachable. Nothing was changed; try again in a moment')
  }
  throw error
}

/**
 * The JSON body, checked.
 * @throws 422 with `data.fields`: a message for each field
 */
export async function readValid<T>(event: H3Event, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(event).catch(() => {
    throw httpError(400, 'The body is not JSON')
  })
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const { formErrors, fieldErrors } = z.flattenError(result.error)
  throw httpError(422, formErrors[0] ?? 'Some fields are not valid', { fields: fieldErrors })
}
