/** Shows a line in the terminal. The next call overwrites it. */
export function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1B[K${line}`)
}
