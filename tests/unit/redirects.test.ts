import { expect, it } from 'vitest'
import { safePath } from '../../utils/redirects.ts'

it.each(['/', '/people?country=CA#top', '/a//b', '/profile?next=https://evil.example'])(
  'follows a path of the app: %s',
  (path) => {
    expect(safePath(path)).toBe(path)
  },
)

it.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'people',
  '',
  undefined,
  null,
  ['/people'],
])('does not follow an address that could lead elsewhere: %j', (value) => {
  expect(safePath(value)).toBeUndefined()
})
