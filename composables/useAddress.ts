/** Makes a path of this app an address for the browser: the app may be installed below another path. */
export function useAddress() {
  const { baseURL } = useRuntimeConfig().app
  return (path: string) => baseURL + path.slice(1)
}
