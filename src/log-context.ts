/** What every line of the log carries beside its own: the ids of a trace, once tracing is on. */
export const logContext: { fields(): object } = { fields: () => ({}) }
