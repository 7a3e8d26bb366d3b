export interface Toast {
  id: number
  kind: 'success' | 'error' | 'info'
  text: string
  action?: { label: string, run: () => void }
  /** The account that it is for: nobody else sees it. */
  account: string | null
}

const most = 3
let lastId = 0

/**
 * Short messages in the corner, read out by screen readers: success and info leave by themselves, an
 * error stays until it is dismissed. `<ToastList>` shows them.
 */
export function useToasts() {
  const toasts = useState<Toast[]>('toasts', () => [])
  const account = useAccount()
  const owner = account.value.id

  /**
   * A text that is said again takes the place of the first. In the browser only, and for the account that was
   * signed in when the composable was called, unless it is for another.
   */
  function show(toast: Omit<Toast, 'id' | 'account'> & { account?: string | null }) {
    const others = toasts.value.filter(({ text }) => text !== toast.text)
    // Where there is no room, the oldest leaves; errors wait until there is room again.
    const leaving = others.length < most ? undefined : others.find(({ kind }) => kind !== 'error')
    toasts.value = [...others.filter(other => other !== leaving), { account: owner, ...toast, id: ++lastId }]
  }

  function dismiss(id: number) {
    toasts.value = toasts.value.filter(toast => toast.id !== id)
  }

  const visible = computed(() => account.value.lost ? [] : toasts.value.filter(toast => toast.account === account.value.id).slice(-most))
  return { toasts, visible, show, dismiss }
}
