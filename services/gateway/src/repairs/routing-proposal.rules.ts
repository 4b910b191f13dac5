/** Why a dealer is proposed for a call. */
export type RoutingReason = 'sold' | 'dispatched' | 'territory_district' | 'territory_city' | 'territory_province' | 'same_district' | 'same_city';

/** A dealer that takes calls. */
export interface Taker {
  id: string;
  code: string;
  name: string;
  nameEn: string;
  status: string;
  regionCode: string;
  territoryRegionCodes: string[];
}

/** The call to be routed, as far as the rule reads it. */
export interface RoutedCall {
  /** District of the product; empty when it is not known. */
  regionCode: string;
  /** Who sold the unit to its customer, and to whom it was dispatched; empty when nobody knows. */
  soldBy: string;
  dispatchedTo: string;
}

/** A proposal with its reasons. */
export interface Proposal {
  dealerId: string;
  code: string;
  name: string;
  nameEn: string;
  status: string;
  reasons: RoutingReason[];
  openCalls: number;
  overdueCalls: number;
}

const PROPOSALS_MAX = 10;

/**
 * The dealers for a call, the best first: active before suspended; whoever sold the unit, then to whom it was dispatched; the
 * narrowest territory that holds the district, then whoever sits nearest; among equals the one with less overdue and open work.
 */
export function routingProposals(call: RoutedCall, takers: readonly Taker[], work: ReadonlyMap<string, { open: number; overdue: number }>): Proposal[] {
  return takers
    .map((taker) => {
      const { open = 0, overdue = 0 } = work.get(taker.id) ?? {};
      const { id, code, name, nameEn, status } = taker;
      return { dealerId: id, code, name, nameEn, status, reasons: reasonsFor(call, taker), openCalls: open, overdueCalls: overdue };
    })
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => compare(rankOf(a), rankOf(b)) || (a.code < b.code ? -1 : 1))
    .slice(0, PROPOSALS_MAX);
}

const NARROW_FIRST: readonly RoutingReason[] = ['territory_district', 'territory_city', 'territory_province'];
const NEAR_FIRST: readonly RoutingReason[] = ['same_district', 'same_city'];

/** Smaller is better, the first difference counts. */
function rankOf({ status, reasons, overdueCalls, openCalls }: Proposal): number[] {
  const place = (order: readonly RoutingReason[]): number => {
    const found = order.findIndex((reason) => reasons.includes(reason));
    return found < 0 ? order.length : found;
  };
  return [status === 'active' ? 0 : 1, place(['sold']), place(['dispatched']), place(NARROW_FIRST), place(NEAR_FIRST), overdueCalls, openCalls];
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at] - b[at];
}

function reasonsFor({ regionCode, soldBy, dispatchedTo }: RoutedCall, taker: Taker): RoutingReason[] {
  const reasons: RoutingReason[] = [];
  if (taker.id === soldBy) reasons.push('sold');
  if (taker.id === dispatchedTo) reasons.push('dispatched');
  if (regionCode === '') return reasons;
  const [province, city] = [`${regionCode.slice(0, 2)}0000`, `${regionCode.slice(0, 4)}00`];
  if (taker.territoryRegionCodes.includes(regionCode)) reasons.push('territory_district');
  else if (taker.territoryRegionCodes.includes(city)) reasons.push('territory_city');
  else if (taker.territoryRegionCodes.includes(province)) reasons.push('territory_province');
  if (taker.regionCode === regionCode) reasons.push('same_district');
  else if (taker.regionCode.startsWith(regionCode.slice(0, 4))) reasons.push('same_city');
  return reasons;
}
