import { same } from '../compare.js';
import { compareClaim } from './claims.js';
import { compareAdjustment, compareParcel, comparePicking, compareRequest, compareShipment, compareSlip, compareStocktake, obligationFacts } from './documents.js';
import { compareKit } from './kit.js';
import { dateOf, PART_NUMBERS, SITES, sum, type PartsModel } from './model.js';
import { outstandingOf } from './returns.js';
import { dayOf, list, partIndex, read, serialOf, siteIndex, withoutId, type Sequence } from './sequence.js';

interface ShownObligation {
  id: string;
  partId: string;
  unitSerial?: string;
  shippingOrderId: string;
  dueOn?: string;
  overdue?: boolean;
  issuedQuantity?: number;
  returnedQuantity?: number;
  chargedQuantity?: number;
  excusedQuantity?: number;
  outstandingQuantity?: number;
  settlements?: { kind: string; quantity: number }[];
}

/** After every command: stock, obligations, what is outstanding, and what is held. */
export async function compareAll(model: PartsModel, sequence: Sequence): Promise<void> {
  await learnPickings(model, sequence);
  const { dealerId } = sequence.stage;
  const [stock, obligations, outstanding, held] = await Promise.all([
    list<{ partId: string; warehouseId: string; onHand?: number; reserved?: number; available?: number }>(sequence, 'keeper', `/stock?q=${sequence.stage.prefix}`),
    list<ShownObligation>(sequence, 'manager', '/obligations'), list<ShownObligation>(sequence, 'clerk', `/obligations?dealerId=${dealerId}&onlyOutstanding=true`),
    list<{ partId: string; outstandingQuantity: number; overdueQuantity?: number }>(sequence, 'clerk', `/reports/holdings-by-age?dealerId=${dealerId}`),
  ]);
  const shelves = SITES.flatMap((_site, site) => PART_NUMBERS.map((part) => {
    const row = stock.find((each) => partIndex(sequence, each.partId) === part && siteIndex(sequence, each.warehouseId) === site);
    return [row?.onHand ?? 0, row?.reserved ?? 0, row?.available ?? 0];
  }));
  same('on hand, reserved and available by site and part', shelves, model.stock.flatMap((parts) => parts.map(({ onHand, reserved }) => [onHand, reserved, onHand - reserved])));
  for (const each of withoutId(model.obligations)) {
    const known = new Set(model.obligations.map(({ id }) => id));
    each.id = obligations.find(({ id, partId, unitSerial, shippingOrderId }) => !known.has(id) && partIndex(sequence, partId) === each.part && serialOf(sequence, unitSerial ?? '') === each.serial
      && shippingOrderId === model.shipments.find(({ lines }) => lines.includes(each.of))?.id)?.id ?? 'none was opened';
  }
  const order = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  same('obligations', obligations.map((each) => factsOf(sequence, each)).sort(order), model.obligations.map((each) => obligationFacts(model, each) as { id: string }).sort(order));
  const open = model.obligations.filter((each) => outstandingOf(each) > 0);
  same('obligations with pieces outstanding, first due first', outstanding.map(({ id }) => id), [...open].sort((a, b) => (a.dueOn ?? 1_000_000) - (b.dueOn ?? 1_000_000) || order(a, b)).map(({ id }) => id));
  const holdings = PART_NUMBERS.map((part) => open.filter((each) => each.part === part)).flatMap((own, part) => (own.length === 0 ? [] : [[
    part, sum(own, outstandingOf), sum(own.filter(({ dueOn }) => dueOn !== null && dueOn < model.day), outstandingOf)]]));
  same('holdings and overdue by part', held.map((each) => [partIndex(sequence, each.partId), each.outstandingQuantity, each.overdueQuantity ?? 0]), holdings);
}

function factsOf(sequence: Sequence, shown: ShownObligation): { id: string } {
  return {
    id: shown.id, part: partIndex(sequence, shown.partId), serial: serialOf(sequence, shown.unitSerial ?? ''), issued: shown.issuedQuantity ?? 0, returned: shown.returnedQuantity ?? 0,
    charged: shown.chargedQuantity ?? 0, excused: shown.excusedQuantity ?? 0, outstanding: shown.outstandingQuantity ?? 0, dueOn: dayOf(shown.dueOn), overdue: shown.overdue ?? false,
    settlements: (shown.settlements ?? []).map(({ kind, quantity }) => `${kind} ${quantity}`),
  } as { id: string };
}

/** Ids of picking orders that were made on the way. */
async function learnPickings(model: PartsModel, sequence: Sequence): Promise<void> {
  for (const picking of withoutId(model.pickings)) {
    const known = new Set(model.pickings.map(({ id }) => id));
    const made = await list<{ id: string; warehouseId: string }>(sequence, 'clerk', `/picking-orders?requestId=${picking.request.id}`);
    picking.id = made.find(({ id, warehouseId }) => !known.has(id) && siteIndex(sequence, warehouseId) === picking.site)?.id ?? 'none was made';
  }
}

/** At the end of a sequence: every document, the movements of the dealer, and the lists of all months. */
export async function compareEnd(model: PartsModel, sequence: Sequence): Promise<void> {
  for (const each of model.requests) await compareRequest(model, sequence, each, 'manager');
  for (const each of model.pickings) await comparePicking(sequence, each, 'keeper');
  for (const each of model.shipments) await compareShipment(model, sequence, each, 'clerk');
  for (const each of model.slips) await compareSlip(sequence, each, 'manager');
  for (const each of model.parcels) await compareParcel(model, sequence, each, 'keeper');
  for (const each of model.stocktakes) await compareStocktake(model, sequence, each, 'clerk');
  for (const each of model.adjustments) await compareAdjustment(sequence, each, 'keeper');
  for (const each of model.claims) await compareClaim(sequence, each, 'auditor');
  await compareKit(model, sequence, 'clerk');
  await compareLedger(model, sequence);
  const months = [...new Set(Array.from({ length: model.day + 1 }, (_each, day) => dateOf(day).slice(0, 7)))];
  for (const month of months) await compareMonth(model, sequence, month);
}

/** H-1a: the dealer's account in the ledger of stock is what it has to return. */
async function compareLedger(model: PartsModel, sequence: Sequence): Promise<void> {
  const account = `dealer:${sequence.stage.dealerId}`;
  const moved = await list<{ partId: string; quantity: number; toAccount?: string }>(sequence, 'keeper', `/stock/movements?account=${encodeURIComponent(account)}`);
  const balance = PART_NUMBERS.map((part) => sum(moved.filter((each) => partIndex(sequence, each.partId) === part), ({ quantity, toAccount }) => (toAccount === account ? quantity : -quantity)));
  same('holdings by the ledger of stock', balance, PART_NUMBERS.map((part) => sum(model.obligations.filter((each) => each.part === part), outstandingOf)));
}

/** P-13, H-8: what was issued and what came back in a month. */
async function compareMonth(model: PartsModel, sequence: Sequence, month: string): Promise<void> {
  const { dealerId } = sequence.stage;
  const inMonth = (day: number | null): boolean => day !== null && dateOf(day).startsWith(month);
  const [sums, issued, returned] = await Promise.all([
    list<{ quantity?: number; chargedQuantity?: number; freeQuantity?: number; returnDueQuantity?: number }>(sequence, 'manager', `/reports/issue-sums?month=${month}&by=part`),
    list<{ partId: string; quantity: number; shortageQuantity?: number; obligationId?: string; slipId?: string }>(sequence, 'clerk', `/reports/issues?month=${month}&dealerId=${dealerId}`),
    list<{ partId: string; quantity: number; metQuantity?: number; surplusQuantity?: number; lateQuantity?: number }>(sequence, 'manager', `/reports/returned-parts?month=${month}`),
  ]);
  const shipped = model.shipments.filter(({ shippedOn }) => inMonth(shippedOn)).flatMap(({ lines, discrepancies }) => lines.map((of) => (
    { of, short: sum(discrepancies.filter((each) => each.of === of && each.state === 'agreed'), ({ missing }) => missing) })));
  const bySum = PART_NUMBERS.map((part) => shipped.filter(({ of }) => of.line.part === part)).filter((own) => own.length > 0).map((own) => {
    const pieces = (which: (each: (typeof own)[number]) => boolean): number => sum(own.filter(which), ({ of, short }) => of.quantity - short);
    const charged = pieces(({ of }) => of.line.supplyKind === 'charged');
    return [pieces(() => true), charged, pieces(() => true) - charged, pieces(({ of }) => of.line.returnDue)];
  });
  same(`sums of issues of ${month}`, sums.map((each) => [each.quantity ?? 0, each.chargedQuantity ?? 0, each.freeQuantity ?? 0, each.returnDueQuantity ?? 0]), bySum);
  const rows = (list_: unknown[][]): string[] => list_.map((row) => JSON.stringify(row)).sort();
  same(`issues of ${month}`, rows(issued.map((each) => [partIndex(sequence, each.partId), each.quantity, each.shortageQuantity ?? 0, each.obligationId ?? '', each.slipId ?? ''])), rows(shipped.map(({ of, short }) => [
    of.line.part, of.quantity, short, model.obligations.find((each) => each.of === of)?.id ?? '', of.slipId])));
  const counted = model.parcels.filter(({ countedOn }) => inMonth(countedOn)).flatMap((parcel) => parcel.counted).filter((line) => line.condition !== 'wrong_part' && line.quantity > line.refused);
  same(`returns of ${month}`, rows(returned.map((each) => [partIndex(sequence, each.partId), each.quantity, each.metQuantity ?? 0, each.surplusQuantity ?? 0, each.lateQuantity ?? 0])),
    rows(counted.map((line) => [line.part, line.quantity - line.refused, line.met, line.surplus, line.late])));
}

/** Reads a job until it has ended. */
export async function untilEnded(sequence: Sequence, id: string, actor: 'clerk' | 'supervisor'): Promise<{ state: string; result: string; errors?: { code: string }[] }> {
  for (;;) {
    const job = await read<{ state: string; result: string; errors?: { code: string }[] }>(sequence, actor, `/jobs/parts/${id}`);
    if (job.state === 'done' || job.state === 'failed') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
