import { ClerkProvider } from '@clerk/nextjs'
import type { ReactNode } from 'react'
import './style.css'

export const metadata = { title: 'Your profile' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ClerkProvider>{children}</ClerkProvider>
      </body>
    </html>
  )
}
