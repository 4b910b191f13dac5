/** A sheet of self-adhesive labels on A4, in millimetres. */
export interface LabelLayout {
  columns: number;
  rows: number;
  width: number;
  height: number;
  left: number;
  top: number;
  /** From one label's left edge to the next one's. */
  stepX: number;
  stepY: number;
}

/** The sheets that are sold everywhere, by the number of labels on them. */
export const LABEL_LAYOUTS = {
  24: { columns: 3, rows: 8, width: 70, height: 37, left: 0, top: 0.5, stepX: 70, stepY: 37 },
  65: { columns: 5, rows: 13, width: 38.1, height: 21.2, left: 4.75, top: 10.7, stepX: 40.6, stepY: 21.2 },
} as const satisfies Record<number, LabelLayout>;

export type LabelSheet = keyof typeof LABEL_LAYOUTS;

/** Where a label lies: page from 0, left upper corner in millimetres. */
export interface LabelPlace {
  page: number;
  x: number;
  y: number;
}

export const labelsPerSheet = ({ columns, rows }: LabelLayout): number => columns * rows;

/** the place of the label number `index` (from 0), row by row, when the first sheet is begun at position `start` (from 1). */
export function labelPlace(layout: LabelLayout, start: number, index: number): LabelPlace {
  const at = start - 1 + index;
  const onPage = at % labelsPerSheet(layout);
  return {
    page: Math.floor(at / labelsPerSheet(layout)),
    x: layout.left + (onPage % layout.columns) * layout.stepX,
    y: layout.top + Math.floor(onPage / layout.columns) * layout.stepY,
  };
}

/** Five sheets of the small ones, some two seconds of drawing. */
export const LABELS_ON_PAPER_MAX = 325;

/** The labels of one paper: from the index `from` up to and without `to`, its first sheet begun at `start`. */
export interface LabelPart {
  from: number;
  to: number;
  start: number;
}

/** more labels than one paper holds are drawn in parts; each but the last ends with a full sheet, so that none is begun twice. */
export function labelParts(count: number, { sheet, start }: { sheet: LabelSheet; start: number }): LabelPart[] {
  const onSheet = labelsPerSheet(LABEL_LAYOUTS[sheet]);
  const room = Math.floor(LABELS_ON_PAPER_MAX / onSheet) * onSheet;
  const parts: LabelPart[] = [];
  for (let from = 0, begun = start; from < count; begun = 1) {
    const to = Math.min(count, from + room - (begun - 1));
    parts.push({ from, to, start: begun });
    from = to;
  }
  return parts;
}
