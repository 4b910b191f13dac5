import { addMoney, businessDate, keptAmount, newId, Refusal, type InvoiceWish, type PaymentMethod, type SlipOrigin } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import type { Evidence } from '../requests/review.rules.js';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { lineAmounts, slipSteps, totalsOf } from './charge-slip.rules.js';
import { findSlip, holdSlips, linesOf } from './slip-lines.js';

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
    /** Reason code: why the verdict charges it, else the purpose. */
    reason: string;
  }[];
  paymentMethod: PaymentMethod;
  invoiceWish: InvoiceWish;
}

/** The approved claim behind a reimbursement. */
export interface ReimbursedClaim {
  claimId: string;
  claimNumber: string;
  callNumber: string;
  payeeKind: string;
}

/** What a draft is made of. */
export interface DraftSlip {
  dealerId: string;
  origin: Exclude<SlipOrigin, 'reversal'>;
  requestId: string | null;
  reason: string;
  paymentMethod: PaymentMethod;
  invoiceWish: InvoiceWish;
  lines: { partId: string | null; quantity: number; unitPrice: string; reason: string; originKind: string; originId: string | null }[];
  evidence?: Evidence[];
  /** Makes it a reimbursement; without it the slip charges (F-6). */
  claim?: ReimbursedClaim;
}

const NO_CLAIM = { claimId: null, claimNumber: '', callNumber: '', payeeKind: '' };
/** what somebody else was paid is given back as it is; no tax of ours is on it. */
const UNTAXED = '0';

/** F-1: opens a draft slip over accepted lines; answers its id. */
export async function openSlipForRequest(tx: Tx, accepted: AcceptedLines): Promise<{ slipId: string }> {
  const { requestId, dealerId, paymentMethod, invoiceWish } = accepted;
  const lines = accepted.lines.map(({ requestLineId, ...line }) => ({ ...line, originKind: 'parts_request_line', originId: requestLineId }));
  const slip = await insertDraft(tx, { dealerId, origin: 'request', requestId, reason: '', paymentMethod, invoiceWish, lines });
  return { slipId: slip.id };
}

/** Inserts a draft with the amounts of today's tax rate; the rate of the day of confirmation replaces it (F-2). Errors: AMOUNT_TOO_LARGE. */
export async function insertDraft(tx: Tx, draft: DraftSlip): Promise<Slip> {
  const { lines, claim, evidence = [], ...head } = draft;
  const now = await tx.now();
  const taxRate = claim ? UNTAXED : await settingAt(tx, 'tax.ratePercent', businessDate(now));
  const priced = lines.map((line) => ({ ...line, ...lineAmounts(line, taxRate) }));
  priced.forEach(({ netAmount }, index) => keptAmount(netAmount, `lines[${index}].quantity`));
  keptAmount(totalsOf(priced).grossTotal, 'lines');
  const slip = tx.em.create(Slip, {
    ...head, ...(claim ?? NO_CLAIM), ...totalsOf(priced), id: newId(), number: null, direction: claim ? 'reimbursement' : 'charge', state: slipSteps.initial,
    reversesSlipId: null, evidence, discardReason: '', taxRate, createdAt: now, createdBy: tx.ctx.userId, confirmedAt: null, month: null, paid: false, paidAt: null,
    paidVersion: 0, wishVersion: 0, version: 1,
  });
  await tx.em.insert(Slip, slip);
  await tx.em.insert(SlipLineRow, priced.map((line, index) => ({
    ...line, id: newId(), dealerId: slip.dealerId, slipId: slip.id, position: index + 1, reversesLineId: null, revenueNet: '0.00', revenueQuantity: 0,
  })));
  await tx.audit({ action: 'open', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId, changed: { grossTotal: { after: slip.grossTotal }, state: { after: slip.state } } });
  return slip;
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
  /** What is left of the line with tax, 2 decimals; the whole line when nothing was reversed. */
  gross: string;
  /** Pieces that are left of it. */
  pieces: number;
}

const SLIPS_OF_LINES = `
  select distinct l.slip_id as "slipId" from charge_slip_line l
   where l.origin_kind = 'parts_request_line' and l.origin_id = any($1::uuid[])`;

const GATE = `
  select l.origin_id as "requestLineId", s.id as "slipId", l.id as "slipLineId", s.state = 'confirmed' as confirmed, s.paid,
         s.payment_method as "paymentMethod", l.net_amount::text as net, l.tax_amount::text as tax,
         coalesce((select sum(r.net_amount + r.tax_amount) from charge_slip_line r where r.reverses_line_id = l.id), 0)::text as reversed,
         l.quantity + coalesce((select sum(r.quantity) from charge_slip_line r where r.reverses_line_id = l.id), 0)::int as pieces
    from charge_slip_line l join charge_slip s on s.id = l.slip_id
   where l.origin_kind = 'parts_request_line' and l.origin_id = any($1::uuid[]) and s.state <> 'void'
   order by l.origin_id, s.created_at desc`;

type GateRead = Omit<SlipGateRow, 'gross'> & { net: string; tax: string; reversed: string };

/**
 * P-9: the slip line behind each charged line of a request; lines without a slip line, or whose slip line is wholly
 * reversed, are absent. Within a command the slips are held still until its end, so that no reversal passes by.
 */
export async function slipGate(tx: Tx, requestLineIds: readonly string[]): Promise<SlipGateRow[]> {
  const slips = await tx.sql<{ slipId: string }>({ name: 'slips_of_request_lines', text: SLIPS_OF_LINES, values: [requestLineIds] });
  await holdSlips(tx, slips.map((row) => row.slipId), 'shared');
  const rows = await tx.sql<GateRead>({ name: 'slip_gate', text: GATE, values: [requestLineIds] });
  const latest = new Map<string, SlipGateRow>();
  for (const { net, tax, reversed, ...row } of rows) {
    if (row.pieces > 0 && !latest.has(row.requestLineId)) latest.set(row.requestLineId, { ...row, gross: addMoney(net, tax, reversed) });
  }
  return [...latest.values()];
}

/**
 * A charged line is cancelled before shipment: takes it off its draft slip (an emptied draft is void). Refuses
 * SLIP_CONFIRMED (failed_precondition) when the slip is confirmed and the line not wholly reversed yet, since a
 * confirmed slip never changes (F-5).
 */
export async function dropFromDraftSlip(tx: Tx, requestLineIds: readonly string[]): Promise<void> {
  const gate = await slipGate(tx, requestLineIds);
  for (const slipId of new Set(gate.map((row) => row.slipId))) {
    const slip = await findSlip(tx, slipId, { lock: true });
    if (!slip) continue;
    if (slip.state !== 'draft') {
      throw new Refusal('failed_precondition', 'SLIP_CONFIRMED', 'The charge slip is confirmed: reverse it first.', { slipId });
    }
    const dropped = gate.filter((row) => row.slipId === slipId).map((row) => row.slipLineId);
    await tx.em.delete(SlipLineRow, dropped);
    const rest = await linesOf(tx, slipId);
    const before = { state: slip.state, grossTotal: slip.grossTotal };
    Object.assign(slip, totalsOf(rest), { version: slip.version + 1, state: rest.length > 0 ? slip.state : slipSteps.next('drop', slip.state) });
    await tx.em.update(Slip, { id: slip.id }, slip);
    await tx.audit({
      action: 'drop_lines', kind: 'charge_slip', id: slip.id, dealerId: slip.dealerId,
      changed: { state: { before: before.state, after: slip.state }, grossTotal: { before: before.grossTotal, after: slip.grossTotal } },
    });
  }
}

/** Ids of the slips of a request that the caller may see, oldest first. */
export async function slipIdsOfRequest(tx: Tx, requestId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>({
    name: 'slips_of_request',
    text: `select id from charge_slip where request_id = $1 order by created_at, id`,
    values: [requestId],
  });
  return rows.map((row) => row.id);
}
