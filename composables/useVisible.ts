/**
 * Runs a function when the page becomes visible again: other tabs may have changed the session.
 * @param run  gets `isRestored`: the browser has restored the page from its back-forward cache
 */
export function useVisible(run: (isRestored: boolean) => void) {
  const show = () => document.visibilityState === 'visible' && run(false)
  const restore = ({ persisted }: PageTransitionEvent) => persisted && run(true)
  onMounted(() => {
    addEventListener('focus', show)
    document.addEventListener('visibilitychange', show)
    addEventListener('pageshow', restore)
  })
  onBeforeUnmount(() => {
    removeEventListener('focus', show)
    document.removeEventListener('visibilitychange', show)
    removeEventListener('pageshow', restore)
  })
}
