/** Calls a function every few seconds while the page is visible. */
export function useRefreshing(refresh: () => unknown, milliseconds: number): void {
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    timer = setInterval(() => document.visibilityState === 'visible' && refresh(), milliseconds)
  })
  onBeforeUnmount(() => clearInterval(timer))
}
