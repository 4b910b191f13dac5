import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeater, systemContext } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { FOLDING_TURN, foldChanges } from './revenue.queries.js';

const SERVICE = 'parts';
const EVERY_MS = 5_000;
/** Changes in one transaction: well within a statement's time. */
const AT_ONCE = 5_000;

/** F-8: adds what was written to the kept sums of the revenue list, so that few changes are read beside them. */
@Injectable()
export class RevenueFolding implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly repeater = new Repeater('RevenueFolding', EVERY_MS, () => this.fold());

  constructor(private readonly db: Database) {}

  onApplicationBootstrap(): void {
    this.repeater.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeater.stop();
  }

  /** Folds some changes; true while there may be more. */
  async fold(atOnce = AT_ONCE): Promise<boolean> {
    const { folded } = await this.db.command(systemContext(SERVICE), async (tx) => {
      const [{ mine }] = await tx.sql<{ mine: boolean }>(FOLDING_TURN);
      const [done] = mine ? await tx.sql<{ folded: number }>(foldChanges(atOnce)) : [{ folded: 0 }];
      return done;
    });
    return folded === atOnce;
  }
}
