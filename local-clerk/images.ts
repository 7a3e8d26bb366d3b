import { createHash } from 'node:crypto'
import type { UserJSON } from '@clerk/backend'
import { defineEventHandler, setResponseHeader } from 'h3'
import { errors } from './errors.ts'
import type { OrganizationParts } from './organizations/index.ts'
import { portrait } from './portrait.ts'
import type { StoredImages } from './stored-images.ts'
import type { Users } from './users.ts'

/** The types of pictures that a user can upload. */
export const isImage = (type = '') => /^image\/(png|jpeg|gif|webp)$/.test(type)

interface Parts {
  images: StoredImages
  users: Users
  organizations: OrganizationParts
}

/**
 * Serves the image of a user or an organization at `/<id>`: the uploaded one, a drawn portrait of a user, or the
 * initials.
 */
export function imageHandler({ images, users, organizations }: Parts) {
  return defineEventHandler((event) => {
    const id = event.path.split('?')[0]!.slice(1)
    const uploaded = images.find(id)
    setResponseHeader(event, 'content-type', uploaded?.type ?? 'image/svg+xml')
    setResponseHeader(event, 'content-security-policy', `default-src 'none'; style-src 'unsafe-inline'`)
    if (uploaded) return Buffer.from(uploaded.bytes)
    const organization = organizations.find(id)
    if (organization) return initialsImage(id, organization.name[0]!)
    const user = users.find(id)
    if (!user) throw errors.notFound('image')
    return user.has_image ? portrait(id) : initialsImage(id, initialsOf(user))
  })
}

/** A default picture for those without one: their initials on a color derived from their id. */
function initialsImage(id: string, initials: string): string {
  const hue = createHash('sha256').update(id).digest().readUInt16BE() % 360
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">',
    `<rect width="64" height="64" fill="hsl(${hue} 45% 42%)"/>`,
    '<text x="32" y="33" font-family="system-ui,sans-serif" font-size="26" fill="#fff" text-anchor="middle"',
    ` dominant-baseline="central">${initials.toUpperCase().replaceAll(/[<>&"']/g, '')}</text>`,
    '</svg>',
  ].join('')
}

function initialsOf(user: UserJSON): string {
  const fromName = [user.first_name, user.last_name].map(name => name?.[0] ?? '').join('')
  const fallback = user.username ?? user.email_addresses[0]?.email_address ?? '?'
  return fromName || fallback[0]!
}
