import { maxPieceBytes } from '#shared/import'
import type { BadRow, Delimiter, ImportAnswer, ImportColumn } from '#shared/import'

/** How far a pass over the file has come. */
export interface ImportRun {
  /** A check: nothing is written. */
  dryRun: boolean
  /** Bytes of the file that are done. */
  offset: number
  /** The line that comes next. */
  line: number
  columns: ImportColumn[]
  ignored: string[]
  delimiter: Delimiter
  rows: number
  valid: number
  changed: number
  invalid: number
}

/** An import that was not finished, and of what file. */
interface Kept {
  file: string
  create: boolean
  run: ImportRun
}

export interface ImportFailure {
  message: string
  /** Another try may succeed. */
  canGoOn: boolean
}

const pieceBytes = 256 * 1024
/** Bad rows that are kept to be listed and downloaded; all are counted. */
const keptBadRows = 100_000
/** Milliseconds before each new try where the server does not answer. */
const pauses = [1_000, 3_000]
const newRun = (dryRun: boolean): ImportRun => ({ dryRun, offset: 0, line: 1, columns: [], ignored: [], delimiter: ',', rows: 0, valid: 0, changed: 0, invalid: 0 })
const identify = ({ name, size, lastModified }: File) => [name, size, lastModified].join()

/**
 * Imports a CSV file, piece by piece: first a check, then, when it is asked for, the import. After a failure it goes
 * on where it stopped, and so it does when the page was left and the same file is chosen again.
 */
export function useImport() {
  const account = useAccount().value.id
  const request = useAccountRequest()
  const file = shallowRef<File>()
  const run = ref<ImportRun>()
  const badRows = shallowRef<BadRow[]>([])
  const create = ref(false)
  const failure = ref<ImportFailure>()
  /** The import of this very file that was not finished. */
  const unfinished = ref<Kept>()
  const working = shallowRef<AbortController>()
  const isDone = computed(() => !working.value && !failure.value && run.value !== undefined && run.value.offset === file.value?.size)
  const kept = useKept<Kept>(() => `import:${account}`)

  function choose(chosen: File): void {
    stop()
    file.value = chosen
    run.value = failure.value = undefined
    badRows.value = []
    const found = kept.read()
    unfinished.value = found?.file === identify(chosen) ? found : undefined
    if (!unfinished.value) void start(true)
  }

  /** From the first line. */
  function start(dryRun: boolean): Promise<void> {
    run.value = newRun(dryRun)
    unfinished.value = undefined
    badRows.value = []
    return goOn()
  }

  /** Goes on where the last pass, or an unfinished import of this file, has stopped. */
  async function goOn(): Promise<void> {
    stop()
    if (unfinished.value) {
      create.value = unfinished.value.create
      run.value = unfinished.value.run
      unfinished.value = undefined
    }
    const [source, pass] = [file.value!, run.value!]
    const controller = working.value = new AbortController()
    failure.value = undefined
    try {
      let size = pieceBytes
      do {
        const answer = await send(source.slice(pass.offset, pass.offset + size), pass, controller.signal)
        // Where not one row is whole, more is needed.
        size = answer.bytes === 0 ? Math.min(4 * size, maxPieceBytes) : pieceBytes
        add(pass, answer)
        if (!pass.dryRun) kept.keep({ file: identify(source), create: create.value, run: pass })
      } while (pass.offset < source.size)
      if (!pass.dryRun) kept.forget()
    }
    catch (error) {
      if (!controller.signal.aborted) failure.value = explain(error as Error)
    }
    finally {
      if (working.value === controller) working.value = undefined
    }
  }

  function add(pass: ImportRun, answer: ImportAnswer): void {
    if (pass.offset === 0) Object.assign(pass, { columns: answer.columns, ignored: answer.ignored_columns, delimiter: answer.delimiter })
    pass.offset += answer.bytes
    pass.line = answer.next_line
    pass.rows += answer.rows
    pass.valid += answer.valid
    pass.changed += answer.changed
    pass.invalid += answer.invalid.length
    if (answer.invalid.length > 0) badRows.value = badRows.value.concat(answer.invalid).slice(0, keptBadRows)
  }

  /** Sends a piece, and again after a pause where the server is away: a piece may be applied twice. */
  async function send(piece: Blob, pass: ImportRun, signal: AbortSignal): Promise<ImportAnswer> {
    // Read first: a file that has changed since is told from a server that is away.
    const body = await piece.arrayBuffer()
    const query = {
      dry_run: pass.dryRun, create: create.value, line: pass.line, last: pass.offset + piece.size === file.value!.size,
      ...pass.offset > 0 && { columns: pass.columns.join(), delimiter: pass.delimiter },
    }
    const post = () => request(headers => $fetch<ImportAnswer>('/api/admin/import', {
      method: 'POST', query, body, headers: { ...headers, 'content-type': 'text/csv' }, retry: 0, signal,
    }))
    for (const pause of pauses) {
      try {
        return await post()
      }
      catch (error) {
        if (signal.aborted || !isTemporary(error as HttpFailure)) throw error
        await new Promise(resolve => setTimeout(resolve, pause))
        signal.throwIfAborted()
      }
    }
    return post()
  }

  function stop(): void {
    working.value?.abort()
    working.value = undefined
  }

  /** Forgets the file, and where its import has stopped. What was imported stays. */
  function reset(): void {
    stop()
    if (run.value && !run.value.dryRun) kept.forget()
    file.value = run.value = failure.value = unfinished.value = undefined
    badRows.value = []
  }

  // Who may be made is a part of what is checked.
  watch(create, () => run.value?.dryRun && start(true))
  onBeforeUnmount(stop)

  return { file, run, badRows, create, failure, unfinished, working: computed(() => Boolean(working.value)), isDone, choose, start, goOn, stop, reset }
}

interface HttpFailure extends Error {
  status?: number
  data?: { message?: string }
}

/** Nobody has answered, or it may be another answer soon. */
const isTemporary = ({ status }: HttpFailure) => status === undefined || status === 429 || status >= 500

function explain(error: HttpFailure): ImportFailure {
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError') return { message: 'The file has changed since you chose it, or is gone. Choose it again.', canGoOn: false }
  if (error.status === 401) return { message: 'Your session has ended. Sign in again, and choose the same file: the import goes on where it stopped.', canGoOn: true }
  return { message: error.data?.message ?? 'The server cannot be reached', canGoOn: isTemporary(error) }
}

/** One value in this browser, over visits. */
function useKept<T>(key: () => string) {
  return {
    read(): T | undefined {
      try {
        return JSON.parse(localStorage.getItem(key()) ?? 'null') ?? undefined
      }
      catch {
        return undefined
      }
    },
    keep(value: T): void {
      try {
        localStorage.setItem(key(), JSON.stringify(value))
      }
      catch {
        // No storage, or it is full: the page itself still knows.
      }
    },
    forget: () => localStorage.removeItem(key()),
  }
}
