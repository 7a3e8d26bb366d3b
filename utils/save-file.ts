/** Downloads a file that the page has created. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // By then the download has started. Without this, the file stays in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
