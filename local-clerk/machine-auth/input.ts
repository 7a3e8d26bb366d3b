import { getQuery, readBody } from 'h3'
import type { H3Event } from 'h3'
import type { z } from 'zod'
import { ClerkError } from '../errors.ts'

/** @throws ClerkError that names the field, as Clerk's API for machines answers */
function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(value)
  if (!error) return data
  const { path, message } = error.issues[0]!
  throw new ClerkError(400, 'bad_request', 'Bad Request', { longMessage: `Invalid '${path.join('.')}': ${message}` })
}

export async function readInput<Schema extends z.ZodType>(event: H3Event, schema: Schema): Promise<z.infer<Schema>> {
  return parse(schema, await readBody(event) ?? {})
}

export function queryOf<Schema extends z.ZodType>(event: H3Event, schema: Schema): z.infer<Schema> {
  return parse(schema, getQuery(event))
}
