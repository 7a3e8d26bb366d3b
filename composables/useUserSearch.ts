/** The query in the URL of `/admin/users`, and links with other queries. */
export function useUserSearch() {
  const route = useRoute()
  const query = computed(() => readUserQuery(route.query))
  return {
    query,
    filters: computed(() => filtersOf(query.value)),
    sort: computed(() => sortOf(query.value)),
    /** The first page of the list with some filters changed; '' removes one. */
    pathWith: (changes: Record<string, string | undefined>) => usersPath(query.value, changes),
    toggled: (name: string, value: string) => toggledPath(query.value, name, value),
    isOn: (name: string, value: string) => valuesOf(query.value, name).includes(value),
  }
}
