/** What is recorded of one part for one dealer, in pieces. */
export interface KitFigures {
  partId: string;
  /** Used in the last 12 months. */
  consumedQuantity: number;
  onHandQuantity: number;
  onTheWayQuantity: number;
}

export const KIT_REASONS = ['consumption', 'installed_base', 'covered'] as const;
export type KitReason = (typeof KIT_REASONS)[number];

/** A part that the dealer should keep, with the figures that say why. */
export interface KitLine extends KitFigures {
  installedUnits: number;
  targetQuantity: number;
  suggestedQuantity: number;
  reason: KitReason;
}

/** What a kit is made from. */
export interface KitGiven {
  figures: readonly KitFigures[];
  /** Models by the part that fits them. */
  fits: ReadonlyMap<string, ReadonlySet<string>>;
  /** Units that the dealer serves, by model. */
  unitsByModel: ReadonlyMap<string, number>;
  /** The newest part of the chain that a part belongs to (P-1). */
  newest: (partId: string) => string;
}

/** Settings of a kit. */
export interface KitTerms {
  coverMonths: number;
  /** So many units in which a part fits are taken to need one piece of it a year. */
  unitsPerPiece: number;
}

/** P-12: the parts that a dealer should keep to last the cover months; a part of which no piece is expected is absent. */
export function suggestedKit(given: KitGiven, terms: KitTerms): KitLine[] {
  return [...byNewest(given).values()]
    .map(({ models, ...figures }) => kitLine(figures, sum([...models].map((model) => given.unitsByModel.get(model) ?? 0)), terms))
    .filter(({ targetQuantity }) => targetQuantity > 0);
}

/** P-12: what one part's figures say: the greater of what was used and of what its units are expected to need, less what is there and comes. */
export function kitLine(figures: KitFigures, installedUnits: number, { coverMonths, unitsPerPiece }: KitTerms): KitLine {
  const used = figures.consumedQuantity * unitsPerPiece >= installedUnits;
  const targetQuantity = used ? rounded(figures.consumedQuantity * coverMonths, 12) : rounded(installedUnits * coverMonths, 12 * unitsPerPiece);
  const suggestedQuantity = Math.max(0, targetQuantity - figures.onHandQuantity - figures.onTheWayQuantity);
  const reason = suggestedQuantity === 0 ? 'covered' : used ? 'consumption' : 'installed_base';
  return { ...figures, installedUnits, targetQuantity, suggestedQuantity, reason };
}

/** P-1, P-12: older numbers of a part count for the newest, which is the one that is asked for. */
function byNewest({ figures, fits, newest }: KitGiven): Map<string, KitFigures & { models: Set<string> }> {
  const found = new Map<string, KitFigures & { models: Set<string> }>();
  const of = (partId: string) => {
    const id = newest(partId);
    const line = found.get(id) ?? { partId: id, consumedQuantity: 0, onHandQuantity: 0, onTheWayQuantity: 0, models: new Set<string>() };
    found.set(id, line);
    return line;
  };
  for (const each of figures) {
    const line = of(each.partId);
    line.consumedQuantity += each.consumedQuantity;
    line.onHandQuantity += each.onHandQuantity;
    line.onTheWayQuantity += each.onTheWayQuantity;
  }
  for (const [partId, models] of fits) for (const model of models) of(partId).models.add(model);
  return found;
}

/** Whole pieces, half a piece is one. */
function rounded(pieces: number, of: number): number {
  return Math.floor((2 * pieces + of) / (2 * of));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
