import { same } from '../compare.js';
import { acceptRefusal, isReviewable, stateOf } from './issue.js';
import { amountsOf, creditNeeded, grossOf, isPaid, netOf } from './money.js';
import {
  dateOf, sum, type AdjustmentModel, type ObligationModel, type ParcelModel, type PartsModel, type PickingModel, type RequestModel, type ShipmentModel, type SlipModel, type StocktakeModel,
} from './model.js';
import { outstandingOf, tally } from './returns.js';
import { dayOf, fen, list, partId, partIndex, read, serialOf, siteIndex, type ActorName, type Sequence } from './sequence.js';
import { cancelRefusal, changeRefusal } from './stock.js';
import { chargeOf, figuresOf, OBJECTION_DAYS, stepRefusal, STOCKTAKE_ACTIONS } from './stocktakes.js';

/** A document as it is read; each kind has fields of its own. */
export interface Shown {
  id: string;
  version: number;
  state: string;
  allowedActions: { action: string; allowed: boolean; reason?: string; message?: string }[];
  lines: ShownLine[];
  [field: string]: unknown;
}
export type ShownLine = Record<string, string> & { quantity: number };

/** action → who may ever do it, and why not now. */
type Actions = Record<string, [roles: ActorName[], reason: string | undefined]>;

/** What is said of lines that a step is not for at all. */
const LEAST_TELLING = ['CHANGE_NOT_NEEDED', 'STEP_NOT_ALLOWED'];

/** Why no line allows a step that some line may; the most telling reason first. */
function withSome(reasons: readonly (string | undefined)[]): string | undefined {
  if (reasons.includes(undefined)) return undefined;
  return reasons.find((reason) => !LEAST_TELLING.includes(reason ?? '')) ?? LEAST_TELLING.find((reason) => reasons.includes(reason)) ?? 'STEP_NOT_ALLOWED';
}

export const unless = (possible: boolean, reason = 'STEP_NOT_ALLOWED'): string | undefined => (possible ? undefined : reason);

export function compareActions(what: string, shown: Pick<Shown, 'allowedActions'>, actor: ActorName, actions: Actions): void {
  const expected = Object.entries(actions).map(([action, [roles, reason]]) => [action, roles.includes(actor) ? (reason ?? '') : 'ROLE_NOT_ALLOWED']);
  const said = shown.allowedActions.map(({ action, allowed, reason }) => [action, allowed ? '' : (reason ?? '')]);
  same(`allowedActions of ${what} for ${actor}`, Object.fromEntries(said.sort()), Object.fromEntries(expected.sort()));
  same(`actions of ${what} refused without a sentence`, shown.allowedActions.filter(({ allowed, message }) => !allowed && !message), []);
}

/** P-3 to P-5: a request as somebody reads it. */
export async function compareRequest(model: PartsModel, sequence: Sequence, request: RequestModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/parts-requests/${request.id}`);
  const lines = shown.lines as unknown as Record<string, string | number | boolean>[];
  same(`request ${request.id} as ${actor} sees it`, {
    state: shown.state, submittedOn: dayOf(shown.submittedOn as string),
    lines: lines.map((line) => ({
      part: partIndex(sequence, String(line.partId)), quantity: line.quantity, serial: serialOf(sequence, String(line.unitSerial ?? '')), state: line.state, supplyKind: line.supplyKind ?? '',
      returnDue: line.returnDue ?? false, unitPrice: fen(String(line.unitPrice ?? '')), net: fen(String(line.netAmount ?? '')), tax: fen(String(line.taxAmount ?? '')),
      quotedUntil: dayOf(String(line.quoteValidUntil ?? '')), shipped: line.shippedQuantity ?? 0, received: line.receivedQuantity ?? 0, backordered: line.backorderedQuantity ?? 0,
    })),
  }, {
    state: stateOf(request), submittedOn: request.submittedOn,
    lines: request.lines.map((line) => ({
      part: line.part, quantity: line.quantity, serial: line.serial, state: line.state, supplyKind: line.supplyKind, returnDue: line.returnDue, unitPrice: line.unitPrice ?? 0,
      ...amountsOf({ unitPrice: line.unitPrice ?? 0, quantity: line.quantity }), quotedUntil: line.quotedUntil, shipped: line.shipped, received: line.received, backordered: line.backordered,
    })),
  });
  const some = (...states: string[]): boolean => request.lines.some(({ state }) => states.includes(state));
  const open = request.lines.filter(({ state }) => !['rejected', 'received', 'cancelled'].includes(state));
  const quoted = request.lines.filter(({ state }) => state === 'quoted').map((line) => acceptRefusal(model, [line])?.reason);
  compareActions('a request', shown, actor, {
    submit: [['manager', 'clerk'], unless(stateOf(request) === 'draft')], withdraw: [['manager'], open.length === 0 ? 'STEP_NOT_ALLOWED' : cancelRefusal(model, open)?.reason],
    review: [['clerk'], unless(request.lines.some((line) => isReviewable(model, request, line)))], 'accept-quote': [['manager'], withSome(quoted)],
    'decline-quote': [['manager'], unless(some('quoted'))], decide: [['supervisor'], unless(some('escalated'))], cancel: [['manager', 'clerk'], withSome(request.lines.map((line) => cancelRefusal(model, [line])?.reason))],
    'ask-change': [['manager', 'clerk'], withSome(request.lines.map((line) => changeRefusal(model, line)))],
  });
  return shown;
}

const byId = (pairs: [string, unknown][]): object => Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));

/** P-7, P-10: a picking order; dealers see none. */
export async function comparePicking(sequence: Sequence, picking: PickingModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/picking-orders/${picking.id}`);
  same(`picking order ${picking.id}`, {
    state: shown.state, site: siteIndex(sequence, shown.warehouseId as string), lines: byId(shown.lines.map((line) => [line.requestLineId ?? '', line.quantity])),
  }, { state: picking.state, site: picking.site, lines: byId(picking.lines.map(({ line, quantity }) => [line.id, quantity])) });
  compareActions('a picking order', shown, actor, { print: [['keeper'], unless(picking.state === 'open')], pick: [['keeper'], unless(picking.state === 'printed')] });
  return shown;
}

/** P-8: a shipping order. */
export async function compareShipment(model: PartsModel, sequence: Sequence, shipment: ShipmentModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/shipping-orders/${shipment.id}`);
  const { state, picking } = shipment;
  const differences = (shown.discrepancies ?? []) as { lineId: string; missingQuantity: number; state: string }[];
  same(`shipping order ${shipment.id} as ${actor} sees it`, {
    state: shown.state, site: siteIndex(sequence, shown.warehouseId as string), shippedOn: dayOf((shown.shippedAt as string).slice(0, 10)),
    lines: byId((shown.lines as unknown as Record<string, string | number>[]).map((line) => [String(line.id), [line.requestLineId, line.quantity, line.receivedQuantity ?? 0, line.supplyKind, line.returnDue ?? false]])),
    differences: byId(differences.map((each) => [each.lineId, [each.missingQuantity, each.state]])),
  }, {
    state, site: picking.site, shippedOn: shipment.shippedOn,
    lines: byId(shipment.lines.map(({ id, line, quantity, received }) => [id, [line.id, quantity, received, line.supplyKind, line.returnDue]])),
    differences: byId(shipment.discrepancies.map(({ of, missing, state: at }) => [of.id, [missing, at]])),
  });
  const disputed = shipment.discrepancies.some((each) => each.state === 'open');
  compareActions('a shipping order', shown, actor, {
    'agree-date': [['clerk'], unless(state === 'planned')], ship: [['keeper'], state === 'planned' ? 'DATE_NOT_AGREED' : (unless(state === 'ready') ?? unless(creditNeeded(model, shipment) !== 'unpaid', 'PAYMENT_MISSING'))],
    deliver: [['keeper'], unless(state === 'shipped')], 'confirm-receipt': [['manager'], unless(state === 'delivered')],
    'move-date': [['clerk'], unless(state === 'planned' || state === 'ready')], cancel: [['clerk'], unless(state === 'planned' || state === 'ready')], agree: [['keeper'], unless(disputed)],
  });
  return shown;
}

/** F-2, F-5: a charge slip. */
export async function compareSlip(sequence: Sequence, slip: SlipModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/charge-slips/${slip.id}`);
  const lines = shown.lines as unknown as Record<string, string | number>[];
  const paid = slip.lines.some((line) => line.reversed.quantity > 0) ? shown.paid : slip.state === 'confirmed' && isPaid(slip);
  same(`charge slip ${slip.id}`, {
    state: shown.state, origin: shown.origin, net: fen(shown.netTotal as string), gross: fen(shown.grossTotal as string), paid: shown.paid ?? false,
    lines: byId(lines.map((line) => [String(line.partId) + String(line.originId), [line.quantity, fen(String(line.unitPrice)), fen(String(line.netAmount)), fen(String(line.taxAmount)), line.reversedQuantity ?? 0]])),
  }, {
    state: slip.state, origin: slip.origin, net: netOf(slip), gross: grossOf(slip), paid,
    lines: byId(slip.lines.map((line) => [partId(sequence, line.part) + line.originId, [line.quantity, line.unitPrice, amountsOf(line).net, amountsOf(line).tax, line.reversed.quantity]])),
  });
  compareActions('a charge slip', shown, actor, {
    confirm: [['clerk', 'finance'], unless(slip.state === 'draft')],
    discard: [['clerk', 'finance'], slip.state === 'draft' ? 'SLIP_OF_DOCUMENT' : 'STEP_NOT_ALLOWED'], reverse: [['supervisor', 'finance'], unless(slip.state === 'confirmed')],
  });
  return shown;
}

/** H-4, H-5: a parcel; who counts does not see what was announced before. */
export async function compareParcel(model: PartsModel, sequence: Sequence, parcel: ParcelModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/returns/${parcel.id}`);
  const { state } = parcel;
  const text = (rows: unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  const lines = shown.lines as unknown as Record<string, string | number | undefined>[];
  const found = lines.map((line) => [
    partIndex(sequence, String(line.partId)), serialOf(sequence, String(line.unitSerial ?? '')), line.announcedQuantity ?? 0, line.countedQuantity ?? 0, line.condition ?? '',
    line.metQuantity ?? 0, line.surplusQuantity ?? 0, line.lateQuantity ?? 0, line.refusedQuantity ?? 0,
  ]);
  const blind = actor === 'keeper' && state !== 'counted';
  same(`return ${parcel.id} as ${actor} sees it`, { state: shown.state, site: siteIndex(sequence, shown.warehouseId as string), lines: text(found) }, { state, site: parcel.site, lines: text(besideEachOther(parcel, blind)) });
  compareActions('a return', shown, actor, {
    send: [['manager'], unless(state === 'announced')], cancel: [['manager'], unless(state === 'announced')], transit: [['keeper'], unless(state === 'announced' || state === 'in_transit')],
    receive: [['keeper'], unless(state === 'announced' || state === 'in_transit' || state === 'at_transit_site')], count: [['keeper'], unless(state === 'received')],
    'pass-on': [['keeper'], unless(state === 'at_transit_site')],
    object: [['manager'], unless(state === 'counted') ?? unless(model.day <= (parcel.countedOn ?? 0) + OBJECTION_DAYS, 'OBJECTION_WINDOW_OVER')],
  });
  return shown;
}

/** What was announced stands beside the first line that was counted of the same part and serial. */
function besideEachOther({ lines, counted }: ParcelModel, blind: boolean): unknown[][] {
  const keys = new Map([...lines, ...counted].map(({ part, serial }) => [`${part} ${serial}`, { part, serial }]));
  return [...keys.values()].flatMap(({ part, serial }) => {
    const own = <T extends { part: number; serial: string }>(each: T): boolean => each.part === part && each.serial === serial;
    const announced = blind ? 0 : sum(lines.filter(own), ({ quantity }) => quantity);
    const rows = counted.filter(own).map((each, index) => [part, serial, index === 0 ? announced : 0, each.quantity, each.condition, each.met, each.surplus, each.late, each.refused]);
    return rows.length > 0 ? rows : [[part, serial, announced, 0, '', 0, 0, 0, 0]];
  });
}

/** H-1: why an obligation is still on the list. */
export async function compareWhy(model: PartsModel, sequence: Sequence, obligation: ObligationModel, actor: ActorName): Promise<Shown> {
  const why = await read<Shown & { obligation: Shown; holds: { code: string }[] }>(sequence, actor, `/obligations/${obligation.id}/why`);
  const outstanding = outstandingOf(obligation);
  const parcels = model.parcels.filter(({ state, lines }) => state !== 'counted' && state !== 'cancelled' && lines.some(({ part }) => part === obligation.part));
  const frozen = model.stocktakes.some((each) => (each.state === 'open' || each.state === 'closed') && each.frozen.has(obligation));
  const holds = [...(obligation.dueOn === null ? ['not_delivered'] : []), ...(obligation.putOff ? ['extended'] : []), ...parcels.map(() => 'on_the_way'), ...(frozen ? ['in_stocktake'] : [])];
  same(`why obligation ${obligation.id} is open`, (why.holds ?? []).map(({ code }) => code), outstanding > 0 ? holds : []);
  const nothing = unless(outstanding > 0, 'NOTHING_OUTSTANDING');
  compareActions('an obligation', why, actor, {
    excuse: [['supervisor'], nothing], extend: [['supervisor'], nothing ?? unless(obligation.dueOn !== null, 'NOT_DELIVERED')], charge: [['clerk'], nothing],
  });
  return why.obligation;
}

/** H-2, H-6, H-7: a stocktake with its lines. */
export async function compareStocktake(model: PartsModel, sequence: Sequence, stocktake: StocktakeModel, actor: ActorName): Promise<Shown> {
  const [shown, lines] = await Promise.all([
    read<Shown>(sequence, actor, `/stocktakes/${stocktake.id}`), list<Record<string, string | number | undefined>>(sequence, actor, `/stocktakes/${stocktake.id}/lines`),
  ]);
  const figures = stocktake.lines.map((line) => ({ line, ...figuresOf(model, stocktake, line) }));
  same(`stocktake ${stocktake.id} as ${actor} sees it`, {
    state: shown.state, cutOffOn: shown.cutOffOn, returnUntil: shown.returnUntil, objectUntil: shown.objectUntil ?? '', borrowed: shown.borrowedQuantity ?? 0, returned: shown.returnedQuantity ?? 0,
    otherwise: shown.otherwiseQuantity ?? 0, variance: shown.variance ?? 0, outstanding: shown.outstandingQuantity ?? 0, net: fen(shown.netTotal as string),
    lines: lines.map((line) => [
      partIndex(sequence, String(line.partId)), line.borrowedQuantity ?? 0, line.returnedQuantity ?? 0, line.otherwiseQuantity ?? 0, line.variance ?? 0, line.outstandingQuantity ?? 0,
      fen(String(line.netAmount ?? '')), Boolean(line.objection), line.decision ?? '', dayOf(String(line.decisionDueOn ?? '')),
    ]),
  }, {
    state: stocktake.state, cutOffOn: dateOf(stocktake.cutOffOn), returnUntil: dateOf(stocktake.returnUntil), objectUntil: stocktake.objectUntil === null ? '' : dateOf(stocktake.objectUntil),
    borrowed: sum(figures, ({ line }) => line.borrowed), returned: sum(figures, ({ returned }) => returned), otherwise: sum(figures, ({ otherwise }) => otherwise),
    variance: sum(figures, ({ line, returned }) => returned - line.borrowed), outstanding: sum(figures, ({ outstanding }) => outstanding), net: sum(figures, ({ line }) => chargeOf(model, stocktake, line)),
    lines: figures.map(({ line, returned, otherwise, outstanding }) => [
      line.part, line.borrowed, returned, otherwise, returned - line.borrowed, outstanding, chargeOf(model, stocktake, line), line.objected, line.decision, line.extendTo,
    ]),
  });
  const roles: Record<string, ActorName[]> = { remind: ['clerk'], close: ['clerk'], object: ['manager'], decide: ['supervisor'], confirm: ['supervisor'], cancel: ['clerk', 'supervisor'] };
  compareActions('a stocktake', shown, actor, Object.fromEntries(STOCKTAKE_ACTIONS.map((action) => [action, [roles[action] ?? [], stepRefusal(model, stocktake, action)?.reason]])));
  return shown;
}

/** P-2: an adjustment of stock. */
export async function compareAdjustment(sequence: Sequence, adjustment: AdjustmentModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown>(sequence, actor, `/adjustments/${adjustment.id}`);
  const { state, kind, site, part, quantity } = adjustment;
  same(`adjustment ${adjustment.id}`, { state: shown.state, kind: shown.kind, site: siteIndex(sequence, shown.warehouseId as string), lines: shown.lines.map((line) => [partIndex(sequence, line.partId ?? ''), line.quantity]) },
    { state, kind, site, lines: [[part, quantity]] });
  const waits = unless(state === 'requested');
  compareActions('an adjustment', shown, actor, { approve: [['supervisor'], waits], reject: [['supervisor'], waits], cancel: [['keeper'], waits] });
  return shown;
}

/** H-1: an obligation in a list. */
export function obligationFacts(model: PartsModel, obligation: ObligationModel): object {
  const { issued, returned, charged, excused, outstanding } = tally(obligation);
  const { id, part, serial, dueOn, settlements } = obligation;
  return {
    id, part, serial, issued, returned, charged, excused, outstanding, dueOn, overdue: outstanding > 0 && dueOn !== null && model.day > dueOn,
    settlements: settlements.map(({ kind, quantity }) => `${kind} ${quantity}`),
  };
}
