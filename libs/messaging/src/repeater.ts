import { Logger } from '@nestjs/common';

const FAILURE_PAUSE_MS = 250;
const FAILURE_PAUSE_MAX_MS = 5_000;
const LOG_EVERY_MS = 30_000;

/**
 * Background work: `work` runs at once, then after each pause or when woken, and again without pause as long as it
 * answers true (more to do). Failures are logged once in a while and pause it longer each time; it never ends by itself.
 */
export class Repeater {
  private readonly logger: Logger;
  private stopped = true;
  private woken = false;
  private endPause: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private logged = { message: '', atMs: 0 };

  constructor(
    name: string,
    private readonly pauseMs: number,
    private readonly work: () => Promise<boolean>,
  ) {
    this.logger = new Logger(name);
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.running = this.loop();
  }

  /** Runs the work soon, also when it is running just now. */
  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  /** Resolves when the work that is running has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endPause?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      this.woken = false;
      let again = false;
      try {
        again = await this.work();
        failures = 0;
      } catch (error) {
        failures++;
        this.report(error);
      }
      if (again || this.stopped || (this.woken && failures === 0)) continue;
      await this.pause(failures);
    }
  }

  private pause(failures: number): Promise<void> {
    const backoffMs = Math.min(FAILURE_PAUSE_MS * 2 ** (failures - 1), FAILURE_PAUSE_MAX_MS);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, failures > 0 ? backoffMs : this.pauseMs);
      this.endPause = () => {
        if (failures > 0 && !this.stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const repeats = message === this.logged.message && Date.now() - this.logged.atMs < LOG_EVERY_MS;
    if (this.stopped || repeats) return;
    this.logged = { message, atMs: Date.now() };
    this.logger.warn(message);
  }
}
