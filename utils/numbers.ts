/** A count as the locale writes it, such as '1,000'. */
export const formatCount = (count: number, locale: string) => count.toLocaleString(locale)
