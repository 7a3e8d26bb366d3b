import { baseCompile } from '@intlify/message-compiler'

export interface Messages { [key: string]: string | Messages }

/** The code of the language whose messages are marked. Intl formats for it as for English. */
export const marked = 'en-XA'

const mapMessages = (messages: Messages, map: (message: string) => unknown): object =>
  Object.fromEntries(Object.entries(messages).map(([key, value]) => [
    key,
    typeof value === 'string' ? map(value) : mapMessages(value, map),
  ]))

/** Puts brackets around each message, and around each of its plural forms. */
export const markMessages = (messages: Messages) =>
  mapMessages(messages, message => message.split(' | ').map(form => `⟦${form}⟧`).join(' | ')) as Messages

/**
 * Compiles the messages that have parameters or forms, so that browsers load no compiler.
 * @throws SyntaxError that names the message
 */
export const compileMessages = (messages: Messages) =>
  mapMessages(messages, message => /[{}@|]/.test(message) ? compile(message) : message)

function compile(message: string): object {
  const onError = (error: Error) => {
    throw new SyntaxError(`${error.message} in “${message}”`)
  }
  return baseCompile(message, { jit: true, location: false, onError }).ast
}
