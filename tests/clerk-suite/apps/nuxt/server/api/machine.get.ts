type TokenType = 'session_token' | 'api_key' | 'm2m_token' | 'oauth_token'

/** Accepts the kinds of tokens that the query names. */
export default defineEventHandler((event) => {
  const identity = event.context.auth({ acceptsToken: [getQuery(event).accepts].flat() as TokenType[] })
  if (!identity.isAuthenticated) throw createError({ statusCode: 401 })
  const { tokenType } = identity
  return { tokenType, subject: 'subject' in identity ? identity.subject : identity.userId }
})
