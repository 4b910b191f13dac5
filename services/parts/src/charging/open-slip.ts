import type { Tx } from '@aftercare/service';
import type { InvoiceWish, PaymentMethod } from '@aftercare/domain';

/** Charged lines of a request that the dealer accepted. */
export interface AcceptedLines {
  requestId: string;
  dealerId: string;
  lines: {
    requestLineId: string;
    partId: string;
    quantity: number;
    /** Without tax, up to 4 decimals; frozen. */
    unitPrice: string;
    /** Reason code, the verdict's reason or 'special_price'. */
    reason: string;
  }[];
  paymentMethod: PaymentMethod;
  invoiceWish: InvoiceWish;
}

/** F-1: opens a draft slip over accepted lines; answers its id. */
export async function openSlipForRequest(_tx: Tx, _accepted: AcceptedLines): Promise<{ slipId: string }> {
  return Promise.resolve({ slipId: '' });
}

/** How far a charged line is paid, as told by invoicing. */
export interface SlipGateRow {
  requestLineId: string;
  slipId: string;
  slipLineId: string;
  /** The slip is confirmed and not void. */
  confirmed: boolean;
  /** The slip is fully paid, a deposit counts. */
  paid: boolean;
  paymentMethod: PaymentMethod;
  /** The whole line with tax, 2 decimals. */
  gross: string;
}

/** P-9: the slip line behind each charged line of a request; lines without a slip line are absent. */
export async function slipGate(_tx: Tx, _requestLineIds: readonly string[]): Promise<SlipGateRow[]> {
  return Promise.resolve([]);
}

/**
 * A charged line is cancelled before shipment: takes it off its draft slip (an emptied draft is void). Refuses
 * SLIP_CONFIRMED (failed_precondition) when the slip is confirmed and the line not wholly reversed yet, since a
 * confirmed slip never changes (F-5).
 */
export async function dropFromDraftSlip(_tx: Tx, _requestLineIds: readonly string[]): Promise<void> {
  return Promise.resolve();
}

/** Ids of the slips of a request that the caller may see, oldest first. */
export async function slipIdsOfRequest(_tx: Tx, _requestId: string): Promise<string[]> {
  return Promise.resolve([]);
}
