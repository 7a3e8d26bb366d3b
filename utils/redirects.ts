/** The way to sign in and back. */
export const signInRoute = (backTo: string) => ({ path: '/sign-in', query: { redirect_url: backTo } })

/**
 * A path of this app's that a query names.
 * @returns undefined for all that could lead elsewhere: '//evil.example', '/\evil.example', 'https://…', or no string
 */
export function safePath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/')) return undefined
  // As the browser reads it: it drops tabs and line breaks, and takes '\' for '/'.
  const base = 'http://app.invalid'
  return URL.canParse(value, base) && new URL(value, base).origin === base ? value : undefined
}
