import { InvalidProfile, ProfileGone } from '@addendum/sync/mongodb'
import { fields, store } from './sync'

export interface Saved {
  /** For the user. */
  message: string
  /** The account that the form was for: what follows is for no other. */
  clerk_id: string | null
  /** That account is no longer signed in, or was deleted, so the form cannot be sent again. */
  refused?: true
  /** What is wrong, by field. */
  errors?: Record<string, string>
  /** What was submitted, if it was not saved. */
  values?: Record<string, string | null>
}

/** Saves the profile form for the signed-in user. An empty field is cleared. */
export async function saveProfile(userId: string | null, form: FormData): Promise<Saved> {
  // Browsers send line breaks as CRLF.
  const valueOf = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n') || null
  const values = Object.fromEntries(Object.keys(fields).map(name => [name, valueOf(name)]))
  const clerk_id = valueOf('clerk_id')
  // Since the page was loaded, another user may have signed in in another tab.
  if (!userId || clerk_id !== userId) {
    const message = 'Not saved: this form belongs to another account. Copy your text, then open the page again.'
    return { message, clerk_id, refused: true, values }
  }
  try {
    await store.editProfile(userId, values)
    return { message: 'Saved', clerk_id }
  }
  catch (error) {
    if (error instanceof InvalidProfile) {
      return { message: 'Not saved: some fields are invalid.', clerk_id, errors: error.fields, values }
    }
    if (error instanceof ProfileGone) {
      return { message: 'Not saved: this account was deleted.', clerk_id, refused: true, values }
    }
    console.error(error)
    return { message: 'Not saved: the database did not respond. Try again.', clerk_id, values }
  }
}
