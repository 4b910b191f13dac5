import {
  ENDING_ON, inChain, partOf, priceOn, PROVED_UNTIL, refused, stockOf, sum, type DiscrepancyModel, type LineModel, type ObligationModel, type PartsModel, type PickingModel, type Refused, type RequestModel,
  type ShipmentLineModel, type ShipmentModel, type SlipModel,
} from './model.js';
import { creditNeeded, hold, type Gate } from './money.js';
import { endMissing } from './missing.js';
import { end } from './returns.js';
import { approve, arrive } from './stock.js';

const QUOTE_DAYS = 15;
const DUE_DAYS = 30;

/** P-4: what a request is called, the first that applies. */
export function stateOf({ lines, submittedOn }: RequestModel): string {
  const every = (...states: string[]): boolean => lines.every(({ state }) => states.includes(state));
  const some = (...states: string[]): boolean => lines.some(({ state }) => states.includes(state));
  if (every('cancelled')) return 'withdrawn';
  if (submittedOn === null) return 'draft';
  if (every('rejected')) return 'rejected';
  if (every('in_review', 'cancelled')) return 'submitted';
  if (some('in_review')) return 'in_review';
  if (some('quoted')) return 'waiting_for_dealer';
  if (some('escalated')) return 'escalated';
  return some('approved', 'shipped') ? 'fulfilling' : 'fulfilled';
}

/** What a reviewer enters for a line. */
export interface Entry {
  line: LineModel;
  way: 'plain' | 'exclusion' | 'exclusion_without_photo' | 'proof' | 'gift' | 'reject';
}

/** W-3 to W-6: who pays, by the day of the visit. */
function covered(model: PartsModel, { visitOn }: RequestModel, { line, way }: Entry): boolean | null {
  const proved = way === 'proof';
  const known = { COVERED: true, EXPIRED: false, ENDING: (visitOn ?? model.day) <= ENDING_ON, UNKNOWN: null, '': null }[line.serial];
  const base = known === null && proved ? (visitOn ?? model.day) <= PROVED_UNTIL : known;
  return way === 'exclusion' && base === true ? false : base;
}

export const isReviewable = (model: PartsModel, { submittedOn }: RequestModel, line: LineModel): boolean =>
  submittedOn !== null && (line.state === 'in_review' || (line.state === 'quoted' && model.day > (line.quotedUntil ?? 0)));

/** P-5: why a review is refused. */
export function reviewRefusal(model: PartsModel, request: RequestModel, entries: readonly Entry[]): Refused | undefined {
  if (entries.some(({ way }) => way === 'exclusion_without_photo')) return refused('EVIDENCE_MISSING', 400);
  if (entries.some(({ line }) => !isReviewable(model, request, line))) return refused('STEP_NOT_ALLOWED');
  const asked = entries.filter(({ way }) => request.purpose !== 'stock' && way !== 'gift' && way !== 'reject');
  if (request.purpose === 'stock' && entries.some(({ way }) => way === 'gift')) return refused('STOCK_IS_CHARGED');
  return asked.some((entry) => covered(model, request, entry) === null) ? refused('COVERAGE_UNKNOWN') : undefined;
}

/** P-5, P-6, W-6: covered is free, not covered and stock is quoted; own kinds are free without return. */
export function review(model: PartsModel, request: RequestModel, entries: readonly Entry[]): void {
  const approved: Parameters<typeof approve>[2][number][] = [];
  for (const entry of entries) {
    const { line, way } = entry;
    if (way === 'reject') line.state = 'rejected';
    else if (way === 'gift') approved.push({ line, supplyKind: 'gift', returnDue: false });
    else if (request.purpose !== 'stock' && covered(model, request, entry)) approved.push({ line, supplyKind: 'warranty', returnDue: partOf(line.part).returnRequired });
    else quote(model, line, priceOn(line.part, model.day));
  }
  approve(model, request, approved);
}

function quote(model: PartsModel, line: LineModel, unitPrice: number): void {
  Object.assign(line, { state: 'quoted', supplyKind: 'charged', unitPrice, quotedUntil: model.day + QUOTE_DAYS });
}

/** P-5: a quote is accepted while it holds. */
export function acceptRefusal(model: PartsModel, lines: readonly LineModel[]): Refused | undefined {
  for (const { state, quotedUntil } of lines) {
    if (state !== 'quoted') return refused('STEP_NOT_ALLOWED');
    if (model.day > (quotedUntil ?? 0)) return refused('QUOTE_EXPIRED');
  }
  return undefined;
}

/** P-5, F-1: the lines are approved, and a slip is drafted over them; its ids are learnt later. */
export function accept(model: PartsModel, { request, lines, onAccount }: { request: RequestModel; lines: readonly LineModel[]; onAccount: boolean }): SlipModel {
  approve(model, request, lines.map((line) => ({ line, supplyKind: 'charged', returnDue: false })));
  const slip: SlipModel = {
    id: '', origin: 'request', onAccount, state: 'draft', paid: 0, confirmedAt: null,
    lines: lines.map((line) => ({ line, originId: line.id, part: line.part, quantity: line.quantity, unitPrice: line.unitPrice ?? 0, reversed: { quantity: 0, net: 0, tax: 0 } })),
  };
  model.slips.push(slip);
  return slip;
}

/** What a supervisor decides of an escalated line. */
export interface Decided {
  line: LineModel;
  decision: 'lower' | 'waive' | 'reject';
  price: number;
  returnDue: boolean;
}

/** P-5: only what was declined is decided, and a special price is a lower one. */
export function decideRefusal({ line, decision, price }: Decided): Refused | undefined {
  if (line.state !== 'escalated') return refused('STEP_NOT_ALLOWED');
  return decision === 'lower' && price >= (line.unitPrice ?? 0) ? refused('PRICE_INVALID', 400) : undefined;
}

/** P-5: lowers, which is a quote again, waives or rejects. */
export function decide(model: PartsModel, request: RequestModel, { line, decision, price, returnDue }: Decided): void {
  if (decision === 'lower') quote(model, line, price);
  if (decision === 'reject') line.state = 'rejected';
  if (decision === 'waive') {
    Object.assign(line, { unitPrice: null, quotedUntil: null });
    approve(model, request, [{ line, supplyKind: 'special', returnDue }]);
  }
}

const leftToPlan = ({ lines }: PickingModel, chosen: readonly LineModel[] | null): PickingModel['lines'] =>
  lines.filter(({ quantity, planned, line }) => planned < quantity && (chosen === null || chosen.includes(line)));

/** P-8: picked lines, some or all, that are not planned yet. */
export function planRefusal(picking: PickingModel, chosen: readonly LineModel[] | null): Refused | undefined {
  if (picking.state !== 'picked') return refused('LINE_NOT_PICKED');
  const left = leftToPlan(picking, chosen);
  return left.length === 0 || left.length < (chosen?.length ?? 0) ? refused('NOTHING_TO_SHIP') : undefined;
}

/** P-8: urgent and complete it may leave at once, else the day is agreed first; its ids are learnt later. */
export function plan(model: PartsModel, picking: PickingModel, chosen: readonly LineModel[] | null): ShipmentModel {
  const left = leftToPlan(picking, chosen);
  const complete = left.every(({ line }) => line.backordered === 0);
  const shipment: ShipmentModel = {
    id: '', picking, state: picking.request.urgent && complete ? 'ready' : 'planned', shippedOn: null, discrepancies: [],
    lines: left.map(({ line, quantity, planned }) => ({ id: '', line, quantity: quantity - planned, received: 0, slipId: '' })),
  };
  model.shipments.push(shipment);
  for (const each of left) each.planned = each.quantity;
  return shipment;
}

/** P-9: why goods do not leave now; room on the credit line is held on the way, also when another slip finds none. */
export function shipRefusal(model: PartsModel, shipment: ShipmentModel): Refused | undefined {
  if (shipment.state === 'planned') return refused('DATE_NOT_AGREED');
  if (shipment.state !== 'ready') return refused('STEP_NOT_ALLOWED');
  const gate: Gate = creditNeeded(model, shipment);
  if (gate === 'unpaid') return refused('PAYMENT_MISSING');
  return gate.every(({ slip, amount }) => hold(model, shipment, { slip, amount })) ? undefined : refused('CREDIT_EXHAUSTED');
}

/** P-8, H-1, H-7: goods leave; what must come back is owed, and a surplus of the same part, as far as its chain has not used it, meets it at once. */
export function ship(model: PartsModel, shipment: ShipmentModel): void {
  Object.assign(shipment, { state: 'shipped', shippedOn: model.day });
  for (const of of shipment.lines) {
    const { line, quantity } = of;
    const stock = stockOf(model, shipment.picking.site, line.part);
    stock.onHand -= quantity;
    stock.reserved -= quantity;
    line.shipped += quantity;
    of.slipId = model.slips.find(({ state, lines }) => state !== 'void' && lines.some((each) => each.line === line))?.id ?? '';
    if (line.shipped === line.quantity) line.state = 'shipped';
    if (!line.returnDue) continue;
    const obligation: ObligationModel = { id: '', part: line.part, serial: line.serial, shipped: quantity, openedOn: model.day, dueOn: null, putOff: false, of, settlements: [] };
    model.obligations.push(obligation);
    const used = Math.min(creditOf(model, line.part), quantity);
    if (used === 0) continue;
    model.surplus.push({ part: line.part, quantity: -used, on: model.day });
    end(model, obligation, { kind: 'credit', quantity: used });
  }
}

/** H-7, H-1a: surplus of a part, as far as its chain has not used it; what of another part was used on it leaves its own. */
function creditOf({ surplus }: PartsModel, part: number): number {
  let [balance, least] = [0, 0];
  for (const { quantity } of surplus.filter((each) => each.part === part)) {
    balance += quantity;
    least = Math.min(least, balance);
  }
  return Math.max(0, Math.min(balance - least, sum(surplus.filter((each) => inChain(part, each.part)), ({ quantity }) => quantity)));
}

/** H-1, W-1: due so many days after the day of delivery, which is not counted. */
export function deliver(model: PartsModel, shipment: ShipmentModel): void {
  shipment.state = 'delivered';
  for (const obligation of model.obligations) if (shipment.lines.includes(obligation.of)) obligation.dueOn = model.day + DUE_DAYS;
}

/** P-8: received line by line; what is missing opens a difference, whose id is learnt later. */
export function receive(shipment: ShipmentModel, came: ReadonlyMap<ShipmentLineModel, number>): void {
  shipment.state = 'received';
  for (const of of shipment.lines) {
    of.received = came.get(of) ?? of.quantity;
    const missing = of.quantity - of.received;
    if (missing > 0) shipment.discrepancies.push({ id: '', of, missing, state: 'open' });
    const { line } = of;
    line.received += of.received;
    line.missing += missing;
    if (line.state === 'shipped' && line.received + line.missing === line.quantity) line.state = 'received';
  }
}

/** How a difference is decided: it never left, the carrier lost or damaged it, or it did arrive. */
export type Outcome = 'shortage' | 'lost' | 'damaged' | 'refused';

/** P-8: a difference is decided once. */
export function differenceRefusal({ state }: DiscrepancyModel): Refused | undefined {
  return state === 'open' ? undefined : refused('STEP_NOT_ALLOWED');
}

/** P-8, H-1: what had to come back is excused, once, and all of it is claimed, at what the dealer pays or the price of the day it left; its id is learnt later. */
export function bookLoss(model: PartsModel, { shippedOn }: ShipmentModel, discrepancy: DiscrepancyModel): void {
  const { line } = discrepancy.of;
  endMissing(model, discrepancy, 'excused');
  const unitPrice = (line.supplyKind === 'charged' ? line.unitPrice : null) ?? priceOn(line.part, shippedOn ?? model.day);
  model.claims.push({ id: '', discrepancy, state: 'draft', unitPrice, amount: 0, settled: 0 });
}

/** P-8: what never left is back in the warehouse and not owed. */
export function agreeShortage(model: PartsModel, { picking }: ShipmentModel, discrepancy: DiscrepancyModel): void {
  endMissing(model, discrepancy, 'shortage');
  arrive(model, picking.site, [{ part: discrepancy.of.line.part, quantity: discrepancy.missing }]);
}

/** P-8, P-9: a shipment is called off before it leaves: its lines can be planned anew, what is held is free. */
export function cancelShipment(model: PartsModel, shipment: ShipmentModel): void {
  shipment.state = 'cancelled';
  for (const { line, quantity } of shipment.lines) {
    const picked = shipment.picking.lines.find((each) => each.line === line);
    if (picked) picked.planned -= quantity;
  }
  model.holds = model.holds.filter((each) => each.shipment !== shipment);
}
