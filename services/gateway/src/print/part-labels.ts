import { PartService, type Part } from '@aftercare/contracts';
import { notFound, ServiceError, type Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { LABEL_LAYOUTS, LABELS_ON_PAPER_MAX, labelPlace, type LabelLayout, type LabelPlace, type LabelSheet } from './label-layout.rules.js';
import { mm, qr, type Block, type Paper } from './paper.js';
import type { PrintRun } from './print-run.js';
import { serialLines } from './unit-labels.js';

const part = PartService.method;

/** What of a part its label shows. */
export type LabelledPart = Pick<Part, 'number' | 'name' | 'nameEn' | 'unit'>;

/** Which parts: those named, or all that match; each as often as wished. */
export interface PartSelection {
  ids: string[];
  filters: { q?: string; family?: string };
  copies: number;
}

/** Sizes by sheet, in millimetres and points, and characters on a line. */
const FACE = {
  24: { qr: 25, inset: 6, gap: 5, number: 10, line: 16, small: 8 },
  65: { qr: 14.5, inset: 3.2, gap: 2.4, number: 6.5, line: 11, small: 5.5 },
} as const satisfies Record<LabelSheet, object>;

/** The parts of a label sheet, each as often as wished. Errors: NOT_FOUND, LABELS_TOO_MANY (details.max), LABELS_NONE. */
export async function partsToLabel(bus: Bus, { ids, filters, copies }: PartSelection): Promise<LabelledPart[]> {
  const max = Math.floor(LABELS_ON_PAPER_MAX / copies);
  const { items, more } = ids.length > 0
    ? { items: await Promise.all(ids.map((id) => bus.call(part.getPart, { id }))), more: ids.length > max }
    : await allItems(max, (page) => bus.call(part.listParts, { ...filters, page }));
  if (more) throw new ServiceError('invalid_argument', 'LABELS_TOO_MANY', 'More labels are wished than are printed at once.', { max: LABELS_ON_PAPER_MAX });
  if (items.length === 0) {
    const { code, message } = notFound('part');
    throw new ServiceError(code, 'LABELS_NONE', message);
  }
  return items.flatMap((item) => Array.from({ length: copies }, () => item));
}

/** sheets of labels for shelves and pieces, each with the part's number as QR code and as text, and its name. */
export function partLabelSheets(parts: LabelledPart[], setting: { sheet: LabelSheet; start: number }, run: PrintRun): Paper {
  const layout: LabelLayout = LABEL_LAYOUTS[setting.sheet];
  const places = parts.map((_, index) => labelPlace(layout, setting.start, index));
  const content = parts.flatMap((each, index) => {
    const begins = index > 0 && places[index].page > places[index - 1].page;
    return [...(begins ? [{ text: '', pageBreak: 'before' }] : []), ...face(each, places[index], { layout, run, sheet: setting.sheet })];
  });
  const title = run.say('partLabels');
  return { title, fileName: `${title}-${parts[0].number}.pdf`, language: run.locale, margins: [0, 0, 0, 0], fontSize: FACE[setting.sheet].small, content };
}

function face(of: LabelledPart, { x, y }: LabelPlace, { layout, run, sheet }: { layout: LabelLayout; run: PrintRun; sheet: LabelSheet }): Block[] {
  const size = FACE[sheet];
  const top = y + (layout.height - size.qr) / 2;
  const width = layout.width - size.inset - size.qr - size.gap - 1;
  return [
    qr(of.number, { x: x + size.inset, y: top, edge: size.qr }),
    {
      absolutePosition: { x: mm(x + size.inset + size.qr + size.gap), y: mm(top) },
      columns: [{
        width: mm(width),
        stack: [
          { text: serialLines(of.number, size.line).join('\n'), bold: true, fontSize: size.number },
          { text: run.name(of), margin: [0, 1, 0, 1] },
          { text: of.unit },
        ],
      }],
    },
  ];
}
