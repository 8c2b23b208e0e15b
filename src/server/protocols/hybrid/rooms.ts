/** Rooms by the tables' integers, which never leave the server, and under the protocol's name: the namespace is shared. */
export const conversationRoom = (conversationKey: number): string => `hybrid:c${conversationKey}`
/** All devices of one user. */
export const userRoom = (contactKey: number): string => `hybrid:u${contactKey}`
/** Devices that left a conversation's room by themselves, though their user is in it. */
export const mutedRoom = (conversationKey: number): string => `hybrid:m${conversationKey}`
