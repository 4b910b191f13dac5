import {
  defineSteps, Refusal, refusalReason, type ParcelState, type ReturnCondition, type SiteKind,
} from '@aftercare/domain';

/** H-4: the life of a return parcel. One that nobody marked as sent arrives all the same: its label says what it is. */
export const parcelSteps = defineSteps<ParcelState, ParcelAction>({
  initial: 'announced',
  steps: {
    send: { from: ['announced'], to: 'in_transit' },
    transit: { from: ['announced', 'in_transit'], to: 'at_transit_site' },
    'pass-on': { from: ['at_transit_site'], to: 'in_transit' },
    receive: { from: ['announced', 'in_transit', 'at_transit_site'], to: 'received' },
    count: { from: ['received'], to: 'counted' },
    cancel: { from: ['announced'], to: 'cancelled' },
  },
  final: ['counted', 'cancelled'],
});

export const PARCEL_ACTIONS = ['send', 'transit', 'pass-on', 'receive', 'count', 'cancel'] as const;
export type ParcelAction = (typeof PARCEL_ACTIONS)[number];

/** Who asks, as far as the rules of a parcel look at it. */
export interface ParcelCaller {
  role: string;
  /** The site a warehouse keeper is bound to; null for none. */
  siteId: string | null;
}

const ROLES_OF: Record<ParcelAction, readonly string[]> = {
  send: ['dealer_manager', 'dealer_technician'],
  transit: ['warehouse_keeper'],
  'pass-on': ['warehouse_keeper'],
  receive: ['warehouse_keeper'],
  count: ['warehouse_keeper'],
  cancel: ['dealer_manager', 'dealer_technician'],
};

/** Section 1: the dealer announces, sends and calls off, the warehouse passes on, receives and counts. Refuses ROLE_NOT_ALLOWED. */
export function assertParcelRole(action: ParcelAction | 'announce', caller: ParcelCaller): void {
  const roles = action === 'announce' ? ROLES_OF.send : ROLES_OF[action];
  if (caller.role === 'system' || roles.includes(caller.role)) return;
  throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', 'This role may not do that with a return parcel.');
}

/** What a transit site does with a parcel. */
const PASSES_ON: readonly ParcelAction[] = ['transit', 'pass-on'];

/**
 * H-4: only a receiving site receives and counts, a transit site only passes on; a keeper acts at the site he is bound
 * to. Refuses SITE_NOT_RECEIVING, SITE_NOT_TRANSIT, SITE_NOT_YOURS.
 */
export function assertSite(action: ParcelAction, site: { id: string; kind: SiteKind }, caller: ParcelCaller): void {
  if (PASSES_ON.includes(action) && site.kind !== 'transit') {
    throw new Refusal('failed_precondition', 'SITE_NOT_TRANSIT', 'Only a transit site passes parcels on.');
  }
  if (!PASSES_ON.includes(action) && site.kind !== 'receiving') {
    throw new Refusal('failed_precondition', 'SITE_NOT_RECEIVING', 'Only a receiving site receives and counts returns.');
  }
  if (caller.siteId !== null && caller.siteId !== site.id) {
    throw new Refusal('permission_denied', 'SITE_NOT_YOURS', 'A warehouse keeper acts at his own site.');
  }
}

/** The reason why the caller may not do this with the parcel now; undefined when he may. */
export function parcelRefusal(
  action: ParcelAction,
  parcel: { state: ParcelState; warehouseId: string | null; viaTransitId: string | null },
  caller: ParcelCaller,
): string | undefined {
  return refusalReason(() => {
    assertParcelRole(action, caller);
    parcelSteps.next(action, parcel.state);
    if (action === 'count' && parcel.warehouseId !== null) assertSite('count', { id: parcel.warehouseId, kind: 'receiving' }, caller);
    if (action === 'pass-on' && parcel.viaTransitId !== null) assertSite('pass-on', { id: parcel.viaTransitId, kind: 'transit' }, caller);
  });
}

/** H-5: the counter does not see announced quantities before he has counted. */
export function hidesAnnounced(state: ParcelState, role: string): boolean {
  return state !== 'counted' && role === 'warehouse_keeper';
}

/** Pieces of a part, announced or counted. */
export interface PartPieces {
  partId: string;
  quantity: number;
  unitSerial: string;
}

export interface CountedPart extends PartPieces {
  condition: ReturnCondition;
}

const total = (lines: readonly PartPieces[], partId: string): number =>
  lines.filter((line) => line.partId === partId).reduce((sum, line) => sum + line.quantity, 0);

/** H-5: per part, what was counted differs from what was announced; a wrong part counts as not come. */
export function differs(announced: readonly PartPieces[], counted: readonly CountedPart[]): boolean {
  const right = counted.filter((line) => line.condition !== 'wrong_part');
  const partIds = new Set([...announced, ...counted].map((line) => line.partId));
  return right.length !== counted.length || [...partIds].some((partId) => total(announced, partId) !== total(right, partId));
}

/** H-5: reusable goes back to stock, scrap to scrap, a supplier claim to the supplier's account; a wrong part waits. */
export function destination(condition: ReturnCondition, warehouseId: string): `warehouse:${string}` | 'scrap' | 'supplier' | null {
  switch (condition) {
    case 'reusable':
      return `warehouse:${warehouseId}`;
    case 'scrap':
      return 'scrap';
    case 'supplier_claim':
      return 'supplier';
    case 'wrong_part':
      return null;
  }
}

/** A line as a reader sees it: announced and counted beside each other. */
export interface ComparedLine {
  /** The counted line; empty where nothing was counted. */
  lineId: string;
  partId: string;
  unitSerial: string;
  announcedQuantity: number;
  countedQuantity: number;
  condition: string;
  metQuantity: number;
  surplusQuantity: number;
  lateQuantity: number;
  refusedQuantity: number;
}

/** What became of counted pieces: they met obligations, are credit, take a charge back, or came too late for that. */
export type CountedResult = CountedPart & { metQuantity: number; surplusQuantity: number; lateQuantity: number; refusedQuantity: number };

/** Puts announced and counted pieces of one part and unit beside each other, announced first. */
export function compareLines(announced: readonly PartPieces[], counted: readonly (CountedResult & { id?: string })[]): ComparedLine[] {
  const keyOf = (line: PartPieces): string => `${line.partId} ${line.unitSerial}`;
  const keys = [...new Set([...announced, ...counted].map(keyOf))];
  return keys.flatMap((key) => {
    const came = counted.filter((line) => keyOf(line) === key);
    const said = announced.filter((line) => keyOf(line) === key);
    const announcedQuantity = said.reduce((sum, line) => sum + line.quantity, 0);
    const { partId, unitSerial } = [...said, ...came][0];
    const base = { lineId: '', partId, unitSerial, announcedQuantity: 0, countedQuantity: 0, condition: '', metQuantity: 0, surplusQuantity: 0, lateQuantity: 0, refusedQuantity: 0 };
    const lines = came.map((line) => ({
      ...base, lineId: line.id ?? '', countedQuantity: line.quantity, condition: line.condition, metQuantity: line.metQuantity, surplusQuantity: line.surplusQuantity,
      lateQuantity: line.lateQuantity, refusedQuantity: line.refusedQuantity,
    }));
    const [first = base, ...others] = lines;
    return [{ ...first, announcedQuantity }, ...others];
  });
}
