type Task = () => Promise<void>;

/**
 * Runs tasks of one key in the order in which they came, tasks of different keys side by side on a fixed number of lanes:
 * a gateway's "offline" never overtakes its "online", and the database sees a bounded number of transactions.
 */
export class SerialLanes {
  private readonly lanes: Task[][];
  private readonly busy: (Promise<void> | null)[];
  private held = 0;
  private waiting: (() => void)[] = [];

  constructor(
    laneCount: number,
    private readonly capacity: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.lanes = Array.from({ length: laneCount }, () => []);
    this.busy = this.lanes.map(() => null);
  }

  get full(): boolean {
    return this.held >= this.capacity;
  }

  run(key: string, task: Task): void {
    const lane = laneOf(key, this.lanes.length);
    this.lanes[lane].push(task);
    this.held++;
    this.busy[lane] ??= this.drain(lane);
  }

  whenRoom(callback: () => void): void {
    if (this.full) this.waiting.push(callback);
    else callback();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    for (;;) {
      const running = this.busy.filter((lane) => lane !== null);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  private async drain(lane: number): Promise<void> {
    // One step later, so that `busy` is set before a task that ends at once clears it.
    await Promise.resolve();
    const tasks = this.lanes[lane];
    while (tasks.length > 0) {
      const task = tasks.shift()!;
      try {
        await task();
      } catch (error) {
        this.onError(error);
      }
      this.held--;
      while (this.waiting.length > 0 && !this.full) this.waiting.shift()!();
    }
    this.busy[lane] = null;
  }
}

function laneOf(key: string, lanes: number): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) >>> 0;
  return hash % lanes;
}
