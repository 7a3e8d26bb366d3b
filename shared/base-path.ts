/**
 * Removes the base path, below which the app is installed, from a path.
 * @param baseURL  starts and ends with a slash
 */
export const withoutBase = (path: string, baseURL: string): string =>
  path.startsWith(baseURL) ? `/${path.slice(baseURL.length)}` : path
