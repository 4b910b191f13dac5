import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const EVERY_MS = 3_600_000;
/** A repeated request is recognised at least this long. */
const IDEMPOTENCY_KEPT = '7 days';
/** Uploaded rows that nobody started may hold personal data. */
const STAGING_KEPT = '1 day';
const BATCH = 5_000;

/** Removes what has served its time, every hour and in small batches, so that no table grows without end. */
export class Housekeeper {
  private readonly logger = new Logger('Housekeeper');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {}

  start(): void {
    this.timer = setInterval(() => {
      this.tidy().catch((error: unknown) => this.logger.warn('tidying up failed, it is tried again', error));
    }, EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Answers how many rows went. */
  async tidy(): Promise<number> {
    const [, abandoned] = await this.dataSource.query<[unknown, number]>(
      `delete from job where state in ('reading', 'staging') and created_at < now() - $1::interval`,
      [STAGING_KEPT],
    );
    let removed = abandoned;
    for (;;) {
      const [, count] = await this.dataSource.query<[unknown, number]>(
        `delete from idempotency where (user_id, method, key) in
           (select user_id, method, key from idempotency where created_at < now() - $1::interval order by created_at limit $2)`,
        [IDEMPOTENCY_KEPT, BATCH],
      );
      removed += count;
      if (count < BATCH) return removed;
    }
  }
}
