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
    const known = this.remembered.get(dealerId);
    const ageMs = known ? Date.now() - known.readAtMs : Infinity;
    if (known && ageMs < REMEMBER_MS) return known.standing;
    try {
      return await this.askOnce(dealerId);
    } catch (error) {
      if (known && ageMs < STALE_MS && isTemporary(error)) return known.standing;
      throw error;
    }
  }

  /** A changed dealer is asked for again at once instead of some seconds later. */
  @OnEvent(DealerChangedSchema)
  dealerChanged(event: DealerChanged): Promise<void> {
    this.remembered.delete(event.dealerId);
    if (event.parentId) this.remembered.delete(event.parentId);
    return Promise.resolve();
  }

  private askOnce(dealerId: string): Promise<Standing> {
    const running = this.asking.get(dealerId);
    if (running) return running;
    const asked = this.ask(dealerId).finally(() => this.asking.delete(dealerId));
    this.asking.set(dealerId, asked);
    return asked;
  }

  private async ask(dealerId: string): Promise<Standing> {
    try {
      const answer = await this.bus.call(DealerService.method.getDealerStanding, { id: dealerId }, { ctx: systemContext('gateway') });
      const status = DEALER_STATUSES.find((each) => each === answer.status) ?? 'applicant';
      const standing = { status, childIds: answer.childIds };
      this.remembered.set(dealerId, { standing, readAtMs: Date.now() });
      return standing;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') {
        throw new ServiceError('permission_denied', 'DEALER_UNKNOWN', 'The account belongs to a dealer that does not exist.');
      }
      throw error;
    }
  }
}
