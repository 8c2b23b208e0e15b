export interface InstanceQueries {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
}
