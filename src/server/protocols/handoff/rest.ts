import type { Route } from '../route.js'

/** None of its own: `/health` and `/api/info`, which the source names, are the server's and answer for all protocols. */
export const routes: readonly Route[] = []
