/** A figure that goes into the plan, and where it comes from. */
export interface Input {
  readonly value: number
  readonly unit: string
  /** By a scenario of this measurement, or by nobody: then `why` says what speaks for it. */
  readonly origin: 'measured' | 'assumed'
  readonly why: string
}

export type Inputs = Readonly<Record<string, Input>>

/** `scenario` is what `npm run bench -- --only` takes, with what of it is meant. */
export const measuredAs = (value: number, unit: string, scenario: string): Input => ({
  value,
  unit,
  origin: 'measured',
  why: scenario,
})

/** Whoever knows better for their own installation puts it here. */
export const assumedAs = (value: number, unit: string, why: string): Input => ({
  value,
  unit,
  origin: 'assumed',
  why,
})

/** The figures alone, under the same names. */
export function valuesOf<Name extends string>(
  inputs: Readonly<Record<Name, Input>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<Input>(inputs).map(([name, { value }]) => [name, value])
  return Object.fromEntries(entries) as Record<Name, number>
}
