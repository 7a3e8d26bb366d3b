import { createRouter, defineEventHandler, setResponseHeader } from 'h3'
import type { Router } from 'h3'

/** Clerk's components, by the name of their page. */
const pages = {
  'sign-in': { title: 'Sign in', mount: 'mountSignIn' },
  'sign-up': { title: 'Sign up', mount: 'mountSignUp' },
  'user': { title: 'Account', mount: 'mountUserProfile' },
}

/** The pages that Clerk hosts for a development instance, for apps without pages of their own. */
export function hostedPages(publishableKey: string): Router {
  const router = createRouter()
  for (const [name, { title, mount }] of Object.entries(pages)) {
    router.get(`/${name}`, defineEventHandler((event) => {
      setResponseHeader(event, 'content-type', 'text/html; charset=utf-8')
      return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { display: grid; place-items: center; min-height: 90vh; background: #f7f7f8 }</style>
<main></main>
<script src="/__clerk/npm/@clerk/ui@1/dist/ui.browser.js"></script>
<script
  src="/__clerk/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
  data-clerk-publishable-key="${publishableKey}"
  data-clerk-proxy-url="/__clerk"
></script>
<script type="module">
  await window.Clerk.load({
    ui: { ClerkUI: window.__internal_ClerkUICtor },
    signInUrl: '/__clerk/sign-in',
    signUpUrl: '/__clerk/sign-up',
    // The apps of this machine.
    allowedRedirectOrigins: [/^https?:\\/\\/(localhost|127\\.0\\.0\\.1)(:\\d+)?$/],
    telemetry: false,
  })
  // Back to the app, if it has sent the visitor.
  const target = new URLSearchParams(location.search).get('redirect_url') ?? '/__clerk/user'
  window.Clerk.${mount}(document.querySelector('main'), {
    routing: 'hash',
    fallbackRedirectUrl: target,
    signInFallbackRedirectUrl: target,
    signUpFallbackRedirectUrl: target,
  })
</script>
</html>
`
    }))
  }
  return router
}
