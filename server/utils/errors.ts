import { STATUS_CODES } from 'node:http'

/** h3's error with the status's own name. `message` says what to do, `data` what a program may read. */
export function httpError(statusCode: number, message: string, data?: unknown) {
  return createError({ statusCode, statusMessage: STATUS_CODES[statusCode], message, data })
}
