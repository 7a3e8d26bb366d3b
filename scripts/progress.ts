/** Shows one line in a terminal, and takes its place with the next one. */
export function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1B[K${line}`)
}
