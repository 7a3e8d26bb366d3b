import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become } from './support/session.ts'
import { button } from './support/steps.ts'

const from = 'api-keys-component'

async function openAs(visit: Visit, path = '/api-keys') {
  const user = await visit.user()
  await become(visit, user)
  await visit.open(path)
  return user
}

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('button') })

async function fillKey(page: Page, name: string): Promise<void> {
  // The list has loaded.
  await page.getByText('No API keys found').or(rows(page)).first().waitFor()
  await button(page, 'Add new key').click()
  await page.getByLabel('Secret key name').fill(name)
  await button(page, 'Create key').click()
}

/** @returns the secret, which is shown once */
async function createKey(page: Page, name: string): Promise<string> {
  const created = page.waitForResponse(response =>
    response.url().includes('/api_keys') && response.request().method() === 'POST')
  await fillKey(page, name)
  const { secret } = await (await created).json() as { secret: string }
  await page.getByText(`Copy your "${name}" API Key now`).waitFor()
  await button(page, 'Copy & Close').click()
  // The form closes, which takes a moment. It would take what is meant for the next one.
  await button(page, 'Create key').waitFor({ state: 'detached' })
  return secret
}

async function createByServer({ clerk }: Visit, subject: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) await clerk.apiKeys.create({ subject, name: `Key ${number}` })
}

flows('API keys', { settings: { api_keys: true } }, ({ flow }) => {
  flow('creates keys, which are listed', from, async (visit) => {
    await openAs(visit)
    await createKey(visit.page, 'First')
    await createKey(visit.page, 'Second')
    await expect.poll(() => rows(visit.page).count()).toBe(2)
  })

  flow('copies a new key\'s secret, with which the app\'s API can be called', from, async (visit) => {
    const user = await openAs(visit)
    const { page, context } = visit
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const secret = await createKey(page, 'Copied')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
    const response = await fetch(`${visit.app.url}/api/machine?accepts=api_key`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(await response.json()).toEqual({ tokenType: 'api_key', subject: user.id })
  })

  flow('revokes a key', from, async (visit) => {
    await openAs(visit)
    const { page } = visit
    await createKey(page, 'Revoked')
    await rows(page).first().getByRole('button').last().click()
    await page.getByRole('menuitem', { name: 'Revoke key' }).click()
    await page.getByLabel('Type "Revoke" to confirm').fill('Revoke')
    await button(page.getByRole('dialog').or(page.locator('form')), 'Revoke key').click()
    await page.getByText('No API keys found').waitFor()
  })

  flow('pages through many keys', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await createByServer(visit, user.id, 11)
    await become(visit, user)
    await visit.open('/api-keys')
    await page.getByText(/Displaying 1 – 10 of 11/).waitFor()
    await button(page, /^2$/).click()
    await page.getByText(/Displaying 11 – 11 of 11/).waitFor()
    expect(await rows(page).count()).toBe(1)
  })

  flow('rejects a second key of the same name', from, async (visit) => {
    await openAs(visit)
    await createKey(visit.page, 'Twice')
    await fillKey(visit.page, 'Twice')
    await visit.page.getByText('API Key name already exists.').first().waitFor()
  })

  flow('lists keys in the profile', from, async (visit) => {
    await openAs(visit, '/user')
    await button(visit.page, 'API keys').click()
    await button(visit.page, 'Add new key').waitFor()
  })

  flow('finds a new key while the list is searched', from, async (visit) => {
    await openAs(visit)
    const { page } = visit
    await createKey(page, 'Other')
    await page.getByPlaceholder('Search keys').fill('wanted')
    await page.getByText('No API keys found').waitFor()
    await createKey(page, 'wanted key')
    await expect.poll(() => rows(page).count()).toBe(1)
    await page.getByText('wanted key').first().waitFor()
  })
})

flows('API keys switched off', {}, ({ flow }) => {
  flow('shows no keys in the profile where they are off', from, async (visit) => {
    await openAs(visit, '/user')
    await button(visit.page, 'Security').waitFor()
    expect(await button(visit.page, 'API keys').count()).toBe(0)
  })
})

flows('Machine tokens', { settings: { api_keys: true } }, ({ flow }) => {
  /** Calls the app's API as a machine does. */
  const call = ({ app }: Visit, accepts: string[], token?: string) =>
    fetch(`${app.url}/api/machine?${new URLSearchParams(accepts.map(type => ['accepts', type]))}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    })

  flow('accepts a user\'s API key', 'nuxt/machine', async (visit) => {
    const { id } = await visit.user()
    const { secret } = await visit.clerk.apiKeys.create({ subject: id, name: 'Key' })
    const response = await call(visit, ['api_key'], secret)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ tokenType: 'api_key', subject: id })
  })

  flow('rejects a request without a key, with a false one, and with a revoked one', 'nuxt/machine', async (visit) => {
    const { id } = await visit.user()
    const { id: apiKeyId, secret } = await visit.clerk.apiKeys.create({ subject: id, name: 'Key' })
    await visit.clerk.apiKeys.revoke({ apiKeyId })
    for (const token of [undefined, 'ak_invalid', 'invalid', secret]) {
      expect((await call(visit, ['api_key'], token)).status).toBe(401)
    }
  })

  flow('rejects a token of another kind', 'nuxt/machine', async (visit) => {
    for (const token of ['mt_mismatch', 'oat_mismatch']) {
      expect((await call(visit, ['api_key'], token)).status).toBe(401)
    }
    for (const token of ['ak_mismatch', 'oat_mismatch']) {
      expect((await call(visit, ['m2m_token'], token)).status).toBe(401)
    }
  })

  flow('accepts both a session and a key where the app says so', 'nuxt/machine', async (visit) => {
    const user = await visit.user()
    const { secret } = await visit.clerk.apiKeys.create({ subject: user.id, name: 'Key' })
    await become(visit, user)
    // Of the cookies of a handshake, @clerk/nuxt sends one. ClerkJS sets the token's in a page.
    await visit.open('/')
    await expectSignedIn(visit, user.id)
    const both = '/api/machine?accepts=session_token&accepts=api_key'
    expect((await visit.page.request.get('/api/machine?accepts=api_key')).status()).toBe(401)
    expect(await (await visit.page.request.get(both)).json()).toEqual({ tokenType: 'session_token', subject: user.id })
    const response = await call(visit, ['session_token', 'api_key'], secret)
    expect(await response.json()).toEqual({ tokenType: 'api_key', subject: user.id })
  })

  flow('accepts a machine\'s token', 'nuxt/machine', async (visit) => {
    const machine = await visit.clerk.machines.create({ name: 'Sender' })
    const { token } = await visit.clerk.m2m.createToken({ machineSecretKey: machine.secretKey })
    const response = await call(visit, ['m2m_token'], token)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ tokenType: 'm2m_token', subject: machine.id })
    expect((await call(visit, ['m2m_token'], 'mt_invalid')).status).toBe(401)
  })
})
