/** How many visitors each app has, the largest first: few are very large, most are small (Zipf). At least one each. */
export function appSizes(visitors: number, apps: number, skew: number): number[] {
  const weights = Array.from({ length: apps }, (_, index) => 1 / (index + 1) ** skew)
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => Math.max(1, Math.round((visitors * weight) / all)))
}
