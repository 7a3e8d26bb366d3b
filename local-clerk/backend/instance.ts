import { defineEventHandler, sendNoContent } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { SettingsChanges } from '../settings.ts'
import { instanceId } from '../webhooks/payloads/subject.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

interface InstanceInput {
  allowed_origins?: string[]
  support_email?: string | null
  preferred_sign_in_strategy_when_password_required?: 'password' | 'otp' | '' | null
  /** Verification codes are 424242 in Local Clerk, always. */
  test_mode?: boolean | null
}

export function addInstanceRoutes(router: Router, { keys, settings }: Context): void {
  router.get('/v1/instance', defineEventHandler(() => ({
    object: 'instance',
    id: instanceId,
    environment_type: keys.instance,
    allowed_origins: settings.current().allowed_origins,
    workspace_id: null,
  })))

  router.patch('/v1/instance', defineEventHandler(async (event) => {
    const { test_mode, ...input } = await readJSON<InstanceInput>(event)
    if (test_mode === false) throw errors.notImplemented('Local Clerk is always in test mode')
    const { preferred_sign_in_strategy_when_password_required: preferred, allowed_origins, support_email, ...rest }
      = input
    const [unknown] = Object.entries(rest).find(([, value]) => value !== null) ?? []
    if (unknown) throw errors.notImplemented(`Local Clerk cannot change ${unknown}`)
    const changes: SettingsChanges = {
      ...allowed_origins && { allowed_origins },
      ...typeof support_email === 'string' && { support_email },
      ...typeof preferred === 'string' && { preferred_sign_in_strategy: preferred || 'password' },
    }
    settings.change(changes)
    return sendNoContent(event)
  }))
}
