import type { DateFormat } from '#shared/date-formats'
import type { Encoding } from '#shared/file-kind'
import type { BadRow, DateTally } from '#shared/answers'
import type { ImportFailure } from '~/utils/import-failure'
import type { ImportRun } from '~/utils/import-run'

/** The chosen file, and what its first check found out. */
interface Source {
  file: File
  encoding?: Encoding
  /** Counted over the whole file. */
  dates?: DateTally
}

/** One pass over the file: a check, which writes nothing, or an import. `run.dryRun` tells which. */
export interface ImportPass {
  source: Source
  run: ImportRun
  /** Rejected rows to list and download. `run.invalid` counts all of them. */
  rejected: BadRow[]
}

export type ImportState
  = | { kind: 'idle' }
  /** A check runs. It runs again where the whole file has another date format than its first pieces. */
    | { kind: 'checking', pass: ImportPass }
  /** The check is complete, and the admin may have questions to answer. */
    | { kind: 'checked', pass: ImportPass }
    | { kind: 'importing', pass: ImportPass }
  /** The admin stopped a pass, or left an import unfinished in an earlier visit. */
    | { kind: 'paused', pass: ImportPass, isFromEarlierVisit: boolean }
    | { kind: 'done', pass: ImportPass }
  /** A check or an import stopped by itself. */
    | { kind: 'failed', pass: ImportPass, failure: ImportFailure }

/** An unfinished import, stored until it is complete. */
interface Unfinished {
  file: string
  run: ImportRun
}

/** Rejected rows that are kept in memory. */
const maxRejected = 100_000
const identify = ({ name, size, lastModified }: File) => [name, size, lastModified].join()

/**
 * Imports a CSV or NDJSON file: first a check, then, on demand, the import. A failed pass resumes where it stopped. So
 * does an import after a reload, once the same file is chosen again.
 */
export function useImport() {
  const texts = { t: useText(), errorText: useErrorText() }
  const send = useImportRequest()
  const unfinished = useStored<Unfinished>('localStorage', `import:${useAccount().value.id}`)
  const state = shallowRef<ImportState>({ kind: 'idle' })
  const options = reactive<{ create: boolean, dateFormat?: DateFormat }>({ create: false })
  const isEncodingConfirmed = ref(false)
  let controller: AbortController | undefined

  const pass = computed(() => state.value.kind === 'idle' ? undefined : state.value.pass)
  const isWorking = computed(() => state.value.kind === 'checking' || state.value.kind === 'importing')
  const needsDateFormat = computed(() => {
    const dates = pass.value?.source.dates
    return dates !== undefined && dateFormatOf(dates).isAsked && !options.dateFormat
  })
  /** Without samples, nothing that would be stored depends on the encoding. */
  const needsEncoding = computed(() => Boolean(pass.value?.run.samples.length) && !isEncodingConfirmed.value)

  /** Both options are part of what is checked. */
  const create = computed({
    get: () => options.create,
    set: (value) => {
      options.create = value
      checkAgain()
    },
  })
  const dateFormat = computed({
    get: () => options.dateFormat,
    set: (value) => {
      options.dateFormat = value
      checkAgain()
    },
  })

  const passOver = (source: Source, run: ImportRun): ImportPass =>
    shallowReactive({ source, run: reactive(run), rejected: [] })
  const formatFor = ({ dates }: Source) => options.dateFormat ?? (dates && dateFormatOf(dates).format)

  function choose(file: File): void {
    clear()
    const source: Source = shallowReactive({ file })
    const found = unfinished.read()
    if (found?.file !== identify(file)) return void start(source, true)
    // Defaults first: an earlier version of the app may have stored the run.
    const run = { ...newRun({ dryRun: false, create: false }), ...found.run }
    options.create = run.create
    state.value = { kind: 'paused', pass: passOver(source, run), isFromEarlierVisit: true }
  }

  /** Runs a pass from the first line. */
  function start(source: Source, dryRun: boolean): Promise<void> {
    const { create } = options
    const run = newRun({ dryRun, create, encoding: source.encoding, dateFormat: formatFor(source) })
    return proceed(passOver(source, run))
  }

  async function proceed(pass: ImportPass): Promise<void> {
    controller?.abort()
    const { signal } = controller = new AbortController()
    const { source, run } = pass
    state.value = { kind: run.dryRun ? 'checking' : 'importing', pass }
    try {
      if (run.offset === 0) run.encoding = source.encoding ??= await encodingOfFile(source.file, signal)
      for await (const answer of send(source.file, run, signal)) {
        addAnswer(run, answer)
        pass.rejected = pass.rejected.concat(answer.invalid).slice(0, maxRejected)
        if (!run.dryRun) unfinished.write({ file: identify(source.file), run })
      }
    }
    catch (error) {
      // Whatever aborted the pass has set the next state.
      if (!signal.aborted) state.value = { kind: 'failed', pass, failure: explainImport(error as ImportError, texts) }
      return
    }
    if (run.dryRun) return finishCheck(pass)
    unfinished.remove()
    state.value = { kind: 'done', pass }
  }

  /** Each piece was read by the format that fits its own dates. The whole file may need another. */
  function finishCheck(pass: ImportPass): Promise<void> | void {
    const { source, run } = pass
    source.dates = run.dates
    const isReadOtherwise = run.readBy.some(format => format !== formatFor(source))
    if (isReadOtherwise && !needsDateFormat.value) return start(source, true)
    state.value = { kind: 'checked', pass }
  }

  function checkAgain(): void {
    if (pass.value?.run.dryRun) void start(pass.value.source, true)
  }

  function pause(): void {
    controller?.abort()
    if (pass.value && isWorking.value) state.value = { kind: 'paused', pass: pass.value, isFromEarlierVisit: false }
  }

  function clear(): void {
    controller?.abort()
    state.value = { kind: 'idle' }
    options.dateFormat = undefined
    isEncodingConfirmed.value = false
  }

  /** Forgets the file and where its import stopped. Imported rows stay. */
  function reset(): void {
    if (pass.value && !pass.value.run.dryRun) unfinished.remove()
    clear()
  }

  onBeforeUnmount(() => controller?.abort())

  return {
    state, pass, isWorking, needsDateFormat, needsEncoding, create, dateFormat, isEncodingConfirmed,
    choose, pause, reset,
    check: () => pass.value && start(pass.value.source, true),
    importAll: () => pass.value && start(pass.value.source, false),
    resume: () => pass.value && proceed(pass.value),
  }
}
