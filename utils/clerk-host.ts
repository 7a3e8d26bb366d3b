interface ClerkConfig {
  publishableKey?: string
  jsUrl?: string
  proxyUrl?: string
  domain?: string
}

/**
 * The host that the browser loads ClerkJS from, by the same rules as Clerk's SDK.
 * @param ownHost  the app's own host, for a proxy that is configured as a path
 */
export function clerkHost({ publishableKey = '', jsUrl, proxyUrl, domain }: ClerkConfig, ownHost: string): string {
  const url = jsUrl || proxyUrl
  if (url) return URL.canParse(url) ? new URL(url).host : ownHost
  if (domain && !publishableKey.startsWith('pk_test_')) {
    const bare = domain.replace(/^(https?:\/\/)?(clerk\.)*/, '')
    return `clerk.${bare}`
  }
  // A publishable key contains the host in base64, followed by a dollar sign.
  return atob(publishableKey.split('_')[2] ?? '').replace(/\$$/, '')
}
