/**
 * Parts as the handbook tells of them (P-2 to P-10, H-1 to H-7, F-1, F-2), small enough to be held in one's head: pieces in warehouses, what is
 * asked for, shipped and owed, what came back, what is charged. It shares no code with the product; both are compared over HTTP.
 */

/** The day on which every sequence begins, so that each meets the same months; local date. */
export const FIRST_DAY = '2027-03-10';
/** From this day on other prices hold. */
export const NEW_PRICES_ON = 25;

/** Part 1 supersedes part 0; part 2 need not come back. Dealer prices in fen, before and after the new list. */
export const PARTS = [
  { returnRequired: true, chain: [0, 1], prices: [1_235, 1_999] },
  { returnRequired: true, chain: [0, 1], prices: [4_207, 4_207] },
  { returnRequired: false, chain: [2], prices: [333, 250] },
] as const;
export const PART_NUMBERS = [0, 1, 2] as const;
/** Two sites that ship and receive, in the order in which they are asked, and one that only passes on. */
export const SITES = [{ receiving: true }, { receiving: true }, { receiving: false }] as const;

/** What is known of the product a line is for: nothing, not sold yet, warranty to a day of the sequence, over, a serial nobody knows. */
export const SERIALS = ['', 'COVERED', 'ENDING', 'EXPIRED', 'UNKNOWN'] as const;
export type Serial = (typeof SERIALS)[number];
/** Last covered day of ENDING, and of a purchase that a reviewer proved. */
export const ENDING_ON = 22;
export const PROOF_DAY = '2026-03-25';
export const PROVED_UNTIL = 15;

export type LineState = 'in_review' | 'quoted' | 'escalated' | 'approved' | 'rejected' | 'shipped' | 'received' | 'cancelled';
export type SupplyKind = '' | 'warranty' | 'charged' | 'gift' | 'special';

export interface LineModel {
  id: string;
  part: number;
  quantity: number;
  serial: Serial;
  state: LineState;
  supplyKind: SupplyKind;
  returnDue: boolean;
  /** Fen, and the last day on which the quote holds. */
  unitPrice: number | null;
  quotedUntil: number | null;
  /** The moment of the approval. */
  approvedAt: number;
  backordered: number;
  shipped: number;
  received: number;
  missing: number;
}

export interface RequestModel {
  id: string;
  purpose: 'visit' | 'stock';
  /** The day of the visit. */
  visitOn: number | null;
  urgent: boolean;
  submittedOn: number | null;
  lines: LineModel[];
}

export interface PickingModel {
  id: string;
  request: RequestModel;
  site: number;
  state: 'open' | 'printed' | 'picked' | 'cancelled';
  lines: { line: LineModel; quantity: number; planned: number }[];
}

export interface ShipmentLineModel {
  id: string;
  line: LineModel;
  quantity: number;
  received: number;
  /** The slip it was shipped on; empty for none. */
  slipId: string;
}

export interface DiscrepancyModel {
  id: string;
  of: ShipmentLineModel;
  missing: number;
  state: 'open' | 'agreed' | 'lost' | 'damaged' | 'refused';
}

export interface ShipmentModel {
  id: string;
  picking: PickingModel;
  state: 'planned' | 'ready' | 'shipped' | 'delivered' | 'received' | 'cancelled';
  lines: ShipmentLineModel[];
  shippedOn: number | null;
  discrepancies: DiscrepancyModel[];
}

export interface SlipLineModel {
  /** The request's line, null for conversions. */
  line: LineModel | null;
  /** Id of what it comes from: the request's line, the obligation, the stocktake's line. */
  originId: string;
  part: number;
  quantity: number;
  unitPrice: number;
  /** Pieces and fen that reversals took. */
  reversed: { quantity: number; net: number; tax: number };
}

export interface SlipModel {
  id: string;
  origin: 'request' | 'exclusion' | 'stocktake';
  onAccount: boolean;
  state: 'draft' | 'confirmed' | 'void';
  lines: SlipLineModel[];
  paid: number;
  confirmedAt: number | null;
}

export type EndKind = 'returned' | 'charged' | 'excused' | 'credit' | 'shortage' | 'conversion_reversed' | 'return_reversed' | 'credit_reversed' | 'excuse_reversed';

export interface SettlementModel {
  kind: EndKind;
  quantity: number;
  on: number;
  /** With `charged` and `conversion_reversed`: the slip that charged. */
  slip?: SlipModel;
  /** With `excused`: the loss in transit, else somebody's approval. */
  lost?: boolean;
}

export interface ObligationModel {
  id: string;
  part: number;
  serial: Serial;
  shipped: number;
  openedOn: number;
  dueOn: number | null;
  putOff: boolean;
  of: ShipmentLineModel;
  settlements: SettlementModel[];
}

export type Condition = 'reusable' | 'scrap' | 'supplier_claim' | 'wrong_part';
export interface CountedModel {
  part: number;
  quantity: number;
  serial: Serial;
  condition: Condition;
  met: number;
  surplus: number;
  late: number;
  refused: number;
}

export interface ParcelModel {
  id: string;
  state: 'announced' | 'in_transit' | 'at_transit_site' | 'received' | 'counted' | 'cancelled';
  lines: { part: number; quantity: number; serial: Serial }[];
  site: number | null;
  receivedOn: number | null;
  counted: CountedModel[];
  countedOn: number | null;
}

export interface StocktakeLineModel {
  id: string;
  part: number;
  borrowed: number;
  objected: boolean;
  decision: '' | 'charge' | 'excuse' | 'extend';
  extendTo: number | null;
  /** Kept when the stocktake ended. */
  kept: { outstanding: number; extended: number; otherwise: number; surplus: number } | null;
}

export interface StocktakeModel {
  id: string;
  state: 'open' | 'closed' | 'confirmed' | 'cancelled';
  cutOffOn: number;
  returnUntil: number;
  objectUntil: number | null;
  frozen: Map<ObligationModel, number>;
  lines: StocktakeLineModel[];
}

export interface LateReturnModel {
  id: string;
  part: number;
  quantity: number;
  state: 'reversed' | 'refused' | 'sent_back';
  /** Whose charge it came too late for; null where the charge was taken back. */
  refusedFor: { obligation: ObligationModel; slip: SlipModel } | null;
}

export interface AdjustmentModel {
  id: string;
  kind: 'correction' | 'scrap' | 'write_off';
  site: number;
  part: number;
  quantity: number;
  state: 'requested' | 'approved' | 'rejected' | 'cancelled';
}

/** What is claimed from the carrier over one difference. */
export interface ClaimModel {
  id: string;
  discrepancy: DiscrepancyModel;
  state: 'draft' | 'filed' | 'settled' | 'refused' | 'withdrawn';
  /** Fen: of a piece, what is claimed, what he paid. */
  unitPrice: number;
  amount: number;
  settled: number;
}

export interface PartsModel {
  /** Days since the first one. */
  day: number;
  /** Counts moments, for what happens on the same day. */
  moment: number;
  /** Commands that were run, and how many may be. */
  commands: number;
  most: number;
  /** By site, then part. */
  stock: { onHand: number; reserved: number }[][];
  requests: RequestModel[];
  pickings: PickingModel[];
  shipments: ShipmentModel[];
  slips: SlipModel[];
  obligations: ObligationModel[];
  parcels: ParcelModel[];
  /** Surplus by part: kept, and used with a minus; what was not counted but came free again (P-8) says so. */
  surplus: { part: number; quantity: number; on: number; freed?: true }[];
  stocktakes: StocktakeModel[];
  lateReturns: LateReturnModel[];
  adjustments: AdjustmentModel[];
  claims: ClaimModel[];
  /** Fen; null where there is no credit line. */
  creditLimit: number | null;
  holds: { slip: SlipModel; shipment: ShipmentModel; amount: number }[];
}

export function emptyModel(most: number): PartsModel {
  return {
    day: 0, moment: 0, commands: 0, most, stock: SITES.map(() => PARTS.map(() => ({ onHand: 0, reserved: 0 }))), requests: [], pickings: [], shipments: [], slips: [], obligations: [], parcels: [],
    surplus: [], stocktakes: [], lateReturns: [], adjustments: [], claims: [], creditLimit: null, holds: [],
  };
}

export const sum = <T>(list: readonly T[], of: (each: T) => number): number => list.reduce((total, each) => total + of(each), 0);

export const stockOf = (model: PartsModel, site: number, part: number): { onHand: number; reserved: number } => (model.stock[site] as PartsModel['stock'][number])[part] as { onHand: number; reserved: number };

export const partOf = (part: number): (typeof PARTS)[number] => PARTS[part] as (typeof PARTS)[number];

export const inChain = (part: number, other: number): boolean => (partOf(part).chain as readonly number[]).includes(other);

/** F-7: the dealer price of a day, in fen. */
export const priceOn = (part: number, day: number): number => partOf(part).prices[day < NEW_PRICES_ON ? 0 : 1];

const DAY_MS = 86_400_000;

/** The local date of a day of the sequence. */
export function dateOf(day: number): string {
  return new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + day * DAY_MS).toISOString().slice(0, 10);
}

/** Why something is refused, and how. */
export interface Refused {
  status: number;
  reason: string;
}

export const refused = (reason: string, status = 409): Refused => ({ status, reason });
export const NOT_NOW = refused('STEP_NOT_ALLOWED');
