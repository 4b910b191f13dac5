import type { ChargedLine, ChargeSlipConfirmed, ChargeSlipReversed, LateReturnReversed, ObligationOpened, ObligationSettled, PartsReceived, PartsShipped, ReturnAccepted, ReturnCreditChanged, ShortageAgreed } from '@aftercare/contracts';
import { addMoney, monthOf } from '@aftercare/domain';
import type { TieTerm } from './tie-out.rules.js';

/** Terms that only help to find the share of a shipment in its slip, and are in no identity themselves. */
export type HelpTerm = 'slip_line' | 'slip_reversed' | 'missing';

/** A line of a document as the tie-out keeps it. */
export interface TieLine {
  term: TieTerm | HelpTerm;
  /** Unique within its term. */
  key: string;
  lineId: string;
  month: string;
  dealerId: string;
  partId: string;
  pieces: number;
  /** Revenue as told, without tax. */
  amount: string;
  /** What the line's own document says that it comes to. */
  net: string;
  /** What its counterpart has as well; of a charged shipment the slip's line. */
  link: string;
  documentKind: string;
  documentId: string;
  documentNumber: string;
  reason: string;
  at: string;
}

type Told<T> = Omit<T, '$typeName' | '$unknown'>;

const nothing = { amount: '0.00', net: '0.00', link: '', documentNumber: '', reason: '' };

/** P-13: what left: charged, with a return due, or free without one. */
export function linesShipped(event: PartsShipped): TieLine[] {
  const { shippingOrderId: documentId, number: documentNumber, dealerId, month, shippedAt: at } = event;
  return event.lines.map((line) => {
    const charged = line.supplyKind === 'charged';
    return {
      ...nothing, term: charged ? 'shipped_charged' : line.returnDue ? 'shipped_due' : 'shipped_free', key: line.shippingLineId, lineId: line.shippingLineId, month, dealerId,
      partId: line.partId, pieces: line.quantity, amount: charged ? addMoney(line.revenueNet || '0.00') : '0.00', link: charged ? line.chargeSlipLineId : line.shippingLineId,
      documentKind: 'shipping_order', documentId, documentNumber, reason: line.reason || line.supplyKind, at,
    };
  });
}

/** P-8: pieces that were missing at the dealer's; they may ship again on the same slip. */
export function linesMissing(event: PartsReceived, at: string): TieLine[] {
  return event.lines.filter(({ missingQuantity }) => missingQuantity > 0).map((line) => ({
    ...nothing, term: 'missing', key: line.shippingLineId, lineId: line.shippingLineId, month: monthOf(at), dealerId: event.dealerId, partId: line.partId, pieces: line.missingQuantity,
    link: line.shippingLineId, documentKind: 'shipping_order', documentId: event.shippingOrderId, at,
  }));
}

/** P-8: an agreed shortage of a line that opened no obligation. */
export function lineShort(event: ShortageAgreed, at: string): TieLine {
  const { discrepancyId, dealerId, partId, month, quantity: pieces, shippingOrderNumber: documentNumber, supplyKind: reason } = event;
  return {
    ...nothing, term: reason === 'charged' ? 'shortage_charged' : 'shortage_free', key: discrepancyId, lineId: discrepancyId, month, dealerId, partId, pieces, link: event.shippingLineId,
    documentKind: 'discrepancy', documentId: discrepancyId, documentNumber, reason, at,
  };
}

/** H-1, X-9: pieces that must come back, of a shipment or of an opening. */
export function lineOpened(event: ObligationOpened, at: string): TieLine {
  const { obligationId, dealerId, partId, quantity: pieces, month, openingDocumentId } = event;
  const opening = openingDocumentId !== '';
  return {
    ...nothing, term: opening ? 'opening' : 'opened', key: obligationId, lineId: obligationId, month, dealerId, partId, pieces, link: event.shippingLineId,
    documentKind: opening ? 'opening_document' : 'shipping_order', documentId: opening ? openingDocumentId : event.shippingOrderId, at,
  };
}

const SETTLED: Readonly<Record<string, TieTerm>> = {
  returned: 'settled_returned', charged: 'settled_charged', excused: 'settled_excused', credit: 'settled_credit', shortage: 'shortage_due', conversion_reversed: 'undone_charged',
  return_reversed: 'undone_returned', credit_reversed: 'undone_credit', excuse_reversed: 'undone_excused',
};

/** H-1: how pieces ended, or what took such an end back; of an opening that was taken back they never were the dealer's. */
export function lineSettled(event: ObligationSettled, at: string): TieLine {
  const { settlementId, obligationId, dealerId, partId, kind, quantity, documentKind, documentId, month } = event;
  const told = { ...nothing, key: settlementId, lineId: settlementId, month, dealerId, partId, documentKind, documentId, at };
  if (kind === 'shortage' && documentKind === 'opening_document') return { ...told, term: 'opening', pieces: -quantity };
  const term = SETTLED[kind];
  if (!term) throw new RangeError(`no term for an end of the kind ${kind}`);
  return { ...told, term, pieces: quantity, link: kind === 'returned' ? obligationId : `${documentId} ${partId}` };
}

const OUTCOMES: Readonly<Record<string, TieTerm>> = { met: 'returned_met', late: 'returned_late', surplus: 'returned_surplus' };

/** H-5: what was counted and accepted. */
export function linesAccepted(event: ReturnAccepted, at: string): TieLine[] {
  const { acceptanceId, parcelId: documentId, number: documentNumber, dealerId, month } = event;
  return event.lines.map(({ partId, quantity: pieces, outcome, obligationId }, index) => {
    const term = OUTCOMES[outcome];
    if (!term) throw new RangeError(`no term for accepted pieces that are ${outcome}`);
    return {
      ...nothing, term, key: `${acceptanceId} ${index + 1}`, lineId: acceptanceId, month, dealerId, partId, pieces, link: outcome === 'surplus' ? `${documentId} ${partId}` : obligationId,
      documentKind: 'return_parcel', documentId, documentNumber, at,
    };
  });
}

/** H-7: surplus credit kept or used. */
export function lineCredit(event: ReturnCreditChanged, at: string): TieLine {
  const { creditId, dealerId, partId, quantity, documentKind, documentId, month } = event;
  return {
    ...nothing, term: quantity > 0 ? 'credit_kept' : 'credit_used', key: creditId, lineId: creditId, month, dealerId, partId, pieces: Math.abs(quantity), link: `${documentId} ${partId}`,
    documentKind, documentId, at,
  };
}

/** H-7: the charge of late pieces was taken back. */
export function lineLate(event: LateReturnReversed, at: string): TieLine {
  const { lateReturnId, dealerId, partId, quantity: pieces, obligationId: link, reversingSlipId: documentId, reversingNumber: documentNumber, month } = event;
  return { ...nothing, term: 'late_reversed', key: lateReturnId, lineId: lateReturnId, month, dealerId, partId, pieces, link, documentKind: 'charge_slip', documentId, documentNumber, at };
}

/** Slip lines that obligations were converted into. */
const isConversion = ({ originKind }: Told<ChargedLine>): boolean => originKind === 'obligation' || originKind === 'stocktake_line';

/** F-8: what was revenue when its slip was confirmed; lines of requests are revenue when they ship, and wait for it here. */
export function linesConfirmed(event: ChargeSlipConfirmed): TieLine[] {
  if (event.direction !== 'charge') return [];
  const { slipId: documentId, number: documentNumber, dealerId, month, confirmedAt: at } = event;
  return event.lines.map((line) => {
    const term = event.origin === 'request' ? 'slip_line' : isConversion(line) ? 'converted' : 'manual';
    return {
      ...nothing, term, key: line.lineId, lineId: line.lineId, month, dealerId, partId: line.partId, pieces: line.quantity, amount: addMoney(line.revenueNet || '0.00'), net: line.netAmount,
      link: term === 'converted' ? `${documentId} ${line.partId}` : line.lineId, documentKind: 'charge_slip', documentId, documentNumber, reason: line.reason, at,
    };
  });
}

/** F-8, H-7: what is no revenue any more, and conversions that were taken back; of a request what will not ship any more. */
export function linesReversed(event: ChargeSlipReversed): TieLine[] {
  if (event.direction !== 'charge') return [];
  const { reversingSlipId: documentId, reversingNumber: documentNumber, dealerId, month, reversedAt: at } = event;
  return event.lines.flatMap((line): TieLine[] => {
    const amount = addMoney(line.revenueNet || '0.00');
    const told = {
      ...nothing, key: `${documentId} ${line.lineId}`, lineId: line.lineId, month, dealerId, partId: line.partId, documentKind: 'charge_slip', documentId, documentNumber, reason: line.reason, at,
    };
    const unearned: TieLine[] = amount === '0.00' && line.revenueQuantity === 0 ? []
      : [{ ...told, term: 'revenue_reversed', pieces: line.revenueQuantity, amount, net: event.origin === 'request' ? amount : line.netAmount, link: line.lineId }];
    if (event.origin === 'request') return [...unearned, { ...told, term: 'slip_reversed', pieces: line.quantity - line.revenueQuantity, net: line.netAmount, link: line.lineId }];
    return isConversion(line) ? [...unearned, { ...told, term: 'conversion_reversed', pieces: line.quantity, link: `${documentId} ${line.partId}` }] : unearned;
  });
}
