import { ClerkProvider } from '@clerk/tanstack-react-start'
import { createRootRoute, HeadContent, Outlet, Scripts } from '@tanstack/react-router'
import style from '../style.css?url'

export const Route = createRootRoute({
  head: () => ({
    meta: [
      { charSet: 'utf-8' },
      { name: 'viewport', content: 'width=device-width, initial-scale=1' },
      { title: 'Your profile' },
    ],
    links: [{ rel: 'stylesheet', href: style }],
  }),
  component: App,
})

function App() {
  return (
    <html lang="en">
      <head>
        <HeadContent />
      </head>
      <body>
        <ClerkProvider>
          <Outlet />
        </ClerkProvider>
        <Scripts />
      </body>
    </html>
  )
}
