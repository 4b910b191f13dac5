import {
  SITES, stockOf, type AdjustmentModel, type LineModel, type PartsModel, type PickingModel, type Refused, type RequestModel, type SlipModel, refused, sum,
} from './model.js';

/** Pieces of a line that a site promises. */
interface Promised {
  line: LineModel;
  site: number;
  quantity: number;
}

const free = (model: PartsModel, site: number, part: number): number => stockOf(model, site, part).onHand - stockOf(model, site, part).reserved;

/** P-7: a shipping site that has the whole line serves it; else all give what they have, in their order, and the rest waits. */
function promise(model: PartsModel, line: LineModel, wanted: number): Promised[] {
  const sites = SITES.flatMap(({ receiving }, site) => (receiving && free(model, site, line.part) > 0 ? [site] : []));
  const whole = sites.find((site) => free(model, site, line.part) >= wanted);
  const promised: Promised[] = [];
  let missing = wanted;
  for (const site of whole === undefined ? sites : [whole]) {
    const quantity = Math.min(missing, free(model, site, line.part));
    if (quantity === 0) continue;
    stockOf(model, site, line.part).reserved += quantity;
    missing -= quantity;
    promised.push({ line, site, quantity });
  }
  line.backordered = missing;
  return promised;
}

/** P-7, P-10: on the open picking order of the site; a printed one is locked, so another is made. Its id is learnt later. */
function pick(model: PartsModel, request: RequestModel, promised: readonly Promised[]): void {
  for (const { line, site, quantity } of promised) {
    let order = model.pickings.find((each) => each.request === request && each.site === site && each.state === 'open');
    if (!order) model.pickings.push((order = { id: '', request, site, state: 'open', lines: [] }));
    const known = order.lines.find((each) => each.line === line);
    if (known) known.quantity += quantity;
    else order.lines.push({ line, quantity, planned: 0 });
  }
}

/** P-6, P-7: lines are approved together: their supply is frozen, and stock is promised in their order. */
export function approve(model: PartsModel, request: RequestModel, lines: readonly { line: LineModel; supplyKind: LineModel['supplyKind']; returnDue: boolean }[]): void {
  model.moment += 1;
  for (const { line, supplyKind, returnDue } of lines) Object.assign(line, { state: 'approved', supplyKind, returnDue, approvedAt: model.moment });
  pick(model, request, lines.flatMap(({ line }) => promise(model, line, line.quantity)));
}

/** P-7: what became free is offered to who waits: urgent first, then who was approved first. */
export function offer(model: PartsModel, parts: readonly number[]): void {
  const waiting = model.requests.flatMap((request) => request.lines.map((line) => ({ request, line })))
    .filter(({ line }) => line.state === 'approved' && line.backordered > 0 && parts.includes(line.part));
  waiting.sort((a, b) => Number(b.request.urgent) - Number(a.request.urgent) || a.line.approvedAt - b.line.approvedAt || (a.line.id < b.line.id ? -1 : 1));
  for (const { request, line } of waiting) pick(model, request, promise(model, line, line.backordered));
}

/** P-2, P-7: pieces arrive. */
export function arrive(model: PartsModel, site: number, pieces: readonly { part: number; quantity: number }[]): void {
  for (const { part, quantity } of pieces) stockOf(model, site, part).onHand += quantity;
  offer(model, pieces.map(({ part }) => part));
}

/** P-4, P-10: why a line cannot be cancelled. */
function lineRefusal(model: PartsModel, line: LineModel): Refused | undefined {
  if (!['in_review', 'quoted', 'escalated', 'approved'].includes(line.state)) return refused('STEP_NOT_ALLOWED');
  return line.shipped > 0 || picksOf(model, line).some(({ order }) => order.state !== 'open') ? refused('PICKING_PRINTED') : undefined;
}

function picksOf(model: PartsModel, line: LineModel): { order: PickingModel; pick: PickingModel['lines'][number] }[] {
  return model.pickings.flatMap((order) => order.lines.filter((each) => each.line === line).map((each) => ({ order, pick: each })));
}

function slipsOf(model: PartsModel, lines: readonly LineModel[]): SlipModel[] {
  return model.slips.filter((slip) => slip.state !== 'void' && slip.lines.some((each) => each.line && lines.includes(each.line)));
}

/** P-4, P-10, F-5: why lines are not cancelled together. */
export function cancelRefusal(model: PartsModel, lines: readonly LineModel[]): Refused | undefined {
  const why = lines.map((line) => lineRefusal(model, line)).find((each) => each !== undefined);
  return why ?? (slipsOf(model, lines).some((slip) => slip.state === 'confirmed') ? refused('SLIP_CONFIRMED') : undefined);
}

/** P-10: why neither the line nor a piece of it is given up: what is shipped or planned stays, and the warehouse is asked of printed pieces only. */
export function changeRefusal(model: PartsModel, line: LineModel): string | undefined {
  if (line.state !== 'approved') return 'STEP_NOT_ALLOWED';
  const picks = picksOf(model, line);
  const loose = line.backordered + sum(picks, ({ pick: { quantity, planned } }) => quantity - planned);
  const whole = line.shipped === 0 && loose === line.quantity;
  const piece = loose > 0 && line.quantity - 1 >= Math.max(1, line.shipped);
  if (!whole && !piece) return 'ALREADY_PLANNED';
  return picks.some(({ order }) => ['printed', 'picked'].includes(order.state)) ? undefined : 'CHANGE_NOT_NEEDED';
}

/** P-4, F-5: lines are cancelled together. */
export function cancelLines(model: PartsModel, lines: readonly LineModel[]): void {
  const charged = lines.filter((line) => line.state === 'approved' && line.supplyKind === 'charged');
  for (const slip of slipsOf(model, charged)) {
    slip.lines = slip.lines.filter((each) => !each.line || !charged.includes(each.line));
    if (slip.lines.length === 0) slip.state = 'void';
  }
  for (const line of lines) {
    for (const { order, pick: picked } of picksOf(model, line)) {
      order.lines = order.lines.filter((each) => each !== picked);
      if (order.lines.length === 0) order.state = 'cancelled';
      stockOf(model, order.site, line.part).reserved -= picked.quantity;
    }
    Object.assign(line, { state: 'cancelled', backordered: 0 });
  }
  // Each part that was freed is offered by itself, so that the order among parts does not matter.
  for (const part of new Set(lines.map((line) => line.part))) offer(model, [part]);
}

/** P-2: why a correction is not booked: promised pieces are not taken. */
export function adjustmentRefusal(model: PartsModel, { state, site, part, quantity }: AdjustmentModel): Refused | undefined {
  if (state !== 'requested') return refused('STEP_NOT_ALLOWED');
  return quantity < 0 && free(model, site, part) < -quantity ? refused('STOCK_SHORT') : undefined;
}

/** P-2: a correction is booked when a second person approves. */
export function approveAdjustment(model: PartsModel, adjustment: AdjustmentModel): void {
  const { site, part, quantity } = adjustment;
  adjustment.state = 'approved';
  if (quantity > 0) arrive(model, site, [{ part, quantity }]);
  else stockOf(model, site, part).onHand += quantity;
}
