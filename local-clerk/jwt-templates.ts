import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import { primaryOf } from './identifications.ts'
import type { Keys } from './keys.ts'
import { createObjects } from './objects.ts'
import type { ActiveOrganizations, OrganizationSession } from './organizations/active.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import { fullName } from './users.ts'
import type { Users } from './users.ts'

export interface JwtTemplate {
  name: string
  /** Values may contain shortcodes, such as `{{user.primary_email_address}}`. */
  claims: Record<string, unknown>
  /** Seconds. */
  lifetime: number
  allowed_clock_skew: number
  custom_signing_key: boolean
  signing_algorithm: string
}

export type JwtTemplates = ReturnType<typeof createJwtTemplates>

/** Templates of tokens for other services, such as a database that takes JWTs. */
export function createJwtTemplates(store: Store, users: Users, keys: Keys, active: ActiveOrganizations) {
  const templates = createObjects<JwtTemplate>(store, 'jwt_template', 'jtmp')
  return {
    ...templates,

    /**
     * Signs a token by a template.
     * @throws ClerkError when no template has that name
     */
    token(session: OrganizationSession, name: string, azp?: string): string {
      const template = templates.list().find(each => each.name === name)
      if (!template) throw errors.notFound('JWT template')
      const now = Math.floor(Date.now() / 1_000)
      const { organizations, ...organization } = active.templateValues(session)
      const { user } = valuesOf(users.get(session.user_id))
      const values = { user: { ...user, organizations }, ...organization }
      return keys.sign({
        ...render(template.claims, values) as object,
        ...azp && { azp },
        exp: now + template.lifetime,
        iat: now,
        iss: keys.issuer,
        jti: newId('jti'),
        nbf: now - template.allowed_clock_skew,
        sub: session.user_id,
      })
    },
  }
}

/** What shortcodes can name. */
function valuesOf(user: UserJSON) {
  const email = primaryOf(user, 'email_address')
  const phone = primaryOf(user, 'phone_number')
  return {
    user: {
      id: user.id,
      external_id: user.external_id,
      username: user.username,
      first_name: user.first_name,
      last_name: user.last_name,
      full_name: fullName(user) || null,
      image_url: user.image_url,
      has_image: user.has_image,
      primary_email_address: email?.email_address ?? null,
      email_verified: email?.verification?.status === 'verified',
      primary_phone_number: phone?.phone_number ?? null,
      phone_number_verified: phone?.verification?.status === 'verified',
      two_factor_enabled: user.two_factor_enabled,
      created_at: user.created_at,
      updated_at: user.updated_at,
      last_sign_in_at: user.last_sign_in_at,
      public_metadata: user.public_metadata,
      unsafe_metadata: user.unsafe_metadata,
    },
  }
}

/** Fills in the shortcodes. A text that is one shortcode becomes its value, of whatever type. */
function render(claim: unknown, values: object): unknown {
  if (Array.isArray(claim)) return claim.map(each => render(each, values))
  if (typeof claim === 'object' && claim !== null) {
    return Object.fromEntries(Object.entries(claim).map(([name, each]) => [name, render(each, values)]))
  }
  if (typeof claim !== 'string') return claim
  const only = /^\{\{([^{}]*)\}\}$/.exec(claim)
  if (only) return valueOf(only[1]!, values)
  return claim.replaceAll(/\{\{([^{}]*)\}\}/g, (_, code: string) => String(valueOf(code, values) ?? ''))
}

/** `a.b || 'c'`: the first of them that has a value, or else null. */
function valueOf(code: string, values: object): unknown {
  for (const part of code.split('||').map(each => each.trim())) {
    const quoted = /^(['"])(.*)\1$/.exec(part)
    if (quoted) return quoted[2]
    const value = part.split('.').reduce<unknown>(
      (found, name) => typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, unknown>)[name]
        : undefined,
      values,
    )
    if (value !== undefined && value !== null && value !== '') return value
  }
  return null
}
