/**
 * A spreadsheet runs a cell that starts with one of these, of full width too, or with a tab or a carriage return.
 * https://owasp.org/www-community/attacks/CSV_Injection
 * And the import takes a text that is NULL or \N for nothing.
 */
const formula = /^'*(?:[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]|\s*(?:NULL|\\N)\s*$)/

/** An apostrophe before a text that a spreadsheet would run makes it a text. */
export const guardFormula = (text: string) => formula.test(text) ? `'${text}` : text

/** The text that was guarded. Apostrophes of its own stay: they were guarded too. */
export const unguardFormula = (text: string) => text.startsWith('\'') && formula.test(text) ? text.slice(1) : text
