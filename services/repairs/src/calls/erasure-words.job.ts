import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CustomerService } from '@aftercare/contracts';
import { Bus, ServiceError, systemContext } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { stillNeeded } from './erasure.rules.js';

const LOOK_MS = 15_000;
const SERVICE = 'repairs';

/**
 * C-5: words that name a person are said before his erasure is committed, and go when it is told. Those of an erasure that was given up go a
 * day later. Customers is asked, since an erasure that is committed may be told later than any term; who says the words again keeps them.
 */
@Injectable()
export class ErasureWordsJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ErasureWordsJob');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look().catch((error: Error) => this.logger.warn(`words are looked at later: ${error.message}`)), LOOK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Lets those go that nothing needs any more. Errors: what the bus answers; they are looked at again. */
  async look(): Promise<void> {
    const waiting = await this.db.many<{ customerId: string; told: boolean }>(systemContext(SERVICE), { name: 'words_waiting', text: WAITING, values: [] });
    for (const { customerId, told } of waiting) {
      if (stillNeeded({ told, committed: await this.isErased(customerId) })) continue;
      await this.db.command(systemContext(SERVICE), async (tx) => {
        await tx.sql({ name: 'words_go', text: GO, values: [customerId] });
        return {};
      });
    }
  }

  /** Whether customers erased a file; one that it does not have it never will. */
  private async isErased(id: string): Promise<boolean> {
    try {
      return (await this.bus.client(CustomerService).getCustomer({ id }, { ctx: systemContext(SERVICE) })).anonymisedAt !== '';
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return false;
      throw error;
    }
  }
}

const OVERDUE = `kept_at <= business_now() - interval '1 day'`;

const WAITING = `
  select w.customer_id as "customerId", k.anonymised_at is not null as told from erasure_words w left join known_customer k on k.id = w.customer_id
  where w.${OVERDUE} order by w.kept_at, w.customer_id`;

/** Words that were said again meanwhile are not overdue any more. */
const GO = `delete from erasure_words where customer_id = $1 and ${OVERDUE}`;
