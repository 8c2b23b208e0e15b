/** Where the data lies: a SQLite file or a Postgres server. */
export type Target = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }

/** Reads a database URL: `postgres://…` or `postgresql://…`, else the path of a SQLite file. */
export function targetOf(databaseUrl: string): Target {
  return /^postgres(ql)?:\/\//.test(databaseUrl)
    ? { kind: 'postgres', url: databaseUrl }
    : { kind: 'sqlite', file: databaseUrl }
}
