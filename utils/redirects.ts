/** A path that carries on where to go afterwards, if anywhere. */
export const withRedirect = (path: string, backTo?: string) => backTo ? `${path}?${new URLSearchParams({ redirect_url: backTo })}` : path

/** The way to sign in and back. */
export const signInPath = (backTo: string) => withRedirect('/sign-in', backTo)

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
