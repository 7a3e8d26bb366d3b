/** The user closed the dialog, and the action was not taken. */
export class NotVerified extends Error {}

/**
 * Runs an action that Clerk allows only within ten minutes of a verification, such as deleting the account. If Clerk
 * requires a fresh one, this opens Clerk's dialog and runs the action again. Clerk has such a helper only for React.
 */
export function useReverification() {
  const clerk = useClerk()

  const verify = () => new Promise<void>((resolve, reject) => {
    clerk.value!.__internal_openReverification({
      afterVerification: resolve,
      afterVerificationCancelled: () => reject(new NotVerified()),
    })
  })

  return async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    }
    catch (error) {
      const { errors = [] } = error as { errors?: { code: string }[] }
      if (!errors.some(({ code }) => code === 'session_reverification_required')) throw error
      await verify()
      return act()
    }
  }
}
