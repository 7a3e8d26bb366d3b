/**
 * Runs when the page is seen again, in which much may have happened elsewhere.
 * @param run  with `isRestored`: the browser has taken the page out of its back and forward cache
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
