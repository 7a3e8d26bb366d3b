/** Milliseconds to wait for Clerk before the page reports a problem. */
const patience = 6_000

/**
 * Whether Clerk has rendered into an element. 'late' means that some seconds have passed: its scripts were blocked,
 * have failed or are slow, and may still arrive. Always 'loading' on the server.
 */
export function useClerkShown(host: Readonly<Ref<HTMLElement | null>>) {
  const state = ref<'loading' | 'shown' | 'late'>('loading')
  let timer: ReturnType<typeof setTimeout>
  let observer: MutationObserver

  function look() {
    // All elements that Clerk renders have such a class.
    if (!host.value?.querySelector('[class*="cl-"]')) return
    state.value = 'shown'
    stop()
  }
  function stop() {
    clearTimeout(timer)
    observer?.disconnect()
  }
  onMounted(() => {
    timer = setTimeout(() => state.value = 'late', patience)
    observer = new MutationObserver(look)
    observer.observe(host.value!, { childList: true, subtree: true })
    look()
  })
  onBeforeUnmount(stop)
  return state
}
