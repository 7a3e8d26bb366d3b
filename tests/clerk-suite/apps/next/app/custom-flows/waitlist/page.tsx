'use client'

import { useWaitlist } from '@clerk/nextjs'

export default function Page() {
  const { waitlist, errors, fetchStatus } = useWaitlist()
  async function join(form: FormData) {
    await waitlist.join({ emailAddress: String(form.get('email')) })
  }

  if (waitlist?.id) return <p>You are on the waitlist</p>
  return (
    <form action={join}>
      <label>
        Email address
        <input name="email" />
      </label>
      <p role="alert">{errors.fields.emailAddress?.longMessage}</p>
      <button disabled={!waitlist || fetchStatus === 'fetching'}>Join the waitlist</button>
    </form>
  )
}
