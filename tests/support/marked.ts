import type { Page } from 'playwright-core'
import { countryCodes } from '../../shared/country-codes.ts'
import { fieldNames, metaOf } from '../../shared/profile.ts'
import { countryNamesIn } from '../../utils/countries.ts'
import { monthNames } from '../../utils/formats.ts'

/** What a page may show beside its messages: names, and what Intl formats. */
const known = [
  'Addendum',
  'Clerk',
  'MongoDB',
  // The seeded users and their texts.
  'Ada Baker',
  'Liam Tremblay',
  'Mia Schmidt',
  'Alex Admin',
  'Coffee enthusiast.',
  'Loves to read.',
  'Student and coder.',
  // The schema names the fields in English, where a language does not.
  ...fieldNames.flatMap(field => [metaOf(field).label, metaOf(field).help ?? '']),
  ...Object.values(countryNamesIn('en', countryCodes)),
  ...monthNames('en'),
  ...monthNames('en').map(name => name.slice(0, 3)),
  'Sept',
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  ...['AM', 'PM', 'am', 'pm'],
  'UTC',
  'and',
].filter(Boolean).toSorted((a, b) => b.length - a.length)

/**
 * The texts of a page in the marked language that are no messages: in English whatever the language is.
 * Ids, addresses and commands are in `<code>` or `<bdi>`, or written from left to right in any language.
 */
export async function unmarkedTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [document.title]
    const foreign = 'script, style, noscript, code, bdi, [lang]:not(html), [dir=ltr]:not(html), [class*="cl-"]'
    const isOwn = (element: Element) => !element.closest(foreign)
    for (const element of document.body.querySelectorAll('*')) {
      if (!isOwn(element)) continue
      for (const name of ['aria-label', 'alt', 'title', 'placeholder']) found.push(element.getAttribute(name) ?? '')
    }
    // A message may go on in several nodes, around a link or a name.
    let depth = 0
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (nodes.nextNode()) {
      const { textContent, parentElement } = nodes.currentNode
      if (parentElement!.closest('script, style, noscript')) continue
      for (const part of textContent!.split(/([⟦⟧])/)) {
        if (part === '⟦') depth++
        else if (part === '⟧') depth--
        else if (depth === 0 && isOwn(parentElement!)) found.push(part)
      }
    }
    return found
  })
  const rest = (text: string) => {
    let left = text.replaceAll(/\b(user|svix|msg|evt)_\w+|[\w.+-]+@[\w.-]+/g, ' ')
    // Messages may hold other messages.
    for (let before = ''; before !== left;) [before, left] = [left, left.replaceAll(/⟦[^⟦⟧]*⟧/g, ' ')]
    for (const name of known) left = left.replaceAll(name, ' ')
    return left
  }
  return [...new Set(texts.filter(text => /\p{L}{2}/u.test(rest(text))).map(text => text.trim()))]
}
