import type { RequestError } from '~/composables/useErrorText'

/**
 * Makes a failed request the error of its page. It is fatal only in the browser, which would stay on the previous page
 * otherwise. The server shows the error page anyway, and would log a fatal error as a fault.
 */
export const pageError = ({ statusCode, data }: RequestError) =>
  createError({ statusCode, data, fatal: import.meta.client })
