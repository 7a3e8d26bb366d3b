import { randomBytes } from 'node:crypto'
import { defineEventHandler } from 'h3'
import type { Router } from 'h3'

const hour = 3_600

/** Testing tokens let end-to-end tests past Clerk's bot protection, which Local Clerk does not have. */
export function addTestingTokenRoutes(router: Router): void {
  router.post('/v1/testing_tokens', defineEventHandler(() => {
    const now = Math.floor(Date.now() / 1_000)
    return { object: 'testing_token', token: `${now}-${randomBytes(24).toString('hex')}`, expires_at: now + hour }
  }))
}
