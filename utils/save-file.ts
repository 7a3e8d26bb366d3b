/** Gives the visitor a file that was made in the page. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The browser has taken it over by then; it would keep the file's memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The name that the server gives a file. */
export const fileNameIn = (headers: Headers) => /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1]
