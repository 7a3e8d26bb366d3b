/** What the server said of a failed request, else what the browser did. */
export function errorMessage(error: { data?: unknown, message: string }): string {
  const { message } = (error.data ?? {}) as { message?: string }
  return message ?? error.message
}
