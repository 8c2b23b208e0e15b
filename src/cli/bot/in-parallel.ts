/** Works on all items, at most so many at once. The first error ends it. */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const helpers = Array.from({ length: Math.max(1, atOnce) }, async () => {
    for (const item of waiting) await work(item)
  })
  await Promise.all(helpers)
}
