/**
 * Whether nobody is signed in, of `useAuth().isSignedIn`. In the browser it is undefined while ClerkJS changes the
 * session: it goes to the page it was asked for first, and knows the session when it has arrived. Who comes from
 * a sign-in must not be sent back to it.
 */
export const isSignedOut = (isSignedIn: boolean | undefined) => import.meta.server ? !isSignedIn : isSignedIn === false
