import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, DealerService, type DealerChanged } from '@aftercare/contracts';
import { DEALER_STATUSES, type DealerStatus } from '@aftercare/domain';
import { Bus, isTemporary, OnEvent, ServiceError, systemContext } from '@aftercare/messaging';

/** What every request of a dealer's user must know of the dealer. */
export interface Standing {
  status: DealerStatus;
  childIds: string[];
}

interface Remembered {
  standing: Standing;
  readAtMs: number;
}

const REMEMBER_MS = 10_000;
/** While dealers is restarting, what was known is good enough for this long. */
const STALE_MS = 60_000;

/** The standing of dealers as `dealers` answers it (D-1), remembered for a few seconds. */
@Injectable()
export class DealerStandings {
  private readonly remembered = new Map<string, Remembered>();
  private readonly asking = new Map<string, Promise<Standing>>();

  constructor(private readonly bus: Bus) {}

  /** Errors: permission_denied DEALER_UNKNOWN, unavailable when dealers does not answer. */
  async of(dealerId: string): Promise<Standing> {
    const known = this.rememberedFor(dealerId, REMEMBER_MS);
    if (known) return known;
    try {
      return await this.askOnce(dealerId);
    } catch (error) {
      const stale = isTemporary(error) ? this.rememberedFor(dealerId, STALE_MS) : undefined;
      if (stale) return stale;
      throw error;
    }
  }

  /** A changed dealer is asked for again at once; what was asked before is as old as what was remembered, even if it is answered later. */
  @OnEvent(DealerChangedSchema)
  dealerChanged(event: DealerChanged): Promise<void> {
    for (const dealerId of [event.dealerId, event.parentId]) {
      this.remembered.delete(dealerId);
      this.asking.delete(dealerId);
    }
    return Promise.resolve();
  }

  private rememberedFor(dealerId: string, maxAgeMs: number): Standing | undefined {
    const known = this.remembered.get(dealerId);
    return known && Date.now() - known.readAtMs < maxAgeMs ? known.standing : undefined;
  }

  private askOnce(dealerId: string): Promise<Standing> {
    const running = this.asking.get(dealerId);
    if (running) return running;
    const asked: Promise<Standing> = this.ask(dealerId).then(
      (standing) => {
        if (!this.isLatest(dealerId, asked)) return this.askOnce(dealerId);
        this.asking.delete(dealerId);
        this.remembered.set(dealerId, { standing, readAtMs: Date.now() });
        return standing;
      },
      (error: unknown) => {
        if (this.isLatest(dealerId, asked)) this.asking.delete(dealerId);
        throw error;
      },
    );
    this.asking.set(dealerId, asked);
    return asked;
  }

  /** False once the dealer was told to have changed since this was asked. */
  private isLatest(dealerId: string, asked: Promise<Standing>): boolean {
    return this.asking.get(dealerId) === asked;
  }

  private async ask(dealerId: string): Promise<Standing> {
    try {
      const answer = await this.bus.call(DealerService.method.getDealerStanding, { id: dealerId }, { ctx: systemContext('gateway') });
      const status = DEALER_STATUSES.find((each) => each === answer.status) ?? 'applicant';
      return { status, childIds: answer.childIds };
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') {
        throw new ServiceError('permission_denied', 'DEALER_UNKNOWN', 'The account belongs to a dealer that does not exist.');
      }
      throw error;
    }
  }
}
