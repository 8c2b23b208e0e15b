/** Runs jobs of which at most `limit` are under way at once; gives their results in the order of the jobs. */
export async function atMost<Result>(limit: number, jobs: (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = []
  const waiting = jobs.entries()
  const worker = async () => {
    for (const [index, job] of waiting) results[index] = await job()
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}
