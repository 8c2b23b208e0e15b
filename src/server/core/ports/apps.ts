import type * as model from '../model.js'
import type { New, Patch } from './rows.js'

export interface AppQueries {
  insert(app: New<model.App>): Promise<model.App>
  update(appKey: number, patch: Patch<model.App>): Promise<model.App | undefined>
  remove(appKey: number): Promise<void>
  byId(id: string): Promise<model.App | undefined>
  byKey(key: number): Promise<model.App | undefined>
  list(): Promise<model.App[]>
}

export interface ApiKeyQueries {
  insert(key: New<model.ApiKey>): Promise<model.ApiKey>
  byHash(hash: string): Promise<model.ApiKey | undefined>
  byId(appKey: number, id: string): Promise<model.ApiKey | undefined>
  list(appKey: number): Promise<model.ApiKey[]>
  update(
    key: number,
    patch: Partial<Pick<model.ApiKey, 'lastUsedAt' | 'expiresAt' | 'revokedAt'>>,
  ): Promise<void>
}
