/** Asks every other node; gives each by its name with its answer, or null where none came in half a second. Never rejects. */
export type Ask<Asked, Answer> = (asked: Asked) => Promise<[node: string, answer: Answer | null][]>

/** A question to all other nodes, and how this one answers it; both are JSON. Once for each topic. */
export type Question = <Asked, Answer>(topic: string, answer: (asked: Asked) => Answer) => Ask<Asked, Answer>
