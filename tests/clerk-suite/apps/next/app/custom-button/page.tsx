'use client'

import { UserButton } from '@clerk/nextjs'
import { useState } from 'react'

export default function Page() {
  const [isOn, setOn] = useState(false)
  return (
    <main>
      <p>{`Chat is ${isOn ? 'on' : 'off'}`}</p>
      <UserButton>
        <UserButton.MenuItems>
          <UserButton.Action label="signOut" />
          <UserButton.Action label="manageAccount" />
          <UserButton.Link label="Go to Protected" labelIcon={<span>P</span>} href="/protected" />
          <UserButton.Action label="Open terms" labelIcon={<span>T</span>} open="terms" />
          <UserButton.Action label="Switch chat" labelIcon={<span>C</span>} onClick={() => setOn(!isOn)} />
        </UserButton.MenuItems>
        <UserButton.UserProfilePage label="Terms" labelIcon={<span>T</span>} url="terms">
          <h1>Terms of the game</h1>
        </UserButton.UserProfilePage>
        <UserButton.UserProfileLink label="Home" labelIcon={<span>H</span>} url="/" />
      </UserButton>
    </main>
  )
}
