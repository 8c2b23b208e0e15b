import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/server/store/schema/sqlite.entry.ts',
  out: './migrations/sqlite',
})
