/** Whether an error page is rendered in place of the page: the server has refused the request already. */
export function isErrorPage(): boolean {
  const { isHydrating, payload } = useNuxtApp()
  return Boolean(payload.error) && (import.meta.server || isHydrating === true)
}
