/** A draft with its `local_id`, made when it has none. */
export function withLocalId<Draft extends { local_id?: string }>(draft: Draft): Draft & { local_id: string } {
  return { ...draft, local_id: draft.local_id ?? crypto.randomUUID() }
}
