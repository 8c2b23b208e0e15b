// 60 frames a second: faster than an eye, slower than a flood of messages.
const FRAME_MILLISECONDS = 16

/** Calls `paint` soon after a change, at most every 16 ms however many changes come. */
export class Frames {
  private timer: NodeJS.Timeout | undefined
  private paintedAt = 0

  /** `now` counts milliseconds and never goes back. */
  constructor(
    private readonly paint: () => void,
    private readonly now: () => number,
  ) {}

  /** Plans a frame, unless one is planned. */
  plan(): void {
    if (this.timer) return
    const wait = Math.max(0, this.paintedAt + FRAME_MILLISECONDS - this.now())
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.paintedAt = this.now()
      this.paint()
    }, wait)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
