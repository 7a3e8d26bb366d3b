import type { SettingsValues } from '../settings.ts'

export type SocialProvider = SettingsValues['social'][number]
export type SocialStrategy = `oauth_${SocialProvider}`

export const providerNames: Record<SocialProvider, string> = {
  apple: 'Apple',
  discord: 'Discord',
  facebook: 'Facebook',
  github: 'GitHub',
  google: 'Google',
  microsoft: 'Microsoft',
}

/** What Local Clerk asks every provider for. */
export const scopes = 'openid email profile'

/** The provider that a strategy names, such as `oauth_google`, if the instance offers it. */
export function providerOf(strategy: string | undefined, { social }: SettingsValues): SocialProvider | undefined {
  return social.find(provider => strategy === `oauth_${provider}`)
}

/** Of an account that nobody has agreed to connect. */
export const nobodyAt = (provider: SocialProvider) =>
  ({ provider, provider_user_id: '', email_address: '', first_name: '', last_name: '' })
