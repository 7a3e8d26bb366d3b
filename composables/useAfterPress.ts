/**
 * Delays changes that move the page until the pointer is up. An error message that appears when a field loses focus
 * would move the button that is being pressed, and its click would be lost.
 */
export function useAfterPress() {
  let pressed = false
  const press = () => pressed = true
  const release = () => pressed = false
  onMounted(() => {
    addEventListener('pointerdown', press, true)
    addEventListener('pointerup', release, true)
    addEventListener('pointercancel', release, true)
  })
  onBeforeUnmount(() => {
    removeEventListener('pointerdown', press, true)
    removeEventListener('pointerup', release, true)
    removeEventListener('pointercancel', release, true)
  })
  return (run: () => void) => {
    if (!pressed) return run()
    // The click follows the release in the same task.
    const later = () => setTimeout(run)
    addEventListener('pointerup', later, { once: true })
  }
}
