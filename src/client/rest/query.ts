type Value = string | number | boolean | undefined

/** `?name=value…` of what is defined, or nothing. */
export function queryString(query: Readonly<Record<string, Value>> | object | undefined): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** A path with each inserted id made safe for a URL. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent))
}
