import { Controller } from '@nestjs/common';
import { DealerService, type ActivateDealersRequest, type DealerActivation } from '@aftercare/contracts';
import { businessDate, inLanguage, isId, reasonsFor, Refusal } from '@aftercare/domain';
import { Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { cursorOf, Database, pageOf } from '@aftercare/service';
import { activateDealer } from './dealer-activation.js';
import { ACTIVATIONS_MAX, checkActivation, missingForActivation, requireDealerRole } from './dealer.rules.js';
import { changeDealer, loadContract, loadDealer } from './dealer.store.js';

/** Transactions at a time: some of the pool's connections are left to others. */
const LANES = 3;

type Outcome = Omit<DealerActivation, '$typeName' | 'missing'> & { missing: { reason: string; message: string }[] };
interface Named {
  id: string;
  code: string;
}

/** activates what was imported at going live, each dealer by itself: one that lacks something keeps none of the others. */
@Controller()
export class DealerActivationHandlers implements Pick<Handlers<typeof DealerService>, 'activateDealers'> {
  constructor(private readonly database: Database) {}

  /** Asked again it finds the active ones active. Errors as documented at the rpc. */
  @Rpc(DealerService.method.activateDealers)
  async activateDealers(request: ActivateDealersRequest, ctx: CallContext) {
    requireDealerRole('activate', ctx);
    checkActivation(request);
    const { dealers, nextCursor } = request.importJobId === ''
      ? { dealers: [...new Set(request.ids)].map((id) => ({ id, code: '' })), nextCursor: '' }
      : await this.drafted(request, ctx);
    const items: Outcome[] = [];
    // The key of a request is claimed by one transaction, and this one has many.
    const each = { ...ctx, idempotencyKey: undefined };
    for (let at = 0; at < dealers.length; at += LANES) {
      items.push(...await Promise.all(dealers.slice(at, at + LANES).map((dealer) => this.activateOne(dealer, each))));
    }
    return { items, activated: items.filter(({ activated }) => activated).length, nextCursor };
  }

  private async activateOne({ id, code }: Named, ctx: CallContext): Promise<Outcome> {
    try {
      const { number, version } = await changeDealer(this.database, ctx, { action: 'activate', request: { id, version: null }, work: activateDealer });
      return { dealerId: id, code: number, activated: true, version, missing: [] };
    } catch (error) {
      if (error instanceof Refusal) return this.refused(id, ctx);
      if (error instanceof ServiceError && error.code === 'not_found') return { dealerId: id, code, activated: false, version: 0, missing: faults(['NOT_FOUND'], ctx) };
      throw error;
    }
  }

  private refused(id: string, ctx: CallContext): Promise<Outcome> {
    return this.database.read(ctx, async (tx) => {
      const dealer = await loadDealer(tx, id);
      const missing = missingForActivation({ ...dealer, ...await loadContract(tx, dealer) }, ctx, businessDate(await tx.now()));
      return { dealerId: id, code: dealer.code, activated: false, version: dealer.version, missing: faults(missing, ctx) };
    });
  }

  /** The applicants that an import drafted, by code. */
  private async drafted({ importJobId, cursor }: ActivateDealersRequest, ctx: CallContext): Promise<{ dealers: Named[]; nextCursor: string }> {
    const list = 'imported-dealers';
    const { after } = pageOf({ cursor }, { list });
    const values = [isId(importJobId) ? importJobId : null, after?.key ?? null, after?.id ?? null, ACTIVATIONS_MAX + 1];
    const found = await this.database.many<Named>(ctx, { name: 'dealer_of_import', text: DRAFTED, values });
    const dealers = found.slice(0, ACTIVATIONS_MAX);
    const last = dealers.at(-1);
    return { dealers, nextCursor: found.length > ACTIVATIONS_MAX && last ? cursorOf(list, last.code, last.id) : '' };
  }
}

const DRAFTED = `
  select id, code from dealer where import_job_id = $1::uuid and status = 'applicant' and ($2::text is null or (code, id) > ($2, $3::uuid))
  order by code, id limit $4::int`;

function faults(reasons: string[], ctx: CallContext): { reason: string; message: string }[] {
  const sentences = reasonsFor(ctx.role);
  return reasons.map((reason) => ({ reason, message: inLanguage(ctx.locale, sentences[reason] ?? sentences.STEP_NOT_ALLOWED) }));
}
