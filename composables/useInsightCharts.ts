import type { Insights } from '#shared/answers'

/** The charts of `/admin/insights`: each count with its label and a link to the users that it counts. */
export function useInsightCharts(insights: Ref<Insights | undefined>) {
  const t = useText()
  const { labelOf } = useFieldLabels()
  const locale = useLocale()
  const namesOfMonths = monthNames(locale.value)
  const shortMonth = shortMonthFormatter(locale.value)
  const monthAndYear = monthAndYearFormatter(locale.value)
  const weekday = weekdayFormatter(locale.value)
  const percent = percentFormatter(locale.value)
  const format = numberFormatter(locale.value)
  const year = yearFormatter(locale.value)
  const users = (query: Record<string, string | number>) => ({ path: '/admin/users', query })

  /** People born on February 29 have their birthday on another day in most years. */
  const leapDayLabel = (date: string, born: string) =>
    t('admin.insights.leapDay', { weekday: weekday(date), day: formatMonthDay(born, locale.value) })

  function ageLabel(least: number | null, most: number | null): string {
    if (least === null) {
      return most === null ? t('admin.insights.noBirthday') : t('admin.insights.under', { age: format(most + 1) })
    }
    if (most === null) return t('admin.insights.andOver', { age: format(least) })
    return t('admin.insights.between', { least: format(least), most: format(most) })
  }

  return computed(() => {
    if (!insights.value) return undefined
    const { total, months, ages, birthdays, completeness, growth } = insights.value
    return {
      months: months.filter(({ month }) => month !== null).map(({ month: number, count }) => {
        const date = `2000-${String(number).padStart(2, '0')}-01`
        const name = namesOfMonths[number! - 1]!
        return { name, label: shortMonth(date), count, to: users({ birth_month: number! }) }
      }),
      ages: ages.map(({ age_min, age_max, count }) => ({
        label: ageLabel(age_min, age_max),
        count,
        to: users(ageQuery(age_min, age_max)),
      })),
      birthdays: birthdays.map(({ date, birth_month_day, count }) => ({
        label: date.endsWith(birth_month_day) ? weekday(date) : leapDayLabel(date, birth_month_day),
        count,
        to: users({ birth_month_day }),
      })),
      completeness: completeness.map(({ field, count }) => ({
        label: labelOf(field),
        count,
        text: t('admin.insights.completenessOf', { count: format(count), percent: percent(total && count / total) }),
        to: users({ missing: field }),
      })),
      growth: growth.map(({ month: first, count }, index) => {
        const next = new Date(first)
        next.setUTCMonth(next.getUTCMonth() + 1)
        return {
          name: monthAndYear(first),
          label: shortMonth(first),
          count,
          note: index === 0 || first.endsWith('-01') ? year(Number(first.slice(0, 4))) : undefined,
          to: users({ created_since: `${first}-01`, created_before: next.toISOString().slice(0, 10) }),
        }
      }),
    }
  })
}

function ageQuery(least: number | null, most: number | null): Record<string, string | number> {
  if (least === null && most === null) return { missing: 'birthday' }
  return { ...least !== null && { age_min: least }, ...most !== null && { age_max: most } }
}
