/** What the custom session claims of the README put into the session token. */
interface CustomJwtSessionClaims {
  metadata?: { role?: 'admin' }
  name?: string | null
  email?: string | null
  picture?: string | null
}
