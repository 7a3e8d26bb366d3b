import type { ReactNode } from 'react'
import type { Saved } from './save-profile'

interface Props {
  userId: string
  profile: Record<string, string | null>
  /** The answer to the last submission. */
  saved?: Saved
}

/** The inputs of the profile form, with what was submitted if it was not saved. */
export function ProfileFields({ userId, profile, saved }: Props) {
  const attributes = (name: string) => ({
    'id': name,
    name,
    'defaultValue': (saved?.values ?? profile)[name] ?? '',
    'aria-invalid': Boolean(saved?.errors?.[name]),
    'aria-describedby': `${name}-error`,
  })
  const field = (name: string, label: string, input: ReactNode) => (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      {input}
      <p id={`${name}-error`} className="error">{saved?.errors?.[name]}</p>
    </div>
  )
  return (
    <>
      <input type="hidden" name="clerk_id" value={userId} />
      {field('birthday', 'Birthday', <input type="date" {...attributes('birthday')} />)}
      {field('country', 'Country (two letters)', <input maxLength={2} {...attributes('country')} />)}
      {field('bio', 'Bio', <textarea rows={4} maxLength={500} {...attributes('bio')} />)}
    </>
  )
}
