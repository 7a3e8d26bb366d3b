/** The request header with which a page names the account that it shows, by Clerk id. */
export const accountHeader = 'addendum-user'

/** `data.code` of the 409 response when the signed-in account is not the one that the request names. */
export const otherAccount = 'other_account'
