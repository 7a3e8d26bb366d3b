import { errors } from '../../errors.ts'
import { verified } from '../../verifications.ts'
import { hasPassword } from './factors.ts'
import type { Strategy } from './strategy.ts'

export const password: Strategy = {
  factors: (account, settings) => hasPassword(account, settings) ? [{ strategy: 'password' }] : [],

  attempt({ context: { users, reverification }, account: { id }, form }) {
    if (!id || !users.hasPassword(id, form.password ?? '')) throw errors.passwordIncorrect()
    if (users.isPasswordCompromised(id)) throw errors.passwordCompromised()
    return verified('password', reverification.now())
  },
}
