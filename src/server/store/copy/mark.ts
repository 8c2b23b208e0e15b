/** The fact that says in a database into which a copy goes that it is not whole yet. */
export const unfinishedCopy = 'copy_unfinished'
