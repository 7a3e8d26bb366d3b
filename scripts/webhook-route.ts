/**
 * The webhook route of an app.
 * @param address  of the app, or of the route itself
 * @param baseURL  the path below which the app runs, if the address has none
 * @returns undefined unless the address starts with http:// or https://
 */
export function webhookRoute(address: string, baseURL = '/'): URL | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined
  const url = new URL(address)
  url.search = ''
  url.hash = ''
  // The route may have been entered in Clerk's dashboard with a slash at its end, so leave that as it is.
  if (/\/api\/webhooks\/?$/.test(url.pathname)) return url
  const base = url.pathname === '/' ? baseURL : url.pathname
  url.pathname = `${base.replace(/\/+$/, '')}/api/webhooks`
  return url
}
