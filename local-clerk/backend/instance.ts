import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { instanceId } from '../webhooks/payloads/subject.ts'

export function addInstanceRoutes(router: Router): void {
  router.get('/v1/instance', defineEventHandler(() => ({
    object: 'instance',
    id: instanceId,
    environment_type: 'production',
    allowed_origins: [],
    workspace_id: null,
  })))
}
