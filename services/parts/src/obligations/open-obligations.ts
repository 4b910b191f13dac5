import type { Tx } from '@aftercare/service';

/** A shipped line whose pieces must come back (P-6). */
export interface ReturnDueLine {
  shippingLineId: string;
  partId: string;
  quantity: number;
  /** Serial of the product the part was for; empty for none. */
  unitSerial: string;
}

/** The shipment that opens obligations. */
export interface ShippedOrder {
  shippingOrderId: string;
  shippingOrderNumber: string;
  dealerId: string;
  requestId: string;
  /** Call of the request; null for none. */
  callId: string | null;
  /** ISO 8601. */
  shippedAt: string;
}

/**
 * H-1: opens one obligation per shipped line with a return due. The pieces have already been booked onto the dealer's
 * holdings by the caller, in the same transaction.
 */
export async function openObligations(_tx: Tx, _order: ShippedOrder, _lines: readonly ReturnDueLine[]): Promise<void> {
  return Promise.resolve();
}

/** H-1: the due date of the shipment's obligations counts from the local day of delivery. */
export async function startDueDates(_tx: Tx, _shippingOrderId: string, _deliveredOn: string): Promise<void> {
  return Promise.resolve();
}

/** An agreed shortage of a shipped line with a return due. */
export interface AgreedShortage {
  shippingLineId: string;
  quantity: number;
  /** The discrepancy. */
  documentId: string;
}

/**
 * P-8: ends the missing pieces of the line's obligation as `shortage`. The caller books the reversing movement out of
 * the dealer's holdings, in the same transaction.
 */
export async function reduceForShortage(_tx: Tx, _shortage: AgreedShortage): Promise<void> {
  return Promise.resolve();
}
