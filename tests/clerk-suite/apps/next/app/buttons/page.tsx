import { Show, SignInButton, SignOutButton, SignUpButton } from '@clerk/nextjs'

export default function Page() {
  return (
    <main>
      <SignInButton mode="modal" forceRedirectUrl="/protected" signUpForceRedirectUrl="/protected">
        Sign in (force)
      </SignInButton>
      <SignInButton mode="modal" fallbackRedirectUrl="/protected">Sign in (fallback)</SignInButton>
      <SignInButton mode="modal" oauthFlow="popup" forceRedirectUrl="/protected">Sign in (popup)</SignInButton>
      <SignInButton mode="modal" withSignUp fallbackRedirectUrl="/protected">Sign in or up</SignInButton>
      <SignUpButton mode="modal" forceRedirectUrl="/protected">Sign up (force)</SignUpButton>
      <SignUpButton mode="modal" fallbackRedirectUrl="/protected">Sign up (fallback)</SignUpButton>
      <Show when="signed-in"><SignOutButton>Leave</SignOutButton></Show>
    </main>
  )
}
