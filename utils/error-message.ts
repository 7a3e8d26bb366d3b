/** The server's message of a failed request, or the browser's where the server did not answer. */
export function errorMessage(error: { data?: unknown, message: string }): string {
  const { message } = (error.data ?? {}) as { message?: string }
  return message ?? error.message
}
