import { ClerkProvider } from '@clerk/nextjs'
import type { ReactNode } from 'react'

export const metadata = { title: 'Clerk\'s flows' }

// Each file of tests starts the one build with options of its own.
export const dynamic = 'force-dynamic'

export default function Layout({ children }: { children: ReactNode }) {
  const options = JSON.parse(process.env.CLERK_OPTIONS ?? '{}')
  return (
    <html lang="en">
      <body>
        <ClerkProvider {...options}>{children}</ClerkProvider>
      </body>
    </html>
  )
}
