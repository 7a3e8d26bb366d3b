'use client'

import { UserProfile } from '@clerk/nextjs'
import { useState } from 'react'

function Counter() {
  const [count, setCount] = useState(0)
  return <button onClick={() => setCount(count + 1)}>{`Counted ${count}`}</button>
}

export default function Page() {
  const [renders, setRenders] = useState(0)
  return (
    <>
      <button onClick={() => setRenders(renders + 1)}>{`Rendered ${renders}`}</button>
      <UserProfile routing="path" path="/custom-profile">
        <UserProfile.Page label="Terms" labelIcon={<span>T</span>} url="terms">
          <h1>Terms of the game</h1>
          <Counter />
        </UserProfile.Page>
        <p>A child that is no page</p>
        <UserProfile.Link label="Home" labelIcon={<span>H</span>} url="/" />
        <UserProfile.Page label="security" />
      </UserProfile>
    </>
  )
}
