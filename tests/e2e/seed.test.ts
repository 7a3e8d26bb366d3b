import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { apiUser } from '../support/api.ts'
import { useApp } from '../support/people.ts'

const run = promisify(execFile)
const app = useApp()
// Without this process's environment, where consola logs little.
const seed = (...args: string[]) =>
  run('node', ['scripts/seed.ts', '--url', app.server.url, ...args], { env: { PATH: process.env.PATH } })
const profiles = () =>
  app.stored.profiles.find({ clerk_id: /^user_seed/ }, { projection: { _id: 0 }, sort: { clerk_id: 1 } }).toArray()

describe('npm run seed', () => {
  it('fills the app with users by webhook, with the gaps, members and deletions of a real one', async () => {
    const { stdout } = await seed('300')
    expect(stdout).toMatch(/\d+ users after/)
    const rows = await profiles()
    expect(rows).toHaveLength(300)
    const living = rows.filter(({ deleted_at }) => !deleted_at)
    expect(living.length).toBeGreaterThan(285)
    expect(living.length).toBeLessThan(300)
    expect(await app.stored.deliveries.countDocuments({ clerk_id: /^user_seed/, outcome: 'applied' })).toBe(
      300 + rows.length - living.length,
    )
    const share = (holds: (row: (typeof living)[number]) => boolean) => living.filter(holds).length / living.length
    expect(share(({ visibility }) => visibility === 'public')).toBeCloseTo(1 / 7, 1)
    for (const field of ['birthday', 'country', 'bio'] as const) {
      expect(share(row => Boolean(row[field]))).toBeGreaterThan(0.4)
      expect(share(row => Boolean(row[field]))).toBeLessThan(0.95)
    }
    expect(new Set(living.map(({ country }) => country)).size).toBeGreaterThan(20)
  })

  it('gives them names and drawn pictures', async () => {
    const admin = await apiUser(app.server, 'admin')
    const { people } = (await admin.get('/api/profiles?limit=20')).body
    expect(people).toHaveLength(20)
    for (const { name, picture } of people) {
      expect(name).toMatch(/^\S+ .+/)
      const response = await fetch(new URL(picture, app.server.url))
      expect(response.headers.get('content-type')).toBe('image/svg+xml')
      expect(await response.text()).toMatch(/^<svg[\s\S]*<\/svg>$/)
    }
  })

  it('changes nothing when it runs again, not even fields that were edited since', async () => {
    const { clerk_id } = (await app.stored.profiles.findOne({ visibility: 'public' }))!
    await app.stored.profiles.updateOne({ clerk_id }, { $set: { visibility: 'private' } })
    const [before, deliveries] = [await profiles(), await app.stored.deliveries.countDocuments()]
    await seed('300')
    expect(await profiles()).toEqual(before)
    expect(await app.stored.deliveries.countDocuments()).toBe(deliveries)
  })

  it('creates the same users for every count', async () => {
    const before = await profiles()
    await seed('320')
    const after = await profiles()
    expect(after).toHaveLength(320)
    expect(after.slice(0, 300)).toEqual(before)
  })

  it('explains an invalid count and a missing app', async () => {
    for (const wrong of ['0', '2.5', 'many', '1000001']) {
      await expect(seed(wrong)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Give a whole number'),
      })
    }
    await expect(seed('--url', 'http://localhost:9')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run dev'),
    })
  })
})
