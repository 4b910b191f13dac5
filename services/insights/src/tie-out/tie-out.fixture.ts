import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, LateReturnReversedSchema, MonthClosedSchema, MonthComparedSchema, ObligationOpenedSchema, ObligationSettledSchema, PartsReceivedSchema, PartsShippedSchema,
  ReturnAcceptedSchema, ReturnCreditChangedSchema, ShortageAgreedSchema,
} from '@aftercare/contracts';
import { monthOf, newId } from '@aftercare/domain';
import { specEvent, type SpecEvent } from '../spec-event.fixture.js';

/** Of whom and of what the lists of a spec are. */
export interface Whose {
  dealerId: string;
  partId: string;
}

/** A shipment of the examples: what is charged stands on a slip that was confirmed the day before. */
export interface Shipment {
  due?: number;
  charged?: number;
  free?: number;
  /** Revenue of the charged pieces, which are the whole line of their slip. */
  net?: string;
}

let numbers = 0;
const number = (kind: string): string => `${kind}-${String((numbers += 1)).padStart(4, '0')}`;

/** What parts tells of the lists of a dealer and part. Days are local dates. */
export class TieStory {
  readonly events: SpecEvent[] = [];
  /** The obligation of the last shipment. */
  obligationId = '';
  lineId = '';

  constructor(readonly whose: Whose) {}

  private tell(event: SpecEvent): void {
    this.events.push(event);
  }

  private readonly at = (day: string): { at: string; month: string } => ({ at: `${day}T04:00:00.000Z`, month: monthOf(day) });

  /** P-13: what shipped, with its obligation and its slip. */
  ship(day: string, { due = 0, charged = 0, free = 0, net = '0.00' }: Shipment): this {
    const { at, month } = this.at(day);
    const { dealerId, partId } = this.whose;
    const [shippingOrderId, slipId, slipLineId] = [newId(), newId(), newId()];
    const line = (supplyKind: string, quantity: number, more: object = {}) => ({ shippingLineId: newId(), requestLineId: newId(), partId, quantity, supplyKind, ...more });
    const lines = [
      ...(due > 0 ? [line('warranty', due, { returnDue: true })] : []), ...(free > 0 ? [line('gift', free)] : []),
      ...(charged > 0 ? [line('charged', charged, { chargeSlipId: slipId, chargeSlipLineId: slipLineId, reason: 'term_over', revenueNet: net })] : []),
    ];
    if (charged > 0) this.confirm(day, 'request', { slipId, lineId: slipLineId, quantity: charged, net, originKind: 'parts_request_line', revenue: '0.00' });
    this.tell(specEvent(PartsShippedSchema, { shippingOrderId, number: number('SO'), requestId: newId(), dealerId, lines, shippedAt: at, month }, at));
    if (due > 0) {
      [this.obligationId, this.lineId] = [newId(), lines[0].shippingLineId];
      this.tell(specEvent(ObligationOpenedSchema, { obligationId: this.obligationId, dealerId, partId, quantity: due, shippingOrderId, month, shippingLineId: this.lineId }, at));
    }
    return this;
  }

  /** H-5: counted pieces that meet the obligation, and those that are kept as credit. */
  count(day: string, met: number, surplus = 0): this {
    const { at, month } = this.at(day);
    const { dealerId, partId } = this.whose;
    const parcelId = newId();
    const lines = [...(met > 0 ? [{ countedPartId: partId, partId, quantity: met, outcome: 'met', obligationId: this.obligationId }] : []), ...(surplus > 0 ? [{ countedPartId: partId, partId, quantity: surplus, outcome: 'surplus' }] : [])];
    this.tell(specEvent(ReturnAcceptedSchema, { acceptanceId: newId(), parcelId, number: number('RP'), dealerId, lines, month }, at));
    if (met > 0) this.settle(day, 'returned', met, { documentKind: 'return_parcel', documentId: parcelId });
    if (surplus > 0) this.tell(specEvent(ReturnCreditChangedSchema, { creditId: newId(), dealerId, partId, quantity: surplus, documentKind: 'return_parcel', documentId: parcelId, month }, at));
    return this;
  }

  /** H-1: an end of pieces of the last obligation. */
  settle(day: string, kind: string, quantity: number, document: { documentKind: string; documentId: string } = { documentKind: 'obligation_excuse', documentId: newId() }): this {
    const { at, month } = this.at(day);
    this.tell(specEvent(ObligationSettledSchema, { obligationId: this.obligationId, settlementId: newId(), ...this.whose, kind, quantity, ...document, month }, at));
    return this;
  }

  /** F-1: a confirmed slip of one line. */
  confirm(day: string, origin: string, line: { slipId: string; lineId: string; quantity: number; net: string; originKind: string; revenue: string }): this {
    const { at, month } = this.at(day);
    const { dealerId, partId } = this.whose;
    const earned = origin === 'request' ? 0 : line.quantity;
    this.tell(specEvent(ChargeSlipConfirmedSchema, {
      slipId: line.slipId, number: number('CS'), dealerId, direction: 'charge', origin, confirmedAt: at, month, netTotal: line.net,
      lines: [{ lineId: line.lineId, partId, quantity: line.quantity, netAmount: line.net, reason: 'stocktake_deficit', originKind: line.originKind, revenueNet: line.revenue, revenueQuantity: earned }],
    }, at));
    return this;
  }

  /** F-1: a line by hand. */
  charge(day: string, quantity: number, net: string): this {
    return this.confirm(day, 'manual', { slipId: newId(), lineId: newId(), quantity, net, originKind: 'manual', revenue: net });
  }

  /** H-7: pieces are converted; what comes late takes the charge back, `back` days later. */
  convert(day: string, quantity: number, net: string, late?: { counted: string; reversed: string }): this {
    const { dealerId, partId } = this.whose;
    const [slipId, lineId, parcelId, reversingSlipId] = [newId(), newId(), newId(), newId()];
    this.confirm(day, 'stocktake', { slipId, lineId, quantity, net, originKind: 'stocktake_line', revenue: net });
    this.settle(day, 'charged', quantity, { documentKind: 'charge_slip', documentId: slipId });
    if (!late) return this;
    const [counted, reversed] = [this.at(late.counted), this.at(late.reversed)];
    const reversingNumber = number('CS');
    this.tell(specEvent(ReturnAcceptedSchema, {
      acceptanceId: newId(), parcelId, number: number('RP'), dealerId, month: counted.month, lines: [{ countedPartId: partId, partId, quantity, outcome: 'late', obligationId: this.obligationId }],
    }, counted.at));
    this.tell(specEvent(ChargeSlipReversedSchema, {
      slipId, reversingSlipId, reversingNumber, dealerId, direction: 'charge', origin: 'stocktake', month: reversed.month, reversedAt: reversed.at,
      lines: [{ lineId, partId, quantity, netAmount: net, reason: 'stocktake_deficit', originKind: 'stocktake_line', revenueNet: net, revenueQuantity: quantity }],
    }, reversed.at));
    this.settle(late.reversed, 'conversion_reversed', quantity, { documentKind: 'charge_slip', documentId: reversingSlipId });
    this.settle(late.reversed, 'returned', quantity, { documentKind: 'return_parcel', documentId: parcelId });
    this.tell(specEvent(LateReturnReversedSchema, { lateReturnId: newId(), dealerId, partId, quantity, obligationId: this.obligationId, parcelId, reversingSlipId, reversingNumber, month: reversed.month }, reversed.at));
    return this;
  }

  /** H-7: surplus credit that meets pieces of the last obligation. */
  useCredit(day: string, quantity: number): this {
    const { at, month } = this.at(day);
    const document = { documentKind: 'shipping_order', documentId: newId() };
    this.tell(specEvent(ReturnCreditChangedSchema, { creditId: newId(), ...this.whose, quantity: -quantity, ...document, month }, at));
    return this.settle(day, 'credit', quantity, document);
  }

  /** P-8: pieces of the last obligation never arrived although a count or credit had ended them: that is credit again, of which some meets another obligation at once. */
  neverArrived(day: string, undone: 'return_reversed' | 'credit_reversed', quantity: number, met: { obligationId: string; quantity: number }): this {
    const { at, month } = this.at(day);
    const document = { documentKind: 'discrepancy', documentId: newId() };
    const credit = (pieces: number): void => this.tell(specEvent(ReturnCreditChangedSchema, { creditId: newId(), ...this.whose, quantity: pieces, ...document, month }, at));
    this.settle(day, undone, quantity, document).settle(day, 'shortage', quantity, document);
    credit(quantity);
    if (met.quantity === 0) return this;
    credit(-met.quantity);
    this.tell(specEvent(ObligationSettledSchema, { obligationId: met.obligationId, settlementId: newId(), ...this.whose, kind: 'credit', quantity: met.quantity, ...document, month }, at));
    return this;
  }

  /** P-8: a charged line of which pieces were missing, agreed, and shipped again on the same slip. */
  shipMissing(day: string, quantity: number, missing: number, net: string): this {
    const { at, month } = this.at(day);
    const { dealerId, partId } = this.whose;
    const [slipId, slipLineId, shippingOrderId, shippingLineId, discrepancyId] = [newId(), newId(), newId(), newId(), newId()];
    const [orderNumber, charged] = [number('SO'), { partId, supplyKind: 'charged', chargeSlipId: slipId, chargeSlipLineId: slipLineId, reason: 'term_over' }];
    this.confirm(day, 'request', { slipId, lineId: slipLineId, quantity, net, originKind: 'parts_request_line', revenue: '0.00' });
    this.tell(specEvent(PartsShippedSchema, { shippingOrderId, number: orderNumber, dealerId, lines: [{ shippingLineId, quantity, ...charged, revenueNet: net }], shippedAt: at, month }, at));
    this.tell(specEvent(PartsReceivedSchema, { shippingOrderId, dealerId, lines: [{ shippingLineId, partId, receivedQuantity: quantity - missing, missingQuantity: missing }] }, at));
    this.tell(specEvent(ShortageAgreedSchema, { discrepancyId, shippingOrderId, shippingOrderNumber: orderNumber, shippingLineId, dealerId, partId, quantity: missing, supplyKind: 'charged', month }, at));
    const again = at.replace('T04', 'T06');
    this.tell(specEvent(PartsShippedSchema, { shippingOrderId: newId(), number: number('SO'), dealerId, lines: [{ shippingLineId: newId(), quantity: missing, ...charged, revenueNet: '0.00' }], shippedAt: again, month }, again));
    return this;
  }

  /** B-6: the lists agreed when they were compared for the close. */
  close(month: string): this {
    const closedAt = `${month}-28T04:00:00.000Z`;
    this.tell(specEvent(MonthComparedSchema, { month, comparedAt: closedAt, agreed: true }, closedAt));
    this.tell(specEvent(MonthClosedSchema, { month, closedAt, hash: 'a'.repeat(64) }, closedAt));
    return this;
  }
}

/** March to May of the examples, a surplus with its next issue in June and July, and what else moves a term in August. */
export function examplesOf(whose: Whose, year = '2026'): SpecEvent[] {
  const on = (day: string): string => `${year}-${day}`;
  const story = new TieStory(whose);
  story.ship(on('03-05'), { due: 10, charged: 3, free: 2, net: '37.04' }).count(on('03-20'), 4).count(on('04-20'), 5);
  story.convert(on('05-09'), 1, '12.35', { counted: on('05-20'), reversed: on('05-20') });
  story.ship(on('05-30'), { due: 6 }).count(on('06-10'), 6, 2).ship(on('07-01'), { due: 3 }).useCredit(on('07-01'), 2);
  story.settle(on('08-01'), 'excused', 1).charge(on('08-02'), 2, '20.00').shipMissing(on('08-03'), 2, 1, '20.00').close(on('03'));
  return story.events;
}
