/** The custom session claims that the README tells you to add to the session token. */
interface CustomJwtSessionClaims {
  metadata?: { role?: 'admin', profile?: Record<string, unknown> }
  name?: string | null
  email?: string | null
  picture?: string | null
}
