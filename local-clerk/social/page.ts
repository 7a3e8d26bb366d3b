import type { Person } from './flows.ts'

const css = `
  :root { color-scheme: light dark; --line: light-dark(#cbd5e1, #334155); --accent: light-dark(#4338ca, #a5b4fc) }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 8vh auto; padding: 0 1rem }
  h1 { font-size: 1.35rem; margin: 0 }
  p { margin: .25rem 0 1.25rem; opacity: .8 }
  form { margin: 0 0 .5rem }
  button, input { font: inherit; color: inherit; width: 100%; box-sizing: border-box; padding: .55rem .75rem;
    border: 1px solid var(--line); border-radius: .5rem; background: transparent; text-align: left }
  button { cursor: pointer }
  button:hover, button:focus-visible { border-color: var(--accent) }
  button span, label { display: block; font-size: .85rem; opacity: .8 }
  label { margin-bottom: .5rem }
  fieldset { border: 0; margin: 1.25rem 0; padding: 0 }
  legend { padding: 0; margin-bottom: .5rem }
`

/** The page of a social provider: who are you, and do you agree? */
export function socialPage(provider: string, people: Person[]): string {
  const name = escape(provider)
  const choices = people.map((person) => {
    const fields = Object.entries(person).map(([field, value]) => hidden(field, value)).join('')
    const label = escape(`${person.first_name} ${person.last_name}`.trim() || person.email_address)
    return `<form method="post">${fields}<button>Continue as ${label}
      <span>${escape(person.email_address)}</span></button></form>`
  })
  return page(`Sign in with ${name}`, `
    <h1>Sign in with ${name}</h1>
    <p>Local Clerk plays ${name}: choose who you are there. The app learns the name and the email address.</p>
    ${choices.join('\n')}
    <form method="post">
      <fieldset>
        <legend>Somebody else</legend>
        <label>Email address <input name="email_address" type="email" required></label>
        <label>First name <input name="first_name"></label>
        <label>Last name <input name="last_name"></label>
        <button>Continue</button>
      </fieldset>
    </form>
    <form method="post">${hidden('deny', 'true')}<button>Deny</button></form>
  `)
}

/**
 * The page in a popup that tells the app's page, which has opened it, how the sign-in ended.
 * @param origin  of Clerk's account portal, from which ClerkJS expects the message
 */
export function popupPage(message: object, origin: string, nonce: string): string {
  const literal = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')
  return page('Signed in', `
    <p>You can close this window.</p>
    <script nonce="${nonce}">
      opener.dispatchEvent(new MessageEvent('message', { origin: ${literal(origin)}, data: ${literal(message)} }))
      close()
    </script>
  `)
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Local Clerk</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body><main>${body}</main></body>
</html>`
}

const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${escape(value)}">`

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, sign => entities[sign]!)
}
