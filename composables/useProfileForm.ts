import { fieldNames, profileFields, settingNames } from '#shared/profile'
import type { ProfileEdit, ProfileField, ProfileSettings, ProfileView } from '#shared/profile'

/** What the inputs hold: text, '' where there is none, whether valid or not. */
export type FormValues = Record<ProfileField, string> & ProfileSettings
export type FormName = keyof FormValues

/** Why a save failed, and whether trying the same again may help. */
export interface SaveFailure {
  kind: 'gone' | 'retry'
  message: string
}

/** Somebody else, often the same user in another tab, saved meanwhile. */
export interface Conflict {
  mine: FormValues
  theirs: FormValues
  /** Mine where I edited, theirs elsewhere. */
  merged: FormValues
}

interface HttpFailure {
  status?: number
  data?: { message?: string, data?: { fields?: Record<string, string[]> } }
}

const names: FormName[] = [...fieldNames, ...settingNames]
const textsOf = (profile: ProfileView) => Object.fromEntries(names.map(name => [name, profile[name] ?? ''])) as FormValues
const isField = (name: FormName): name is ProfileField => name in profileFields.shape

/**
 * The form of the extended fields. Nothing typed is lost: not by an error, not by an expired session, not by a save elsewhere.
 * @param options.clerkId  as useProfile takes it
 * @param options.checkVersion  a save over a newer version is told so; else it changes the edited fields whatever is stored
 */
export function useProfileForm({ clerkId, checkVersion }: { clerkId?: string, checkVersion: boolean }) {
  const { answer, profile: stored, etag, save, reload } = useProfile(clerkId)
  const draft = useDraft<FormValues>(`addendum-draft-${useAccount().value.id}-${clerkId ?? 'me'}`)

  const values = reactive(textsOf(stored.value))
  const errors = reactive<Partial<Record<FormName, string>>>({})
  const failure = ref<SaveFailure>()
  const conflict = ref<Conflict>()
  const saving = ref(false)
  /** What was typed before a reload or a sign-in is back. */
  const restored = ref(false)

  const changed = computed(() => names.filter(name => values[name] !== textsOf(stored.value)[name]))
  const dirty = computed(() => changed.value.length > 0)

  // What is saved elsewhere on the page shows here, where nothing else was typed. At once, so that it is
  // known whether it is this form's own save, whose values are there already.
  watch(stored, (now, before) => {
    if (saving.value) return
    const [from, to] = [textsOf(before), textsOf(now)]
    for (const name of names) if (values[name] === from[name]) Object.assign(values, { [name]: to[name] })
  }, { flush: 'sync' })
  onMounted(() => {
    const kept = Object.entries(draft.read() ?? {}).filter(([name, text]) => names.includes(name as FormName) && typeof text === 'string')
    Object.assign(values, Object.fromEntries(kept))
    restored.value = dirty.value
    // While it is saved, the edit shows as if it were stored already: the draft is what is left if it fails.
    watch([() => ({ ...values }), stored, saving], () => saving.value || draft.keep(pick(values, changed.value)))
  })

  /** @returns whether the field may be saved as it is */
  function check(name: FormName): boolean {
    if (!isField(name) || values[name] === '') Reflect.deleteProperty(errors, name)
    else {
      const result = profileFields.shape[name].safeParse(values[name])
      if (result.success) Reflect.deleteProperty(errors, name)
      else errors[name] = result.error.issues[0]?.message
    }
    return !errors[name]
  }

  function discard(): void {
    Object.assign(values, textsOf(stored.value))
    for (const name of names) Reflect.deleteProperty(errors, name)
    failure.value = conflict.value = undefined
    restored.value = false
    draft.keep({})
  }

  /** @returns whether all is saved; else `errors`, `failure` or `conflict` says why not */
  async function submit(): Promise<boolean> {
    failure.value = conflict.value = undefined
    if (names.map(check).includes(false)) return false
    const edit = Object.fromEntries(changed.value.map(name => [name, values[name] || null])) as ProfileEdit
    saving.value = true
    try {
      await save(edit, checkVersion ? etag.value : null)
      // Here too, since the page may be gone by now.
      draft.keep({})
      restored.value = false
      return true
    }
    catch (error) {
      return await explain(error as HttpFailure).catch(explain)
    }
    finally {
      saving.value = false
    }
  }

  /** @returns whether all is saved, in spite of the answer */
  async function explain({ status, data }: HttpFailure): Promise<boolean> {
    const message = data?.message ?? 'The server cannot be reached'
    if (status === 412) {
      const mine = { ...values }
      const base = textsOf(stored.value)
      await reload()
      const theirs = textsOf(stored.value)
      const merged = Object.fromEntries(names.map(name => [name, mine[name] === base[name] ? theirs[name] : mine[name]])) as FormValues
      Object.assign(values, merged)
      // An earlier try may have arrived, and its answer not.
      if (!dirty.value) return true
      conflict.value = { mine, theirs, merged }
    }
    else if (status === 422 && data?.data?.fields) {
      for (const name of names) if (data.data.fields[name]) errors[name] = data.data.fields[name][0]
      if (!names.some(name => errors[name])) failure.value = { kind: 'retry', message }
    }
    else if (status === 410) failure.value = { kind: 'gone', message }
    // Else the page is put away, and says why.
    else if (!isRefused({ status, data })) failure.value = { kind: 'retry', message: `${message}. What you typed is still here.` }
    return false
  }

  /** Ends a conflict with what shall be saved, over whatever is stored now. */
  function resolve(chosen: FormValues): Promise<boolean> {
    Object.assign(values, chosen)
    return submit()
  }

  return { answer, values, errors, failure, conflict, saving, restored, stored, changed, dirty, check, discard, submit, resolve }
}

function pick(values: FormValues, names: FormName[]): Partial<FormValues> {
  return Object.fromEntries(names.map(name => [name, values[name]]))
}
