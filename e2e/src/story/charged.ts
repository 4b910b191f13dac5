import { businessDate } from '@aftercare/domain';
import { eventually, ProblemError, type Ref } from '../http/api.js';
import { callAndRequest, pickAndPlan, recordAndConfirm, review, sellAndInstall, shipAndReceive, WAYBILL, type LoopResult, type Manufacturer, type Sale, type Stage } from './loop.js';

/** A charge slip as far as the stories read it. */
export interface Slip extends Ref {
  grossTotal: string;
  grossInWords: string;
  paid: boolean;
}

/**
 * Out of warranty: quote, acceptance, charge slip 《售后服务材料收费暨报销单》, part payment, payment, shipment only
 * then, and the invoice by hand (P-5, P-9, F-1 to F-5, B-1).
 */
export async function chargedLoop(stage: Stage, sale: Sale & { purchaseDate: string }): Promise<LoopResult & { slipId: string; invoiceId: string }> {
  const { dealer, goods, tell } = stage;
  const sold = await sellAndInstall(stage, sale);
  const { callId, request } = await callAndRequest(stage, sold, goods.cartridgeId);
  const quoted = await review(stage, request);
  const accepted = await dealer.manager.post(`/parts-requests/${request.id}/accept-quote`, {
    version: quoted.version, lineIds: quoted.lines.map(({ id }) => id), paymentMethod: 'bank_transfer', invoiceWish: 'now',
  });
  tell(`the dealer accepts ${quoted.lines[0]?.unitPrice} (P-5)`, accepted.number);
  const slip = await confirmSlip(stage, request.id);
  const planned = await pickAndPlan(stage, quoted);
  await expectUnpaid(stage, planned);
  await pay(stage, slip, '1.00');
  await expectUnpaid(stage, planned);
  await pay(stage, slip, subtract(slip.grossTotal, '1.00'));
  await eventually(() => stage.people.clerk.get<Slip>(`/charge-slips/${slip.id}`), ({ paid }) => paid, 'the payment of the slip');
  await shipAndReceive(stage, planned);
  await recordAndConfirm(stage, { callId, partId: goods.cartridgeId });
  const invoiceId = await invoice(stage, slip);
  return { callId, requestId: request.id, shippingOrderId: planned.id, slipId: slip.id, invoiceId };
}

/** The slip that accepting a quote opened is confirmed (F-5). */
export async function confirmSlip(stage: Manufacturer, requestId: string): Promise<Slip> {
  const { clerk } = stage.people;
  const { items } = await clerk.get<{ items: Ref[] }>(`/charge-slips?requestId=${requestId}`);
  const [draft] = items;
  if (!draft) throw new Error('accepting the quote opened no charge slip');
  await clerk.post(`/charge-slips/${draft.id}/confirm`, { version: draft.version });
  const slip = await clerk.get<Slip>(`/charge-slips/${draft.id}`);
  stage.tell(`the charge slip 《收费暨报销单》 is confirmed: ${slip.grossTotal} ${slip.grossInWords} (F-5)`, slip.number);
  return slip;
}

/** P-9: what is not fully paid does not ship. */
async function expectUnpaid(stage: Stage, planned: Ref): Promise<void> {
  const refusal = await stage.people.keeper.post(`/shipping-orders/${planned.id}/ship`, { version: planned.version, ...WAYBILL }).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(refusal instanceof ProblemError) || refusal.problem.reason !== 'PAYMENT_MISSING') throw new Error(`shipped without payment: ${String(refusal)}`);
  stage.tell('not paid in full: it does not ship (P-9)', planned.number);
}

/** A payment that names its slip, matched by hand where it does not post by itself (B-4). */
export async function pay(stage: Manufacturer & { dealer: Pick<Stage['dealer'], 'id'> }, slip: Pick<Slip, 'id' | 'number'>, amount: string): Promise<void> {
  const { finance } = stage.people;
  // The receivable is opened by the slip's event, which may still be on its way.
  await eventually(() => finance.raw('GET', `/receivables/${slip.id}`), ({ status }) => status === 200, 'the receivable');
  const payment = await finance.post<Ref>('/payments', { dealerId: stage.dealer.id, method: 'bank_transfer', amount, reference: slip.number });
  if (payment.state !== 'matched') {
    await finance.post(`/payments/${payment.id}/match`, { version: payment.version, allocations: [{ slipId: slip.id, amount }] });
  }
  stage.tell(`finance posts a payment of ${amount} (B-4)`, payment.number);
}

/** The adapter "by hand": the clerk types what the tax platform issued (B-3). */
async function invoice(stage: Stage, slip: Slip): Promise<string> {
  const { finance } = stage.people;
  const requested = await finance.post('/invoices', { dealerId: stage.dealer.id, slipIds: [slip.id], kind: 'special' });
  const number = String(Date.now()).padStart(20, '2');
  const issued = await finance.post(`/invoices/${requested.id}/issue`, { version: requested.version, invoiceNumber: number, invoiceDate: businessDate(stage.now()) });
  const delivered = await finance.post(`/invoices/${requested.id}/deliver`, { version: issued.version });
  stage.tell(`the invoice is ${delivered.state} (B-1, B-2)`, delivered.number);
  const balance = await finance.get<{ balanced: boolean; debitTotal: string }>('/ledger/trial-balance');
  if (!balance.balanced) throw new Error('the ledger does not balance');
  stage.tell(`the ledger balances at ${balance.debitTotal} (B-4)`, delivered.number);
  return requested.id;
}

/** Decimal amounts of a story have two decimals; in fen they are whole numbers. */
function subtract(a: string, b: string): string {
  const fen = (amount: string): number => Math.round(Number(amount) * 100);
  return ((fen(a) - fen(b)) / 100).toFixed(2);
}
