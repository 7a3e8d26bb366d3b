export interface Toast {
  id: number
  kind: 'success' | 'error' | 'info'
  text: string
  action?: { label: string, run: () => void }
  /** The account that it is for. Other accounts never see it. */
  account: string | null
}

const most = 3
let lastId = 0

/**
 * Short messages in the corner, which screen readers announce. `<ToastList>` shows them. Success and info disappear by
 * themselves. Errors stay until they are dismissed.
 */
export function useToasts() {
  const toasts = useState<Toast[]>('toasts', () => [])
  const account = useAccount()
  const owner = account.value.id

  /**
   * Shows a toast, which replaces one with the same text. In the browser only. It is for the account that was signed in
   * when the composable was called, unless `account` names another.
   */
  function show(toast: Omit<Toast, 'id' | 'account'> & { account?: string | null }) {
    const others = toasts.value.filter(({ text }) => text !== toast.text)
    // Without room, the oldest one leaves. Errors never do: they queue until there is room.
    const leaving = others.length < most ? undefined : others.find(({ kind }) => kind !== 'error')
    toasts.value = [...others.filter(other => other !== leaving), { account: owner, ...toast, id: ++lastId }]
  }

  function dismiss(id: number) {
    toasts.value = toasts.value.filter(toast => toast.id !== id)
  }

  const visible = computed(() => {
    const { id, lost } = account.value
    return lost ? [] : toasts.value.filter(toast => toast.account === id).slice(-most)
  })
  return { toasts, visible, show, dismiss }
}
