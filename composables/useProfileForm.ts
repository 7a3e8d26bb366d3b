import { issuesOf } from '#shared/issues'
import type { Issue } from '#shared/issues'
import { fieldNames, profileFields, settingNames } from '#shared/profile'
import type { ProfileEdit, ProfileField, ProfileSettings, ProfileView } from '#shared/profile'

/** The inputs' text, valid or not; '' where a field is not set. */
export type FormValues = Record<ProfileField, string> & ProfileSettings
export type FormName = keyof FormValues

/** Why a save failed. `retry` offers another try, `gone` does not. */
export interface SaveFailure {
  kind: 'gone' | 'retry'
  message: string
}

/** Another user, or the same one in another tab, saved the profile first. */
export interface Conflict {
  mine: FormValues
  theirs: FormValues
  /** Edited fields from `mine`, all others from `theirs`. */
  merged: FormValues
}

interface HttpFailure {
  status?: number
  data?: { data?: { issues?: Issue[] } }
}

const names: FormName[] = [...fieldNames, ...settingNames]

function collect(valueOf: (name: FormName) => string): FormValues {
  return Object.fromEntries(names.map(name => [name, valueOf(name)])) as FormValues
}
const textsOf = (profile: ProfileView) => collect(name => profile[name] ?? '')
const isField = (name: FormName): name is ProfileField => name in profileFields.shape

/**
 * The form for the profile fields. It keeps unsaved changes through errors, an expired session and saves elsewhere.
 * @param options.clerkId  as for useProfile
 * @param options.checkVersion  a save over a newer version is a conflict; otherwise it overwrites the edited fields
 */
export function useProfileForm({ clerkId, checkVersion }: { clerkId?: string, checkVersion: boolean }) {
  const t = useText()
  const errorText = useErrorText()
  const issueText = useIssueText()
  const { answer, profile: stored, etag, save, reload } = useProfile(clerkId, { immediate: false })
  // By account: another user who signs in in this tab never gets the draft.
  const draftKey = `addendum-draft-${useAccount().value.id}-${clerkId ?? 'me'}`
  const draft = useStored<Partial<FormValues>>('sessionStorage', draftKey)

  const values = reactive(textsOf(stored.value))
  const errors = reactive<Partial<Record<FormName, string>>>({})
  const failure = ref<SaveFailure>()
  const conflict = ref<Conflict>()
  const saving = ref(false)
  /** The form holds a draft from before a reload or a sign-in. */
  const restored = ref(false)

  const changed = computed(() => names.filter(name => values[name] !== textsOf(stored.value)[name]))
  const dirty = computed(() => changed.value.length > 0)

  // Another form on the page saved the profile: take its values, except in edited fields. Synchronously, while `saving`
  // still tells this form's own save, whose values are here already.
  watch(stored, (now, before) => {
    if (saving.value) return
    const [from, to] = [textsOf(before), textsOf(now)]
    const unedited = names.filter(name => values[name] === from[name])
    Object.assign(values, pick(to, unedited))
  }, { flush: 'sync' })
  onMounted(() => {
    const drafted = draft.read() ?? {}
    Object.assign(values, pick(drafted, names.filter(name => typeof drafted[name] === 'string')))
    restored.value = dirty.value
    watch([() => ({ ...values }), stored, saving], keepDraft)
  })

  function keepDraft(): void {
    // While a save runs, the edit counts as stored. The draft stays in case the save fails.
    if (saving.value) return
    if (dirty.value) draft.write(pick(values, changed.value))
    else draft.remove()
  }

  /** @returns whether the field is valid */
  function check(name: FormName): boolean {
    if (!isField(name) || values[name] === '') Reflect.deleteProperty(errors, name)
    else {
      const result = profileFields.shape[name].safeParse(values[name])
      if (result.success) Reflect.deleteProperty(errors, name)
      else errors[name] = issueText(issuesOf(result.error)[0]!)
    }
    return !errors[name]
  }

  function discard(): void {
    Object.assign(values, textsOf(stored.value))
    for (const name of names) Reflect.deleteProperty(errors, name)
    failure.value = conflict.value = undefined
    restored.value = false
    draft.remove()
  }

  /** @returns whether the profile is saved; if not, `errors`, `failure` or `conflict` says why */
  async function submit(): Promise<boolean> {
    failure.value = conflict.value = undefined
    if (names.map(check).includes(false)) return false
    const edit = Object.fromEntries(changed.value.map(name => [name, values[name] || null])) as ProfileEdit
    saving.value = true
    try {
      await save(edit, checkVersion ? etag.value : null)
      // Not only by the watcher, which ends with the page.
      draft.remove()
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

  /** @returns whether the profile is saved after all */
  async function explain(error: HttpFailure): Promise<boolean> {
    const { status, data } = error
    const message = errorText(error)
    if (status === 412) return await merge()
    if (status === 422 && data?.data?.issues) {
      for (const name of names) {
        const issue = data.data.issues.find(({ path }) => path === name)
        if (issue) errors[name] = issueText(issue)
      }
      if (!names.some(name => errors[name])) failure.value = { kind: 'retry', message }
    }
    else if (status === 410) failure.value = { kind: 'gone', message }
    // After a refusal, <AccountGuard> removes the page and explains why.
    else if (!isRefused({ status, data })) {
      failure.value = { kind: 'retry', message: t('profile.unsaved', { reason: endSentence(message) }) }
    }
    return false
  }

  /** Loads the newer version and keeps the edits on top of it. @returns whether no edits are left */
  async function merge(): Promise<boolean> {
    const mine = { ...values }
    const base = textsOf(stored.value)
    await reload()
    const theirs = textsOf(stored.value)
    const merged = collect(name => mine[name] === base[name] ? theirs[name] : mine[name])
    Object.assign(values, merged)
    // An earlier try of this save may have succeeded without its answer arriving.
    if (!dirty.value) return true
    conflict.value = { mine, theirs, merged }
    return false
  }

  /** Ends a conflict: saves the chosen values over the newer version. */
  function resolve(chosen: FormValues): Promise<boolean> {
    Object.assign(values, chosen)
    return submit()
  }

  return {
    answer, values, errors, failure, conflict, saving, restored, stored, changed, dirty,
    check, discard, submit, resolve,
  }
}

/** The API's messages have no full stop. */
const endSentence = (text: string) => /[.!?。]$/.test(text) ? text : `${text}.`

function pick(values: Partial<FormValues>, names: FormName[]): Partial<FormValues> {
  return Object.fromEntries(names.map(name => [name, values[name]]))
}
