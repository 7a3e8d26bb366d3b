import type { DateFormat } from '#shared/date-formats'
import type { Encoding } from '#shared/file-kind'
import { maxPieceBytes } from '#shared/import'
import type { BadRow, DateTally } from '#shared/import'

/**
 * idle      no file is chosen
 * checking  a pass that writes nothing; where it finds another format of dates than it began with, once more
 * checked   what an import would do is known, and what has to be asked first
 * importing a pass that writes
 * paused    either pass was stopped, or an import of this file was left unfinished in an earlier visit
 * done      all is imported
 * failed    either pass has stopped by itself
 */
export type ImportState = 'idle' | 'checking' | 'checked' | 'importing' | 'paused' | 'done' | 'failed'

/** An import that was not finished, and of what file. */
interface Kept {
  file: string
  run: ImportRun
}

const pieceBytes = 256 * 1024
/** Bad rows that are kept to be listed and downloaded; all are counted. */
const keptBadRows = 100_000
const identify = ({ name, size, lastModified }: File) => [name, size, lastModified].join()

/**
 * Imports a CSV or NDJSON file, piece by piece: first a check, then, when it is asked for, the import. After a failure
 * it goes on where it stopped, and so it does when the page was left and the same file is chosen again.
 */
export function useImport() {
  const account = useAccount().value.id
  const send = useImportRequest()
  const kept = useKept<Kept>(() => `import:${account}`)
  const state = ref<ImportState>('idle')
  const file = shallowRef<File>()
  const run = ref<ImportRun>()
  const badRows = shallowRef<BadRow[]>([])
  const failure = ref<ImportFailure>()
  /** The import was left in an earlier visit. */
  const wasLeft = ref(false)
  const create = ref(false)
  /** Found when the file is checked first. */
  const encoding = ref<Encoding>()
  /** Somebody has looked at the samples. */
  const isEncodingRight = ref(false)
  /** Of the whole file, since it was checked first. */
  const dates = shallowRef<DateTally>()
  /** What the admin chose. */
  const dateFormat = ref<DateFormat>()
  let controller: AbortController | undefined

  const asksForFormat = computed(() => Boolean(dates.value && dateFormatOf(dates.value).isAsked) && !dateFormat.value)
  /** Without a sample the encoding says nothing that would be stored. */
  const asksForEncoding = computed(() => Boolean(run.value?.samples.length) && !isEncodingRight.value)
  const isWorking = computed(() => state.value === 'checking' || state.value === 'importing')
  const usedFormat = () => dateFormat.value ?? (dates.value && dateFormatOf(dates.value).format)

  function choose(chosen: File): void {
    clear()
    file.value = chosen
    const found = kept.read()
    if (found?.file !== identify(chosen)) return void start(true)
    wasLeft.value = true
    // It may have been left before an update of the app.
    run.value = { ...newRun({ dryRun: false, create: false }), ...found.run }
    create.value = run.value.create
    state.value = 'paused'
  }

  /** From the first line. */
  function start(dryRun: boolean): Promise<void> {
    run.value = newRun({ dryRun, create: create.value, encoding: encoding.value, dateFormat: usedFormat() })
    badRows.value = []
    return goOn()
  }

  /** Goes on where the last pass, or an import that was left, has stopped. */
  async function goOn(): Promise<void> {
    controller?.abort()
    const { signal } = controller = new AbortController()
    const [source, pass] = [file.value!, run.value!]
    state.value = pass.dryRun ? 'checking' : 'importing'
    failure.value = undefined
    wasLeft.value = false
    try {
      if (pass.offset === 0) pass.encoding = encoding.value ??= await encodingOfFile(source, signal)
      await sendAll(source, pass, signal)
    }
    catch (error) {
      // Whoever stopped it knows the state.
      if (signal.aborted) return
      failure.value = explainImport(error as Error)
      state.value = 'failed'
      return
    }
    if (pass.dryRun) return finishCheck(pass)
    kept.forget()
    state.value = 'done'
  }

  async function sendAll(source: File, pass: ImportRun, signal: AbortSignal): Promise<void> {
    let size = pieceBytes
    while (pass.offset < source.size) {
      const piece = source.slice(pass.offset, pass.offset + size)
      // Read first: a file that has changed since is told from a server that is away.
      const body = await piece.arrayBuffer()
      const answer = await send(body, queryOf(pass, pass.offset + piece.size === source.size), signal)
      // Where not one row is whole, more is needed.
      size = answer.bytes === 0 ? Math.min(4 * size, maxPieceBytes) : pieceBytes
      addAnswer(pass, answer)
      badRows.value = badRows.value.concat(answer.invalid).slice(0, keptBadRows)
      if (!pass.dryRun) kept.keep({ file: identify(source), run: pass })
    }
  }

  /** Each piece was read by what its own dates fit; where the whole file's fit another format, all are by that. */
  function finishCheck(pass: ImportRun): Promise<void> | void {
    dates.value = pass.dates
    const isOther = pass.readBy.some(format => format !== usedFormat())
    if (isOther && !asksForFormat.value) return start(true)
    state.value = 'checked'
  }

  function stop(): void {
    controller?.abort()
    if (isWorking.value) state.value = 'paused'
  }

  function clear(): void {
    controller?.abort()
    state.value = 'idle'
    file.value = run.value = failure.value = encoding.value = dates.value = dateFormat.value = undefined
    wasLeft.value = isEncodingRight.value = false
    badRows.value = []
  }

  /** Forgets the file, and where its import has stopped. What was imported stays. */
  function reset(): void {
    if (run.value && !run.value.dryRun) kept.forget()
    clear()
  }

  // Who may be made, and what a date says, is a part of what is checked.
  watch([create, dateFormat], () => {
    if (file.value && run.value?.dryRun) void start(true)
  })
  onBeforeUnmount(() => controller?.abort())

  return {
    state, isWorking, file, run, badRows, failure, wasLeft, create, dates, dateFormat, isEncodingRight,
    asksForFormat, asksForEncoding, choose, start, goOn, stop, reset,
  }
}
