/**
 * A path as the app's router and routes know it, without the one that the app is installed below.
 * @param baseURL  with a slash at both ends
 */
export const withoutBase = (path: string, baseURL: string): string =>
  path.startsWith(baseURL) ? `/${path.slice(baseURL.length)}` : path
