import type english from '../i18n/locales/en.json'

type KeysOf<Messages> = {
  [Key in keyof Messages & string]: Messages[Key] extends string ? Key : `${Key}.${KeysOf<Messages[Key]>}`
}[keyof Messages & string]

/** The key of a message in i18n/locales. */
export type MessageKey = KeysOf<typeof english>

/** @param count  chooses the form of the message */
export type Translate = (key: MessageKey, parameters?: Record<string, string>, count?: number) => string

/** What a text is written with: the messages in the page's language, and the visitor's locale. */
export interface Wording {
  t: Translate
  locale: string
}
