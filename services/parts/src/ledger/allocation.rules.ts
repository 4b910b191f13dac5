import type { Urgency } from '@aftercare/domain';

/** Pieces wanted for a request line. */
export interface Wanted {
  lineId: string;
  partId: string;
  quantity: number;
}

/** Pieces of a part that a warehouse could promise. */
export interface Available {
  warehouseId: string;
  partId: string;
  available: number;
}

/** Pieces of a line that a warehouse promises. */
export interface Pick extends Wanted {
  warehouseId: string;
}

export interface Allocation {
  picks: Pick[];
  /** What is short per line: its back-order quantity; lines that are served whole are absent. */
  short: Map<string, number>;
}

/**
 * P-7: shares stock out line by line in the given order. A warehouse that has the whole line serves it, so that it
 * travels in one parcel; otherwise the warehouses serve what they have, in the given order, and the rest is short.
 */
export function allocate(wanted: readonly Wanted[], stock: readonly Available[]): Allocation {
  const left = stock.map((each) => ({ ...each }));
  const picks: Pick[] = [];
  const short = new Map<string, number>();
  for (const line of wanted) {
    const sources = left.filter((each) => each.partId === line.partId && each.available > 0);
    const whole = sources.find((each) => each.available >= line.quantity);
    let missing = line.quantity;
    for (const source of whole ? [whole] : sources) {
      const quantity = Math.min(missing, source.available);
      if (quantity === 0) continue;
      source.available -= quantity;
      missing -= quantity;
      picks.push({ ...line, quantity, warehouseId: source.warehouseId });
    }
    if (missing > 0) short.set(line.lineId, missing);
  }
  return { picks, short };
}

/** P-7: waiting lines are served urgent first, then the longest approved. */
export function inOrderOfNeed<T extends { urgency: Urgency; approvedAt: string; lineId: string }>(waiting: readonly T[]): T[] {
  const key = (line: T): string => `${line.urgency === 'urgent' ? 0 : 1} ${line.approvedAt} ${line.lineId}`;
  return [...waiting].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
