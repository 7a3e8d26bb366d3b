/** Milliseconds that Clerk may take before the page says that something is wrong. */
const patience = 6_000

/**
 * How far Clerk is with showing something in an element: 'late' after some seconds, in which its scripts were blocked,
 * have failed, or are still on their way. It may come all the same. 'loading' on the server.
 */
export function useClerkShown(host: Readonly<Ref<HTMLElement | null>>) {
  const state = ref<'loading' | 'shown' | 'late'>('loading')
  let timer: ReturnType<typeof setTimeout>
  let observer: MutationObserver

  function look() {
    // Clerk gives all that it makes a class of its own.
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
