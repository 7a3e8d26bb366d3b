import type { InternalApi } from 'nitropack/types'

/** The response of GET /api/admin/profiles/:clerk_id. */
export type AdminUser = InternalApi['/api/admin/profiles/:clerk_id']['get']
