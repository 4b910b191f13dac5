import { CustomerService, DealerService, ProductUnitService } from '@aftercare/contracts';
import { isDealerRole, Refusal, type DealerStatus } from '@aftercare/domain';
import { notFound, type Bus, type CallContext } from '@aftercare/messaging';
import { seesDealer, type Database } from '@aftercare/service';
import { refuseErasedCustomer } from '../calls/erasure.rules.js';

/** The ids of other services' documents that a call may name. */
export interface NamedIds {
  customerId: string;
  unitId: string;
}

/** What is known of them. */
export interface NamedFacts {
  /** The unit's serial; empty without one. */
  serial: string;
  /** Whose the customer's file is; empty without one. */
  fileDealerId: string;
}

/** D-1: who may get new calls: a suspended dealer's customers still call, a terminated one's do not. */
const TAKES_CALLS: readonly (DealerStatus | string | null)[] = ['active', 'suspended'];

/** Where the ids of other services are checked; the answers are facts, so they are asked before the transaction. */
export class KnownIds {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  /**
   * The serial of the named unit and the dealer of the named file, after both ids were found to exist and to be the caller's to see. Answered from what
   * events told; a question is asked for an id nobody told yet, for a unit that a dealer names, and for a customer that a
   * technician names: his are those of his own work, which `customers` knows (C-5). Errors: not_found for a foreign customer
   * or unit exactly as for a missing one, CUSTOMER_ANONYMISED.
   */
  async factsOf(ctx: CallContext, named: NamedIds): Promise<NamedFacts> {
    if (!named.customerId && !named.unitId) return { serial: '', fileDealerId: '' };
    const known = await this.db.one<{ dealerId: string | null; serial: string | null }>(ctx, {
      name: 'known_ids',
      text: `select (select coalesce(s.dealer_id, k.dealer_id) from known_customer k left join known_customer s on s.id = k.merged_into where k.id = $1::uuid) as "dealerId",
                    (select serial from known_unit where id = $2::uuid) as serial`,
      values: [named.customerId || null, named.unitId || null],
    });
    const isTold = known?.dealerId && ctx.role !== 'dealer_technician';
    const fileDealerId = isTold || !named.customerId ? (known?.dealerId ?? '') : await this.askFile(ctx, named.customerId);
    const serial = named.unitId ? ((isDealerRole(ctx.role) ? null : known?.serial) ?? (await this.askSerial(ctx, named.unitId))) : '';
    return { serial, fileDealerId };
  }

  /**
   * The dealer a document is for: the caller's own unless named. A dealer's own user is answered from the signed
   * identity; for anybody else the standing is asked. Errors: not_found, DEALER_NOT_ACTIVE.
   */
  async dealerFor(ctx: CallContext, dealerId: string): Promise<string> {
    const wanted = dealerId || ctx.dealerId || '';
    if (isDealerRole(ctx.role) && !seesDealer(ctx, wanted)) throw notFound('dealer');
    const own = isDealerRole(ctx.role) && wanted === ctx.dealerId;
    const status = own ? ctx.dealerStatus : (await this.bus.client(DealerService).getDealerStanding({ id: wanted }, { ctx })).status;
    if (!TAKES_CALLS.includes(status)) {
      throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'This dealer takes no calls now.', { status });
    }
    return wanted;
  }

  private async askFile(ctx: CallContext, customerId: string): Promise<string> {
    const { anonymisedAt, dealerId } = await this.bus.client(CustomerService).getCustomer({ id: customerId }, { ctx });
    refuseErasedCustomer(anonymisedAt || null);
    return dealerId;
  }

  /** D-9: the registry is shared by full serial, not by id: a unit that came through another dealer is named by its serial. */
  private async askSerial(ctx: CallContext, unitId: string): Promise<string> {
    return (await this.bus.client(ProductUnitService).getUnit({ id: unitId }, { ctx })).serial;
  }
}
