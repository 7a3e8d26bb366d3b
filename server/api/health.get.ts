/** The process is up. */
export default defineEventHandler(() => ({ status: 'ok' }))
