type Method = (...values: never[]) => Promise<unknown>

/** The same queries, each as `wrap` gives it back. */
export function around<Aggregates extends object>(
  queries: Aggregates,
  wrap: (method: Method) => Method,
): Aggregates {
  const ofAggregate = (aggregate: object) =>
    Object.fromEntries(Object.entries(aggregate).map(([name, method]) => [name, wrap(method)]))
  return Object.fromEntries(
    Object.entries(queries).map(([name, aggregate]) => [name, ofAggregate(aggregate)]),
  ) as Aggregates
}
