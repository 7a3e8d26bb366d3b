import { createHash } from 'node:crypto'
import { randomNumbers } from './random.ts'

const skins = ['#f6d7c3', '#eec1a0', '#e0a983', '#c98d63', '#a96f48', '#875434', '#633b24', '#472a1b']
const hairs = ['#1d1a1c', '#2f2320', '#4a3026', '#9a9a9f', '#6d4630', '#8f6238', '#b98a4b', '#d9b777', '#7b2d26']
const clothes = ['#3d5a80', '#6d597a', '#2a9d8f', '#b56576', '#8a5a44', '#457b9d', '#588157', '#c17c3a', '#4b4e6d']

/** Hairstyles, as SVG paths: the hair behind the head, and the hair over the forehead. */
const styles: { back: string, front: string }[] = [
  { back: '', front: 'M19 27c0-9 5.5-15 13-15s13 6 13 15c-3-5-7-7-13-7s-10 2-13 7z' },
  {
    back: 'M17 29c0-11 6-18 15-18s15 7 15 18v17H17z',
    front: 'M19 28c0-9 5-15 13-15s13 6 13 15c-4-2-7-5-9-8-4 5-10 7-17 8z',
  },
  {
    back: 'M18 28c0-10 6-17 14-17s14 7 14 17c0 5-1 8-3 10H21c-2-2-3-5-3-10z',
    front: 'M19 27c1-8 6-14 13-14s12 6 13 14c-2-4-5-7-9-8l-17 8z',
  },
  {
    back: 'M32 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12z',
    front: 'M19 27c0-9 5-15 13-15s13 6 13 15c-2-5-7-8-13-8s-11 3-13 8z',
  },
  {
    back: 'M14 27a8 8 0 0 1 6-12 13 13 0 0 1 24 0 8 8 0 0 1 6 12 8 8 0 0 1-6 9H20a8 8 0 0 1-6-9z',
    front: 'M20 25c2-7 6-10 12-10s10 3 12 10c-4-3-8-4-12-4s-8 1-12 4z',
  },
  { back: '', front: 'M19 24c1-8 6-12 13-12s12 4 13 12l-2-3H21z' },
  { back: '', front: '' },
]

const beardPath = 'M20.5 31c1 9 5 13 11.5 13s10.5-4 11.5-13c-2 3-5 4-11.5 4s-9.5-1-11.5-4z'
const glassesGroup = [
  '<g fill="none" stroke="#2b2b33" stroke-width="1.1">',
  '<circle cx="27" cy="29" r="4"/>',
  '<circle cx="37" cy="29" r="4"/>',
  '<path d="M31 29h2"/>',
  '</g>',
].join('')

/** Draws a portrait as SVG: always the same one for an id. */
export function portrait(id: string): string {
  const random = randomNumbers(createHash('sha256').update(id).digest().readInt32BE())
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  const skin = pick(skins)
  // The last hair colors are the fair ones, which only go with fair skin.
  const hair = pick(skins.indexOf(skin) < 3 ? hairs : hairs.slice(0, 4))
  const [cloth, style] = [pick(clothes), pick(styles)]
  const background = `hsl(${Math.floor(random() * 360)} 42% 82%)`
  const glasses = random() < 0.25
  const beard = style.back === '' && random() < 0.45
  const smile = pick(['M27 37q5 4 10 0', 'M28 37.5q4 2.5 8 0', 'M28 38h8'])
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">',
    `<rect width="64" height="64" fill="${background}"/>`,
    `<path d="${style.back}" fill="${hair}"/>`,
    `<path d="M10 64c1-11 9-16 22-16s21 5 22 16z" fill="${cloth}"/>`,
    `<path d="M27 38h10v9a5 5 0 0 1-10 0z" fill="${skin}"/><path d="M27 42q5 4 10 0v2q-5 4-10 0z" opacity=".15"/>`,
    `<ellipse cx="32" cy="29.5" rx="12" ry="14" fill="${skin}"/>`,
    beard ? `<path d="${beardPath}" fill="${hair}"/>` : '',
    `<path d="${style.front}" fill="${hair}"/>`,
    `<g fill="#fff"><ellipse cx="27" cy="29" rx="2.4" ry="1.8"/><ellipse cx="37" cy="29" rx="2.4" ry="1.8"/></g>`,
    `<g fill="#23191a"><circle cx="27" cy="29" r="1.3"/><circle cx="37" cy="29" r="1.3"/></g>`,
    `<path d="${smile}" fill="none" stroke="${beard ? '#fff' : '#8a3b34'}" stroke-width="1.4" stroke-linecap="round"/>`,
    glasses ? glassesGroup : '',
    '</svg>',
  ].join('')
}
