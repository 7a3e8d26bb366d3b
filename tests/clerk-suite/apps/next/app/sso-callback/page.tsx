'use client'

import { HandleSSOCallback } from '@clerk/nextjs'

export default function Page() {
  return (
    <HandleSSOCallback
      navigateToApp={({ decorateUrl }) => location.assign(decorateUrl('/protected'))}
      navigateToSignIn={() => location.assign('/sign-in')}
      navigateToSignUp={() => location.assign('/sign-up')}
    />
  )
}
