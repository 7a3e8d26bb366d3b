import type { Page } from 'playwright-core'
import english from '../../i18n/locales/en.json' with { type: 'json' }
import type { Messages } from '../../modules/languages/messages.ts'
import { fieldNames, metaOf } from '../../shared/profile.ts'

const formsIn = (messages: Messages): string[] =>
  Object.values(messages).flatMap(value => typeof value === 'string' ? value.split(' | ') : formsIn(value))

const parameter = /\{\w+\}/g

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A text that is the message, with a value for each of its parameters. */
const patternOf = (message: string) => new RegExp(`^${message.split(parameter).map(escape).join('.+')}$`, 's')

/** English texts that are not the same in another language. A message with parameters needs a word beside them. */
function foreignTo(messages: Messages): RegExp[] {
  const own = new Set(formsIn(messages))
  const texts = [...formsIn(english), ...fieldNames.flatMap(field => [metaOf(field).label, metaOf(field).help ?? ''])]
  const isTelling = (text: string) => !text.includes('{') || /\p{L}{4}/u.test(text.replaceAll(parameter, ' '))
  return texts.filter(text => text !== '' && !own.has(text) && isTelling(text)).map(patternOf)
}

/** The texts of a page that are English messages, where `messages` has them in the page's language. */
export async function englishTexts(page: Page, messages: Messages): Promise<string[]> {
  const texts = await page.evaluate(() => {
    // Names, and what a file may say, are no messages.
    const elements = [...document.querySelectorAll('title, body *:not(script, style, noscript, template, code, bdi)')]
    const attributes = ['aria-label', 'aria-valuetext', 'alt', 'title', 'placeholder', 'data-label']
    return elements.flatMap(element => [
      element.textContent,
      ...[...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.textContent),
      ...attributes.map(name => element.getAttribute(name)),
    ])
  })
  const seen = new Set(texts.map(text => text?.replaceAll(/\s+/g, ' ').trim() ?? ''))
  const foreign = foreignTo(messages)
  return [...seen].filter(text => foreign.some(pattern => pattern.test(text)))
}
