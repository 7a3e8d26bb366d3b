import { DeadlineExceeded, within } from '../../deadline.ts'
import type { Check } from '../../../shared/sync.ts'

/** What a check found. The name of the check is added by `inspect`. */
export type Finding = Omit<Check, 'what'>

export const ok = (found: string): Finding => ({ verdict: 'ok', found, mend: null })
export const warning = (found: string, mend: string): Finding => ({ verdict: 'warning', found, mend })
export const failed = (found: string, mend: string): Finding => ({ verdict: 'failed', found, mend })
export const skipped = (found: string): Finding => ({ verdict: 'skipped', found, mend: null })

/** The time limit of each call to the network or the database, in milliseconds. */
export const callLimit = 5_000
/** A check makes a few calls at most, each within its own limit. This one is for what nobody thought of. */
const checkLimit = 20_000

/** Runs one check. Whatever it throws becomes its finding, so that no check stops the others. */
export async function inspect(what: string, look: () => Finding | Promise<Finding>): Promise<Check> {
  try {
    return { what, ...await within(checkLimit, Promise.resolve().then(look)) }
  }
  catch (error) {
    return { what, ...failed(`The check failed: ${describeError(error)}`, 'Fix the cause, and run this again') }
  }
}

/** Describes an error of the network or the database in one line. */
export function describeError(error: unknown): string {
  if (codeOf(error) === 'timeout') return 'no answer in time'
  const { message, cause, code } = error as Error & { code?: unknown }
  // fetch says only that it failed. A connection that two addresses refuse is an error without a message.
  const { message: inner, code: innerCode } = (cause ?? {}) as { message?: string, code?: string }
  return (inner || innerCode || message || String(code ?? error)).split('\n')[0]!.trim()
}

/** The code of a failed call, such as ECONNREFUSED; 'timeout' when it took too long. */
export function codeOf(error: unknown): string | undefined {
  const { name, code, cause } = error as Error & { code?: string, cause?: { code?: string } }
  return name === 'TimeoutError' || error instanceof DeadlineExceeded ? 'timeout' : cause?.code ?? code
}
