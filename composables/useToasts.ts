export interface Toast {
  id: number
  kind: 'success' | 'error' | 'info'
  text: string
  action?: { label: string, run: () => void }
}

const most = 3
let lastId = 0

/**
 * Short messages in the corner, read out by screen readers: success and info leave by themselves, an
 * error stays until it is dismissed. `<ToastList>` shows them.
 */
export function useToasts() {
  const toasts = useState<Toast[]>('toasts', () => [])

  /** A text that is said again takes the place of the first. In the browser only. */
  function show(toast: Omit<Toast, 'id'>) {
    const others = toasts.value.filter(({ text }) => text !== toast.text)
    // Where there is no room, the oldest leaves; errors wait until there is room again.
    const leaving = others.length < most ? undefined : others.find(({ kind }) => kind !== 'error')
    toasts.value = [...others.filter(other => other !== leaving), { ...toast, id: ++lastId }]
  }

  function dismiss(id: number) {
    toasts.value = toasts.value.filter(toast => toast.id !== id)
  }

  return { toasts, visible: computed(() => toasts.value.slice(-most)), show, dismiss }
}
