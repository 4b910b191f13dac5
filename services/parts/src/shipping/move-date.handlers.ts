import { Controller } from '@nestjs/common';
import { ShippingService, type MoveShippingDateRequest } from '@aftercare/contracts';
import { Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, knownStanding } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { lockForChange, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { checkNotLeft } from '../requests/parts-request.rules.js';
import { earliestDay } from './earliest-day.js';
import { keepPromise } from './keep-promise.js';
import { ShippingOrder } from './shipping-order.entity.js';
import { checkShippingDate, shippingSteps } from './shipping.rules.js';

/** Promised days that are put elsewhere (P-10). */
@Controller()
export class MoveDateHandlers implements Pick<Handlers<typeof ShippingService>, 'moveShippingDate'> {
  constructor(private readonly database: Database) {}

  /** P-8, P-10: another day with its reason, to which the dealer agrees anew. Errors: DEALER_NOT_ACTIVE, DATE_INVALID, DATE_TOO_EARLY, REASON_MISSING, STEP_NOT_ALLOWED, STALE_VERSION. */
  @Rpc(ShippingService.method.moveShippingDate)
  async moveShippingDate(request: MoveShippingDateRequest, ctx: CallContext) {
    requireRole(ctx, 'shipping.plan');
    const reason = request.reason.trim();
    if (reason === '') throw invalidField('reason', 'A promised day is put elsewhere for a reason.', 'REASON_MISSING');
    return this.database.command(ctx, async (tx) => {
      const order = await lockForChange(tx, ShippingOrder, request, 'shipping order');
      const before = { date: order.agreedDate ?? order.plannedDate, state: order.state };
      order.state = shippingSteps.next('move', before.state);
      checkNotLeft(await knownStanding(tx, order.dealerId));
      checkShippingDate(request.plannedDate, await earliestDay(tx), 'plannedDate');
      await keepPromise(tx, order, { promisedOn: request.plannedDate, cause: 'moved', reason });
      Object.assign(order, { plannedDate: request.plannedDate, agreedDate: null, version: order.version + 1 });
      const { id, number, dealerId, state, plannedDate, agreedDate, version } = order;
      await tx.em.update(ShippingOrder, { id }, { state, plannedDate, agreedDate, version });
      await tx.audit({
        action: 'move-date', kind: 'shipping_order', id, dealerId,
        changed: { state: { before: before.state, after: state }, plannedDate: { before: before.date, after: plannedDate }, reason: { after: reason } },
      });
      await notify(tx, { kind: 'parts.shipping_date_moved', role: 'dealer_manager', dealerId, document: { kind: 'shipping-order', id, number }, severity: 'warning', params: { plannedDate: plannedDate ?? '' } });
      return refOf(order);
    }, { request });
  }
}
