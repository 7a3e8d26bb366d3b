import { auth } from '@clerk/nextjs/server'
import type { NextRequest } from 'next/server'

type TokenType = 'session_token' | 'api_key' | 'm2m_token' | 'oauth_token'

/** Accepts the kinds of tokens that the query names. */
export async function GET({ nextUrl }: NextRequest) {
  const identity = await auth({ acceptsToken: nextUrl.searchParams.getAll('accepts') as TokenType[] })
  if (!identity.isAuthenticated) return new Response('Unauthorized', { status: 401 })
  const { tokenType } = identity
  return Response.json({ tokenType, subject: 'subject' in identity ? identity.subject : identity.userId })
}
