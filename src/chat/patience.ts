/** Past this nobody would wait any longer for lines that are not sent yet. In milliseconds. */
export const defaultPatience = 10_000

/** Resolves with false when the time for waiting is over; nobody is kept from ending by it. */
export function expired(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds).unref()
  })
}
