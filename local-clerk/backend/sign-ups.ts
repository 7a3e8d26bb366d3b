import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { findAttempt, saveAttempt } from '../attempts.ts'
import type { SignUp } from '../attempts.ts'
import { signUpJSON } from '../sign-up-json.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

export function addSignUpRoutes(router: Router, context: Context): void {
  const { store } = context

  function signUpInPath(event: H3Event): SignUp {
    const signUp = findAttempt<SignUp>(store, getRouterParam(event, 'id'))
    if (!signUp?.id.startsWith('sua_')) throw errors.notFound('sign up')
    return signUp
  }

  router.get('/v1/sign_ups/:id', defineEventHandler(event => signUpJSON(context, signUpInPath(event))))

  router.patch('/v1/sign_ups/:id', defineEventHandler(async (event) => {
    const signUp = signUpInPath(event)
    const { external_id, custom_action } = await readJSON<Partial<Pick<SignUp, 'external_id' | 'custom_action'>>>(event)
    if (external_id !== undefined) signUp.external_id = external_id
    if (custom_action !== undefined) signUp.custom_action = custom_action
    saveAttempt(store, signUp)
    return signUpJSON(context, signUp)
  }))
}
