'use client'

import { useClerk, useSignIn } from '@clerk/nextjs'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

type Strategy = 'password' | 'email_code' | 'phone_code'

export default function Page() {
  const { signIn, errors } = useSignIn()
  const { loaded } = useClerk()
  const router = useRouter()
  const [strategy, setStrategy] = useState<Strategy>()

  async function begin(form: FormData) {
    await signIn.create({ identifier: String(form.get('identifier')) })
  }

  async function choose(chosen: Strategy) {
    if (chosen === 'email_code') await signIn.emailCode.sendCode({})
    if (chosen === 'phone_code') await signIn.phoneCode.sendCode({})
    setStrategy(chosen)
  }

  async function prove(form: FormData) {
    const proof = String(form.get('proof'))
    if (strategy === 'password') await signIn.password({ password: proof })
    if (strategy === 'email_code') await signIn.emailCode.verifyCode({ code: proof })
    if (strategy === 'phone_code') await signIn.phoneCode.verifyCode({ code: proof })
    if (signIn.status === 'complete') await signIn.finalize({ navigate: () => router.push('/protected') })
  }

  async function goToGoogle() {
    await signIn.sso({ strategy: 'oauth_google', redirectUrl: '/protected', redirectCallbackUrl: '/sso-callback' })
  }

  const problem = [...Object.values(errors.fields), ...(errors.global ?? [])].find(Boolean)
  if (!loaded) return <p>Loading</p>
  return (
    <main>
      <h1>Sign in with a form of our own</h1>
      <p role="alert">{problem?.longMessage ?? problem?.message}</p>
      {signIn.status !== 'needs_first_factor' && (
        <form action={begin}>
          <label>
            Email address
            <input name="identifier" />
          </label>
          <button>Continue</button>
          <button type="button" onClick={goToGoogle}>Sign in with Google</button>
        </form>
      )}
      {signIn.status === 'needs_first_factor' && !strategy && signIn.supportedFirstFactors.map(factor => (
        <button key={factor.strategy} onClick={() => choose(factor.strategy as Strategy)}>{factor.strategy}</button>
      ))}
      {strategy && (
        <form action={prove}>
          <label>
            {strategy === 'password' ? 'Password' : 'Code'}
            <input name="proof" type={strategy === 'password' ? 'password' : 'text'} />
          </label>
          <button>Continue</button>
        </form>
      )}
    </main>
  )
}
