/** The one source of time of a process, passed in everywhere; demo and test builds may set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

/** A clock that runs with the given source of real time, shifted and optionally sped up. */
export class SettableClock implements Clock {
  private anchorReal: number;
  private anchorShown: number;
  private speed = 1;

  /** Shown milliseconds per real millisecond. */
  get pace(): number {
    return this.speed;
  }

  constructor(private readonly real: () => number) {
    this.anchorReal = real();
    this.anchorShown = this.anchorReal;
  }

  now(): number {
    return Math.floor(this.anchorShown + (this.real() - this.anchorReal) * this.speed);
  }

  /** Jumps to `to` (ms UTC); `speed` is shown milliseconds per real millisecond (1 = real time, 0 = standing still). */
  set(to: number, speed = this.speed): void {
    this.anchorReal = this.real();
    this.anchorShown = to;
    this.speed = speed;
  }
}

/** A clock that stands still until moved, for tests. */
export class FixedClock implements Clock {
  constructor(private at: number) {}
  now(): number {
    return this.at;
  }
  set(at: number): void {
    this.at = at;
  }
  advance(ms: number): void {
    this.at += ms;
  }
}
