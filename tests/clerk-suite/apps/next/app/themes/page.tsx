import { SignIn } from '@clerk/nextjs'

export default function Page() {
  return (
    <main>
      <section aria-label="Plain"><SignIn routing="hash" /></section>
      <section aria-label="Colored">
        <SignIn routing="hash" appearance={{ variables: { colorPrimary: 'rgb(0, 128, 128)' } }} />
      </section>
    </main>
  )
}
