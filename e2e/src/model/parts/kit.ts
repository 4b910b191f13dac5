import { same } from '../compare.js';
import { dateOf, PARTS, sum, type DiscrepancyModel, type PartsModel, type ShipmentLineModel, type ShipmentModel } from './model.js';
import { outstandingOf } from './returns.js';
import { list, partIndex, type Sequence } from './sequence.js';

const USED_MONTHS = 12;
const COVER_MONTHS = 3;

/** A part of a suggested kit: what was used, is there and comes, and what follows. */
export interface KitModel {
  part: number;
  consumed: number;
  onHand: number;
  onTheWay: number;
  target: number;
  suggested: number;
}

/** The same day so many months before, or the month's last where there is none. */
export function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(day, last))).toISOString().slice(0, 10);
}

const newestOf = (part: number): number => Math.max(...(PARTS[part]?.chain ?? [part]));

/** P-12: what never reached the dealer was not used. */
const NOT_COME: readonly DiscrepancyModel['state'][] = ['agreed', 'lost', 'damaged'];

interface Stocked {
  used: number;
  has: number;
}

/** P-12: what is issued for work is used; of what it keeps in stock a dealer has what it still has to return, else what came within the cover months. */
function figuresOf(model: PartsModel, { shippedOn, picking, discrepancies }: ShipmentModel, of: ShipmentLineModel): Stocked {
  const since = (months: number): boolean => dateOf(shippedOn ?? 0) >= monthsBefore(dateOf(model.day), months);
  const { line, quantity, received } = of;
  const obligation = model.obligations.find((each) => each.of === of);
  const owed = Math.min(received, obligation ? outstandingOf(obligation) : 0);
  const stocked = picking.request.purpose === 'stock';
  if (!since(USED_MONTHS)) return { used: 0, has: stocked ? owed : 0 };
  if (!stocked) return { used: quantity - sum(discrepancies.filter((each) => each.of === of && NOT_COME.includes(each.state)), ({ missing }) => missing), has: 0 };
  const has = line.returnDue ? owed : since(COVER_MONTHS) ? received : 0;
  return { used: received - has, has };
}

const COMING = ['in_review', 'quoted', 'escalated', 'approved', 'shipped'];

/** P-12: by the newest part of each chain, those of which a piece is expected; half a piece is one. */
export function kitOf(model: PartsModel): KitModel[] {
  const kit = PARTS.map((_part, part): KitModel => ({ part, consumed: 0, onHand: 0, onTheWay: 0, target: 0, suggested: 0 }));
  const of = (part: number): KitModel => kit[newestOf(part)] as KitModel;
  for (const shipment of model.shipments.filter(({ shippedOn }) => shippedOn !== null)) {
    for (const each of shipment.lines.filter(({ line }) => line.supplyKind !== 'gift')) {
      const { used, has } = figuresOf(model, shipment, each);
      of(each.line.part).consumed += used;
      of(each.line.part).onHand += has;
    }
  }
  for (const { lines } of model.requests.filter(({ purpose, submittedOn }) => purpose === 'stock' && submittedOn !== null)) {
    for (const line of lines.filter(({ state }) => COMING.includes(state))) of(line.part).onTheWay += line.quantity - line.received - line.missing;
  }
  for (const each of kit) {
    each.target = Math.floor((each.consumed * COVER_MONTHS) / USED_MONTHS + 0.5);
    each.suggested = Math.max(0, each.target - each.onHand - each.onTheWay);
  }
  return kit.filter(({ target }) => target > 0);
}

type ShownKit = { partId: string; reason: string } & Record<'consumedQuantity' | 'onHandQuantity' | 'onTheWayQuantity' | 'installedUnits' | 'targetQuantity' | 'suggestedQuantity', number | undefined>;

/** P-12: what the dealer should keep, with the figures behind it; none of its parts fits a unit here. */
export async function compareKit(model: PartsModel, sequence: Sequence, actor: 'manager' | 'clerk'): Promise<void> {
  const shown = await list<ShownKit>(sequence, actor, `/reports/suggested-kit${actor === 'clerk' ? `?dealerId=${sequence.stage.dealerId}` : ''}`);
  same(`the suggested kit as ${actor} sees it`, shown.map((each) => [
    partIndex(sequence, each.partId), each.consumedQuantity ?? 0, each.onHandQuantity ?? 0, each.onTheWayQuantity ?? 0, each.installedUnits ?? 0, each.targetQuantity ?? 0, each.suggestedQuantity ?? 0, each.reason,
  ]), kitOf(model).map(({ part, consumed, onHand, onTheWay, target, suggested }) => [part, consumed, onHand, onTheWay, 0, target, suggested, suggested > 0 ? 'consumption' : 'covered']));
}
