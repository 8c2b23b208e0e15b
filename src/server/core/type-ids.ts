import { randomFillSync } from 'node:crypto'

/**
 * TypeIDs (github.com/jetify-com/typeid): a UUIDv7 in base 32 behind a prefix. Written here, because a library
 * that goes by way of the UUID takes 2.6 µs for each where this takes 0.3, and a message begins with one.
 */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const digitCodes = Buffer.from(DIGITS, 'latin1')

// 48 bits of time make ten digits exactly, with the two bits that 26 digits have to spare.
const TIME_DIGITS = 10
const REST_DIGITS = 16
// Version 7, variant 2 and zeros.
const SMALLEST_REST = 'e008000000000000'
const LARGEST_COUNTER = 0xfff

const randomness = Buffer.allocUnsafe(4_096)
let drawn = randomness.length
const rest = Buffer.allocUnsafe(REST_DIGITS)
let latest = 0
let counter = 0
let time = ''

/** A new TypeID. Those of one process sort in the order in which they were made. */
export function newTypeId(prefix: string): string {
  const at = draw(REST_DIGITS)
  const now = Date.now()
  // Begun in the lower half, so that a millisecond has 2,048 at least; after them time runs ahead (RFC 9562, 6.2).
  if (now > latest) begin(now, randomness.readUInt16LE(at) & 0x7ff)
  else if (counter < LARGEST_COUNTER) counter += 1
  else begin(latest + 1, 0)
  put(0, 0b01110 | (counter >> 11))
  put(1, counter >> 6)
  put(2, counter >> 1)
  put(3, (counter << 4) | 0b01000 | (random(at + 3) & 0b00011))
  for (let place = 4; place < REST_DIGITS; place += 1) put(place, random(at + place))
  return `${prefix}_${time}${rest.toString('latin1')}`
}

/** When an id was made, in milliseconds. */
export function timeOfTypeId(id: string): number {
  const digits = id.slice(id.lastIndexOf('_') + 1).slice(0, TIME_DIGITS)
  let milliseconds = 0
  for (const digit of digits) milliseconds = milliseconds * 32 + DIGITS.indexOf(digit)
  return milliseconds
}

/** The smallest id made at or after a moment. */
export const smallestTypeId = (prefix: string, milliseconds: number): string =>
  `${prefix}_${timeDigits(milliseconds)}${SMALLEST_REST}`

function begin(milliseconds: number, firstCounter: number): void {
  latest = milliseconds
  counter = firstCounter
  time = timeDigits(milliseconds)
}

// Beyond 32 bits, where the operators on bits end.
function timeDigits(milliseconds: number): string {
  let digits = ''
  for (let left = milliseconds; digits.length < TIME_DIGITS; left = Math.floor(left / 32))
    digits = DIGITS.charAt(left % 32) + digits
  return digits
}

/** Where so many unused random bytes begin. */
function draw(count: number): number {
  if (drawn + count > randomness.length) {
    randomFillSync(randomness)
    drawn = 0
  }
  drawn += count
  return drawn - count
}

const random = (at: number): number => randomness[at] ?? 0

function put(place: number, bits: number): void {
  rest[place] = digitCodes[bits & 31] ?? 0
}
