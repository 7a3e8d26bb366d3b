'use client'

import { useClerk, useSignUp } from '@clerk/nextjs'
import { useRouter } from 'next/navigation'

export default function Page() {
  const { signUp, errors } = useSignUp()
  const { loaded } = useClerk()
  const router = useRouter()

  async function begin(form: FormData) {
    await signUp.password({ emailAddress: String(form.get('email')), password: String(form.get('password')) })
    if (signUp.status === 'missing_requirements') await signUp.verifications.sendEmailCode()
  }

  async function verify(form: FormData) {
    await signUp.verifications.verifyEmailCode({ code: String(form.get('code')) })
    if (signUp.status === 'complete') await signUp.finalize({ navigate: () => router.push('/protected') })
  }

  const problem = [...Object.values(errors.fields), ...(errors.global ?? [])].find(Boolean)
  if (!loaded) return <p>Loading</p>
  return (
    <main>
      <h1>Sign up with a form of our own</h1>
      <p role="alert">{problem?.longMessage ?? problem?.message}</p>
      {signUp.unverifiedFields.includes('email_address')
        ? (
            <form action={verify}>
              <label>
                Code
                <input name="code" />
              </label>
              <button>Verify</button>
            </form>
          )
        : (
            <form action={begin}>
              <label>
                Email address
                <input name="email" />
              </label>
              <label>
                Password
                <input name="password" type="password" />
              </label>
              <button>Continue</button>
            </form>
          )}
    </main>
  )
}
