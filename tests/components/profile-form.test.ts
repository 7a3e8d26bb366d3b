import type { VueWrapper } from '@vue/test-utils'
import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { getRequestHeader, readBody, setResponseHeader, setResponseStatus } from 'h3'
import type { H3Event } from 'h3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import AboutYou from '../../components/profile/AboutYou.vue'
import { emptyProfile } from '../../shared/profile'
import type { ProfileEdit, ProfileView } from '../../shared/profile'

/** The API's part: what is stored, and its version. */
let stored: ProfileView
let version: number
let saves: { edit: ProfileEdit, ifMatch?: string }[]
let failure: { statusCode: number, message: string, data?: unknown } | undefined
let form: VueWrapper

registerEndpoint('/api/me', (event: H3Event) => {
  setResponseHeader(event, 'etag', `"${version}"`)
  return { identity: { clerk_id: 'user_1', name: null, email: null, picture: null, isAdmin: false }, profile: stored }
})
registerEndpoint('/api/me', {
  method: 'PATCH',
  handler: async (event: H3Event) => {
    const edit: ProfileEdit = await readBody(event)
    const ifMatch = getRequestHeader(event, 'if-match')
    saves.push({ edit, ifMatch })
    const error = ifMatch === `"${version}"` ? failure : { statusCode: 412, message: 'Changed' }
    if (error) {
      setResponseStatus(event, error.statusCode)
      return error
    }
    stored = { ...stored, ...edit }
    version++
    setResponseHeader(event, 'etag', `"${version}"`)
    return stored
  },
})

async function open() {
  form = await mountSuspended(AboutYou, { attachTo: document.body })
  await expect.poll(() => bio().element.value).not.toBe('')
}
const bio = () => form.get('textarea')
const part = (name: string) => form.findAll('label').find(label => label.text() === name)!.get('input')
const button = (name: string) => form.findAll('button').find(each => each.text() === name)!
const alerts = () => form.findAll('[role=alert]').map(alert => alert.text()).join(' ')

beforeEach(() => {
  stored = { ...emptyProfile(), birthday: '1990-05-12', country: 'US', bio: 'Coffee' }
  version = 1
  saves = []
  failure = undefined
})
afterEach(() => {
  form.unmount()
  sessionStorage.clear()
  clearNuxtData()
})

describe('the profile form', () => {
  it('saves only what changed, over the version that it loaded', async () => {
    await open()
    expect(button('Save').attributes('disabled')).toBeDefined()
    await bio().setValue('Tea')
    await form.get('form').trigger('submit')
    await expect.poll(() => saves).toEqual([{ edit: { bio: 'Tea' }, ifMatch: '"1"' }])
    await expect.poll(() => button('Save').attributes('disabled')).toBeDefined()
  })

  it('clears a field with null', async () => {
    await open()
    await form.get('[aria-label="Clear bio"]').trigger('click')
    await form.get('form').trigger('submit')
    await expect.poll(() => saves.map(({ edit }) => edit)).toEqual([{ bio: null }])
  })

  it('keeps an impossible date in the form, names it, and saves nothing', async () => {
    await open()
    await part('Month').setValue('13')
    await form.get('form').trigger('submit')
    await expect.poll(() => form.text()).toContain('Enter a date that exists')
    expect(document.activeElement?.getAttribute('aria-invalid')).toBe('true')
    expect(saves).toEqual([])
  })

  it('shows the server\'s message at its field', async () => {
    const issue = { path: 'bio', code: 'rude', message: 'Too rude', params: {} }
    failure = { statusCode: 422, message: 'Invalid', data: { issues: [issue] } }
    await open()
    await bio().setValue('Rude')
    await form.get('form').trigger('submit')
    await expect.poll(() => form.text()).toContain('Too rude')
    expect(bio().attributes('aria-invalid')).toBe('true')
  })

  it('keeps what was typed when a save fails, and saves it on a retry', async () => {
    failure = { statusCode: 503, message: 'The database is unavailable' }
    await open()
    await bio().setValue('Tea')
    await form.get('form').trigger('submit')
    await expect.poll(alerts).toContain('The database is unavailable')
    expect(bio().element.value).toBe('Tea')
    failure = undefined
    await form.get('form').trigger('submit')
    await expect.poll(() => stored.bio).toBe('Tea')
  })

  it('restores unsaved text after a reload, and discards it on demand', async () => {
    await open()
    await bio().setValue('Half a thought')
    form.unmount()
    clearNuxtData()
    await open()
    await expect.poll(() => bio().element.value).toBe('Half a thought')
    expect(form.text()).toContain('Your unsaved changes were restored')
    await expect.poll(() => part('Year').element.value).toBe('1990')
    await button('Discard changes').trigger('click')
    expect(bio().element.value).toBe('Coffee')
    expect(sessionStorage.length).toBe(0)
  })

  it('detects a save elsewhere, and merges what both sides changed', async () => {
    await open()
    await bio().setValue('Mine')
    stored = { ...stored, country: 'CA', bio: 'Theirs' }
    version = 2
    await form.get('form').trigger('submit')
    await expect.poll(() => form.findAll('fieldset').some(each => each.text().includes('Theirs'))).toBe(true)
    expect(form.findAll('fieldset').some(each => each.text().includes('Mine'))).toBe(true)
    await button('Save these choices').trigger('click')
    await expect.poll(() => stored).toMatchObject({ country: 'CA', bio: 'Mine' })
  })
})
