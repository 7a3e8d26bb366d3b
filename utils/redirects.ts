/** Adds the path to continue to afterwards, if any. */
export function withRedirect(path: string, backTo?: string): string {
  return backTo ? `${path}?${new URLSearchParams({ redirect_url: backTo })}` : path
}

/** The sign-in page, which returns to a path afterwards. */
export const signInPath = (backTo: string) => withRedirect('/sign-in', backTo)

/**
 * Reads a path of this app from a query.
 * @returns undefined for other values and other hosts: '//evil.example', '/\evil.example', 'https://…'
 */
export function safePath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/')) return undefined
  // Parse it as browsers do: they drop tabs and line breaks, and read '\' as '/'.
  const base = 'http://app.invalid'
  return URL.canParse(value, base) && new URL(value, base).origin === base ? value : undefined
}
