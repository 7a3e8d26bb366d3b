/**
 * A spreadsheet runs a cell that starts with one of these characters (also in full width), a tab or a carriage return:
 * https://owasp.org/www-community/attacks/CSV_Injection
 * The import reads the texts NULL and \N as empty, so they need the guard too.
 */
const formula = /^'*(?:[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]|\s*(?:NULL|\\N)\s*$)/

/** Adds the apostrophe that makes a spreadsheet show a formula as text. */
export const guardFormula = (text: string) => formula.test(text) ? `'${text}` : text

/** Removes the guard. The text's own apostrophes stay, because the export guards them too. */
export const unguardFormula = (text: string) => text.startsWith('\'') && formula.test(text) ? text.slice(1) : text
