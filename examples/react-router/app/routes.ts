import { index, route } from '@react-router/dev/routes'
import type { RouteConfig } from '@react-router/dev/routes'

export default [
  index('routes/profile.tsx'),
  route('api/webhooks', 'routes/webhooks.ts'),
] satisfies RouteConfig
