/**
 * Runs what moves the page only when no pointer is down: a field's error that appears when the field is left
 * would move away the button that is being pressed, and its click would be lost.
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
    // The click comes right after the release, in the same task.
    const later = () => setTimeout(run)
    addEventListener('pointerup', later, { once: true })
  }
}
