import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/server/store/schema/postgres.entry.ts',
  out: './migrations/postgres',
})
