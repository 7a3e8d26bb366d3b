import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'
import { readForm } from './requests.ts'

export function addWaitlistRoute(router: Router, { waitlist }: Context): void {
  router.post('/v1/waitlist', defineEventHandler(async (event) => {
    const { object, id } = waitlist.add(await readForm(event))
    return { object, id }
  }))
}
