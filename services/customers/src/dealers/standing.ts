import { Injectable } from '@nestjs/common';
import { DealerService } from '@aftercare/contracts';
import { weakerStanding, type DealerStatus } from '@aftercare/domain';
import { Bus, notFound, type CallContext } from '@aftercare/messaging';
import { knownStanding, seesDealer, type Tx } from '@aftercare/service';
import { requireServingDealer } from '../customers/customer.rules.js';

/**
 * The standing of the dealer that a command is for (D-1). A dealer's own user brings it signed; when the manufacturer or
 * a parent acts for a dealer, `dealers` is asked, before the transaction.
 */
@Injectable()
export class Standing {
  constructor(private readonly bus: Bus) {}

  /** Errors: NOT_FOUND for a dealer that is missing or not the caller's, unavailable when dealers is away. */
  async of(dealerId: string, ctx: CallContext): Promise<DealerStatus> {
    if (!seesDealer(ctx, dealerId)) throw notFound('dealer');
    if (ctx.dealerId === dealerId && ctx.dealerStatus !== null) return ctx.dealerStatus;
    const standing = await this.bus.client(DealerService).getDealerStanding({ id: dealerId }, { ctx });
    return weakerStanding(standing.status as DealerStatus, ctx.dealerStatus);
  }
}

/** D-1: a parent reads what it may do for its child by the weaker standing of the two; the child's is null while nothing was heard of it. */
export function boundBy(ctx: CallContext, dealerStatus: DealerStatus | null): CallContext {
  return ctx.dealerStatus === null || dealerStatus === null ? ctx : { ...ctx, dealerStatus: weakerStanding(dealerStatus, ctx.dealerStatus) };
}

/**
 * D-1: what is new for a dealer is written before its termination is heard here, or not at all, so that nothing is left behind when
 * its customers go over. Errors: DEALER_NOT_ACTIVE.
 */
export async function holdDealer(tx: Tx, dealerId: string): Promise<void> {
  const known = await knownStanding(tx, dealerId);
  if (known === 'terminated') requireServingDealer(known);
}
