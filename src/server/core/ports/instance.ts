export interface InstanceQueries {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
  /** Sets it where it is not set; of several that do so at once one wins. Gives what stands. */
  settle(name: string, value: string): Promise<string>
}
