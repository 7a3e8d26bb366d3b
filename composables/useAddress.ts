/** Adds the app's base path to a path, for links that the router does not handle. */
export function useAddress() {
  const { baseURL } = useRuntimeConfig().app
  return (path: string) => baseURL + path.slice(1)
}
