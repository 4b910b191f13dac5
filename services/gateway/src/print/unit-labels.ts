import { ProductUnitService } from '@aftercare/contracts';
import { notFound, ServiceError, type Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { LABEL_LAYOUTS, LABELS_ON_PAPER_MAX, labelPlace, labelsPerSheet, type LabelLayout, type LabelPlace, type LabelSheet } from './label-layout.rules.js';
import { mm, qr, type Block, type Paper } from './paper.js';
import type { PrintRun } from './print-run.js';

const unit = ProductUnitService.method;

/** What of a unit its label shows. */
export interface LabelledUnit {
  serial: string;
  modelCode: string;
}

/** Which units: those named, or all that match. */
export interface UnitSelection {
  ids: string[];
  filters: { q?: string; modelId?: string; dealerId?: string; customerId?: string; serialFrom?: string; serialTo?: string };
}

/** How they are laid on the sheets. */
export interface LabelSetting {
  sheet: LabelSheet;
  /** The first free position of the first sheet, from 1. */
  start: number;
  /** Where a customer opens a call; the serial follows. */
  baseUrl: string;
}

/** Sizes by sheet, in millimetres and points, and characters on a line. */
const FACE = {
  24: { qr: 25, inset: 6, gap: 5, serial: 9, line: 18, small: 8 },
  65: { qr: 14.5, inset: 3.2, gap: 2.4, serial: 6, line: 12, small: 5.5 },
} as const satisfies Record<LabelSheet, object>;

/** The units of a label sheet as far as the caller may read them. Errors: NOT_FOUND, LABELS_TOO_MANY (details.max), LABELS_NONE. */
export async function unitsToLabel(bus: Bus, { ids, filters }: UnitSelection, max = LABELS_ON_PAPER_MAX): Promise<LabelledUnit[]> {
  if (ids.length > 0) return Promise.all(ids.map((id) => bus.call(unit.getUnit, { id })));
  const { items, more } = await allItems(max, (page) => bus.call(unit.listUnits, { ...filters, page }));
  if (more) throw new ServiceError('invalid_argument', 'LABELS_TOO_MANY', 'More units match than are printed at once.', { max });
  if (items.length === 0) throw notFoundUnits();
  return items;
}

function notFoundUnits(): ServiceError {
  const { code, message } = notFound('product unit');
  return new ServiceError(code, 'LABELS_NONE', message);
}

/** The link on a label: the page of the unit where a customer without account opens a call. */
export const unitLink = (baseUrl: string, serial: string): string => `${baseUrl}/public/units/${encodeURIComponent(serial)}`;

/** sheets of labels, each with the QR code by which a customer opens a call, the serial as text, and the model. */
export function labelSheets(units: LabelledUnit[], setting: LabelSetting, run: PrintRun): Paper {
  const layout: LabelLayout = LABEL_LAYOUTS[setting.sheet];
  const places = units.map((_, index) => labelPlace(layout, setting.start, index));
  const content = units.flatMap((each, index) => {
    const begins = index > 0 && places[index].page > places[index - 1].page;
    return [...(begins ? [{ text: '', pageBreak: 'before' }] : []), ...face(each, places[index], { ...setting, layout, run })];
  });
  return {
    title: run.say('unitLabels'), fileName: `${run.say('unitLabels')}-${units[0].serial}.pdf`, language: run.locale, margins: [0, 0, 0, 0], fontSize: FACE[setting.sheet].small, content,
  };
}

/** A serial in lines of at most `length` characters, broken behind a sign where there is one. */
export function serialLines(serial: string, length: number): string[] {
  if (serial.length <= length) return [serial];
  const sign = Math.max(...['-', '/', '.', '_'].map((each) => serial.lastIndexOf(each, length - 1)));
  const at = sign > 0 ? sign + 1 : length;
  return [serial.slice(0, at), ...serialLines(serial.slice(at), length)];
}

/** The last position of a sheet. */
export const startMax = (sheet: LabelSheet): number => labelsPerSheet(LABEL_LAYOUTS[sheet]);

function face({ serial, modelCode }: LabelledUnit, { x, y }: LabelPlace, how: LabelSetting & { layout: LabelLayout; run: PrintRun }): Block[] {
  const { layout, run, sheet, baseUrl } = how;
  const size = FACE[sheet];
  const textX = x + size.inset + size.qr + size.gap;
  const width = layout.width - size.inset - size.qr - size.gap - 1;
  return [
    qr(unitLink(baseUrl, serial), { x: x + size.inset, y: y + (layout.height - size.qr) / 2, edge: size.qr }),
    {
      absolutePosition: { x: mm(textX), y: mm(y + (layout.height - size.qr) / 2) },
      columns: [{
        width: mm(width),
        stack: [
          { text: serialLines(serial, size.line).join('\n'), bold: true, fontSize: size.serial },
          { text: modelCode, wordBreak: 'break-all', margin: [0, 1, 0, 1] },
          { text: run.say('scanForService') },
        ],
      }],
    },
  ];
}
