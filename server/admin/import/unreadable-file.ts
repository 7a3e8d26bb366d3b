/** The file cannot be read on; the message says why. */
export class UnreadableFile extends Error {}
