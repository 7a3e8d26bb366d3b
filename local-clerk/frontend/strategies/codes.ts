import { attemptCode, newVerification } from '../../verifications.ts'
import { emailCode, textCode } from '../messages.ts'
import { emailFactors, emailOf, hasPassword, phoneFactors, phoneOf } from './factors.ts'
import type { Step, Strategy } from './strategy.ts'

const attempt = ({ context: { reverification }, verification, form }: Step) =>
  attemptCode(verification, form, reverification.now())

function emailed(strategy: 'email_code' | 'reset_password_email_code'): Strategy {
  return {
    factors: (account, settings) => {
      const { email_address, email_strategies } = settings
      const isCode = strategy === 'email_code'
      const isOffered = isCode ? email_strategies.includes(strategy) : hasPassword(account, settings)
      return isOffered && email_address !== 'off' ? emailFactors(account, strategy) : []
    },
    prepare(step) {
      emailCode(step.context, emailOf(step), strategy === 'email_code' ? 'verification_code' : 'reset_password_code')
      return newVerification(strategy, step.context.reverification.now())
    },
    attempt,
  }
}

function texted(strategy: 'phone_code' | 'reset_password_phone_code'): Strategy {
  return {
    factors: (account, settings) => {
      const isOffered = strategy === 'phone_code' || hasPassword(account, settings)
      return isOffered && settings.phone_number !== 'off' ? phoneFactors(account, strategy) : []
    },
    prepare(step) {
      textCode(step.context, phoneOf(step), strategy === 'phone_code' ? 'verification_code' : 'reset_password_code')
      return newVerification(strategy, step.context.reverification.now())
    },
    attempt,
  }
}

/** Texted to a number that is kept for it. */
export const secondPhoneCode: Strategy = {
  factors: (account, { second_factors }) =>
    second_factors.includes('phone_code') ? phoneFactors(account, 'phone_code', true) : [],
  prepare(step) {
    textCode(step.context, phoneOf(step, true))
    return newVerification('phone_code', step.context.reverification.now())
  },
  attempt,
}

export const email_code = emailed('email_code')
export const phone_code = texted('phone_code')
export const reset_password_email_code = emailed('reset_password_email_code')
export const reset_password_phone_code = texted('reset_password_phone_code')
