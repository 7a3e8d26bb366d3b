interface ClerkConfig {
  publishableKey?: string
  jsUrl?: string
  proxyUrl?: string
  domain?: string
}

/**
 * The host that ClerkJS comes from, as Clerk's SDK works it out.
 * @param ownHost  that of the app, through which a proxy's path goes
 */
export function clerkHost({ publishableKey = '', jsUrl, proxyUrl, domain }: ClerkConfig, ownHost: string): string {
  const url = jsUrl || proxyUrl
  if (url) return URL.canParse(url) ? new URL(url).host : ownHost
  if (domain && !publishableKey.startsWith('pk_test_')) return `clerk.${domain.replace(/^(https?:\/\/)?(clerk\.)*/, '')}`
  // A publishable key holds the host in base64, closed by a dollar sign.
  return atob(publishableKey.split('_')[2] ?? '').replace(/\$$/, '')
}
