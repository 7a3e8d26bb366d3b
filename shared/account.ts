/** The request header in which a page names the account that it shows: its Clerk id. */
export const accountHeader = 'addendum-user'

/** `data.code` of the 409 that a request gets where another account than the named one is signed in. */
export const otherAccount = 'other_account'
