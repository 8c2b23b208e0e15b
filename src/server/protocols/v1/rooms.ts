/** Rooms, named by the tables' integers: they never leave the server, and short names are cheap to build. */
export const conversationRoom = (conversationKey: number): string => `c${conversationKey}`
/** All devices of one contact. */
export const contactRoom = (contactKey: number): string => `p${contactKey}`
/** Everybody who watches an app. */
export const appRoom = (appKey: number): string => `a${appKey}`
/** Those of a room who are this agent: what is `mine` differs for them. */
export const agentIn = (room: string, agentKey: number): string => `${room}/${agentKey}`
