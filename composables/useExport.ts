import { todayInUTC } from '#shared/calendar'
import type { ExportQuery } from '#shared/export'
import type { RequestError } from './useErrorText'

export type ExportFormat = Pick<ExportQuery, 'format' | 'bom'>

/** Milliseconds between progress updates. */
const interval = 100

/** Downloads an export into the page to show its progress, and saves the file once it is complete. One at a time. */
export function useExport() {
  const t = useText()
  const errorText = useErrorText()
  const request = useAccountRequest()
  const { show } = useToasts()
  const inLocale = numberFormatter(useLocale().value)
  /** Rows so far. Undefined: no export is running. */
  const rows = ref<number>()
  let controller: AbortController | undefined

  async function save(query: Record<string, unknown>, format: ExportFormat): Promise<void> {
    const { signal } = controller = new AbortController()
    rows.value = 0
    try {
      const response = await request(headers => $fetch.raw('/api/admin/profiles/export', {
        query: { ...query, ...format },
        headers,
        responseType: 'stream',
        retry: 0,
        signal,
        // As a stream, an error has no message yet.
        onResponseError: async ({ response }) => {
          response._data = await new Response(response._data as ReadableStream).json().catch(() => undefined)
        },
      }))
      const { file, count } = await read(response._data as ReadableStream<Uint8Array>, format.format)
      const name = t('admin.export.file', { date: todayInUTC(), format: format.format })
      saveFile(name, new Blob(file, { type: response.headers.get('content-type')! }))
      show({ kind: 'success', text: t('admin.export.done', { rows: inLocale(count) }, count) })
    }
    catch (error) {
      const reason = explain(error as RequestError)
      if (!signal.aborted) show({ kind: 'error', text: t('admin.export.failed', { reason }) })
    }
    finally {
      rows.value = undefined
    }
  }

  /** Without an answer, the connection was lost, which fetch itself does not explain. */
  const explain = (error: RequestError) => error.data ? errorText(error) : t('admin.export.connectionLost')

  async function read(stream: ReadableStream<Uint8Array>, format: ExportFormat['format']) {
    const file: Uint8Array<ArrayBuffer>[] = []
    const countRows = rowCounter(format)
    let count = 0
    let shownAt = 0
    const reader = stream.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { file, count }
      file.push(value as Uint8Array<ArrayBuffer>)
      count = countRows(value)
      if (performance.now() - shownAt < interval) continue
      rows.value = count
      shownAt = performance.now()
    }
  }

  const cancel = () => controller?.abort()
  onBeforeUnmount(cancel)
  return { rows, save, cancel }
}
