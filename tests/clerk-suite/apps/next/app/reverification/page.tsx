'use client'

import { useReverification } from '@clerk/nextjs'
import { useState } from 'react'
import { revealSecret } from './actions'

export default function Page() {
  const [answer, setAnswer] = useState<unknown>()
  const revealAfterVerification = useReverification(revealSecret)
  return (
    <main>
      <button onClick={async () => setAnswer(await revealSecret())}>Reveal</button>
      <button onClick={async () => setAnswer(await revealAfterVerification())}>Verify and reveal</button>
      <p role="status">{JSON.stringify(answer)}</p>
    </main>
  )
}
