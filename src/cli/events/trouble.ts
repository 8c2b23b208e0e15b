import type { FollowOptions } from '../../client/index.js'
import type { Cli } from '../cli.js'

/** Tells once that the server gives no answer, and once that it does again. */
export function tellTrouble(cli: Cli): NonNullable<FollowOptions['onTrouble']> {
  let told = false
  return (trouble) => {
    if (trouble === null) cli.out.note('The server is there again. Nothing was missed.')
    else if (!told) cli.out.note(`${trouble.error.message} Trying again until it does.`)
    told = trouble !== null
  }
}
