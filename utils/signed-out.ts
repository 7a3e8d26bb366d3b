/**
 * Whether the visitor is signed out, by `useAuth().isSignedIn`. In the browser that is undefined while ClerkJS changes
 * the session: it navigates before it knows the new one. A user who has just signed in must not be sent back to
 * sign in.
 */
export const isSignedOut = (isSignedIn: boolean | undefined) => import.meta.server ? !isSignedIn : isSignedIn === false
