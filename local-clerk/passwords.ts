import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { errors } from './errors.ts'

/** A few passwords from lists of data breaches. */
const breached = new Set(['password', 'password1', '12345678', '123456789', 'qwertyuiop', 'iloveyou', 'letmein123'])

/** Clerk's rules for a new password. */
export function checkPassword(password: string, paramName?: string): void {
  if (password.length < 8) throw errors.passwordTooShort(paramName)
  if (breached.has(password.toLowerCase())) throw errors.passwordPwned(paramName)
}

export function hashPassword(password: string, salt = randomBytes(16)): string {
  return `${salt.toString('base64')}:${scryptSync(password, salt, 32).toString('base64')}`
}

/** @param hash  none when the user has no password */
export function isPassword(hash: string | null | undefined, password: string): boolean {
  if (!hash) return false
  const [salt, expected] = hash.split(':').map(part => Buffer.from(part, 'base64'))
  return timingSafeEqual(scryptSync(password, salt!, 32), expected!)
}
