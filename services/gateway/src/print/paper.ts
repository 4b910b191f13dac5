import { FORM_SHEETS, type FormSheet } from './form-sheets.js';
import type { PrintRun } from './print-run.js';
import { gridOf, rowShape, type CellText, type RowShape } from './table-layout.rules.js';

const POINTS_PER_MM = 72 / 25.4;
const LABEL_FILL = '#f0f0f0';
/** A row that takes more of a page than this goes on on the next one: what is kept whole and fits on no page would be lost. */
const WHOLE_MAX = 0.4;
/** Width of a label by how many fields stand beside each other. */
const LABEL_MM: Record<number, number> = { 2: 31, 3: 23 };
/** A run of this many characters without a place to break is broken anywhere, wherever it stands. */
const UNBREAKABLE = /[^\s\u2e80-\uffff\u{20000}-\u{3ffff}]{18,}/u;

/** How a dense form stands on A4. */
const DENSE = { body: 8, rowRoom: 1.2, signing: 4 } as const satisfies Partial<FormSheet>;

/** Millimetres as PDF counts. */
export const mm = (length: number): number => length * POINTS_PER_MM;

/** A piece of a paper: nodes of pdfmake as plain data, and QR codes, which pdf-process.cjs draws. */
export type Block = Record<string, unknown>;

/** One line above or below the body of a page. */
export interface Running {
  from: string;
  to: string;
  margin: number[];
}

/** What is drawn; plain data, since it goes to another process. */
export interface Paper {
  title: string;
  fileName: string;
  language: string;
  /** In points; without it A4. */
  size?: { width: number; height: number };
  margins: number[];
  fontSize: number;
  /** Points above and below what stands in a row; without it those of A4. */
  rowRoom?: number;
  content: Block[];
  head?: Running;
  foot?: Running;
  /** Who gets which copy; without them it is drawn once. */
  copies?: string[];
  /** Pictures by the names under which the content shows them, as data URLs. */
  images?: Record<string, string>;
  /** What a page says when the font lacks a character. */
  lackingNote?: string;
}

/** Those whom a form goes to. */
export type CopyParty = 'copyRecord' | 'copyCustomer' | 'copyDealer' | 'copyManufacturer' | 'copyFinance' | 'copyWarehouse';

/** A document as a paper form. */
export interface Form {
  title: string;
  /** The human number; it stands under the title and on each page. */
  number: string;
  /** Path of the document; the QR code carries it below the public address. */
  path: string;
  body: Block[];
  /** Who signs. */
  signatures: string[];
  /** Who gets a copy, most needed first; a form without them stays in one hand. */
  parties?: readonly CopyParty[];
  /** Small print before the signatures. */
  notes?: string[];
  /** Pictures that the body shows, by name. */
  images?: Record<string, string>;
  /** In smaller letters and with less room, for what has to stand on one page. */
  dense?: boolean;
}

/** a form with title, number, QR code of the document, running lines with "page x of y", and fields to sign in. */
export function formPaper(run: PrintRun, form: Form): Paper {
  const sheet: FormSheet = form.dense ? { ...FORM_SHEETS[run.sheet], ...DENSE } : FORM_SHEETS[run.sheet];
  const side = mm(sheet.side);
  const { title, number } = form;
  return {
    title: `${title} ${number}`,
    fileName: `${title}-${number}.pdf`,
    language: run.locale,
    size: { width: mm(sheet.width), height: mm(sheet.height) },
    margins: [side, mm(sheet.top), side, mm(sheet.bottom)],
    fontSize: sheet.body,
    rowRoom: sheet.rowRoom,
    head: { from: title, to: `${run.say('number')} ${number}`, margin: [side, mm(sheet.head), side, 0] },
    foot: { from: `${run.say('printedBy')} ${run.by}  ${run.at}`, to: run.say('page', { page: '{{page}}', pages: '{{pages}}' }), margin: [side, mm(sheet.bottom / 3), side, 0] },
    copies: copiesOf(run, form),
    images: form.images,
    lackingNote: run.say('lackingNote'),
    content: [
      qr(run.link(form.path), { x: sheet.width - sheet.side - sheet.qr, y: sheet.qrTop, edge: sheet.qr }),
      { text: title, fontSize: sheet.title, bold: true, alignment: 'center', margin: [mm(sheet.qr), 0, mm(sheet.qr), 2] },
      { text: `${run.say('number')}  ${number}`, alignment: 'center', fontSize: sheet.body + 1, margin: [0, 0, 0, mm(2)] },
      ...form.body.map((block) => (isPart(block) ? tableOf(block, sheet) : block)),
      closing(run, form, sheet),
    ],
  };
}

/** The copies asked for, each named after its party. */
function copiesOf(run: PrintRun, { parties = [] }: Form): string[] {
  if (run.copies < 2) return [];
  return parties.slice(0, run.copies).map((party, at) => run.say('copy', { number: at + 1, party: run.say(party) }));
}

/** A QR code at a place of its page, in millimetres. */
export function qr(link: string, at: { x: number; y: number; edge: number }): Block {
  return { link, x: mm(at.x), y: mm(at.y), edge: mm(at.edge) };
}

/** A field of a form: its label and what stands in it. */
export type Field = [label: string, value: string];

/** Fields two or three beside each other under a title, as the longest row has them; the last one of a shorter row takes what is left. Long labels beside short values get more room, in millimetres. */
export function fields(title: string, rows: Field[][], { labelMm }: { labelMm?: number } = {}): Block {
  const beside = Math.max(2, ...rows.map((row) => row.length));
  const cells = rows.map((row) => row.flatMap(([name, value], at) => {
    const span = at === row.length - 1 ? 2 * (beside - row.length) + 1 : 1;
    return [label(name), { ...written(value), colSpan: span }, ...Array.from({ length: span - 1 }, () => ({}))];
  }));
  return part({ title, widths: Array.from({ length: beside }, () => [mm(labelMm ?? LABEL_MM[beside] ?? LABEL_MM[3]), '*' as const]).flat(), head: [], rows: cells });
}

/** Rows under title and headings. */
interface Listing {
  headings: string[];
  widths: (number | '*')[];
  rows: string[][];
  empty: string;
}

/** Rows under title and headings, which stand again on each page; one line that says so when there are none. */
export function listing(title: string, table: Listing): Block {
  const { headings, widths, rows, empty } = table;
  const nothing = [{ text: empty, colSpan: headings.length, alignment: 'center', color: '#666666' }, ...headings.slice(1).map(() => ({}))];
  return part({
    title, widths: widths.map((width) => (width === '*' ? width : mm(width))), head: [headings.map(label)], rows: rows.length === 0 ? [nothing] : rows.map((row) => row.map(written)),
  });
}

/** Texts as long as people write them, each below its label over the whole width; they go on on the next page. */
export function texts(title: string, rows: Field[]): Block {
  const cells = rows.map(([name, text]) => [{ stack: [{ text: name, bold: true, margin: [0, 0, 0, 1] }, written(text)] }]);
  return part({ title, widths: ['*'], head: [], rows: cells, flows: true });
}

/** A picture of a form under what it is called. */
export interface Picture {
  image: string;
  caption: string;
}

const BESIDE = 2;
const PICTURE_ROOM_MM = 6;

/** Pictures two beside each other under a title, none torn by the end of a page. */
export function pictures(run: PrintRun, title: string, shown: Picture[]): Block {
  const { width, side, picture } = FORM_SHEETS[run.sheet];
  const fit = [mm((width - 2 * side) / BESIDE - PICTURE_ROOM_MM), mm(picture)];
  const cell = ({ image, caption }: Picture): Block => ({ stack: [{ image, fit, alignment: 'center' }, { text: caption, alignment: 'center', margin: [0, 2, 0, 0] }] });
  const rows = Array.from({ length: Math.ceil(shown.length / BESIDE) }, (_row, at) => {
    const beside = shown.slice(at * BESIDE, (at + 1) * BESIDE).map(cell);
    return [...beside, ...Array.from({ length: BESIDE - beside.length }, () => ({ text: '' }))];
  });
  return part({ title, widths: Array.from({ length: BESIDE }, () => '*' as const), head: [], rows });
}

/** A titled table of a form; how it stands is decided when the sheet is known. */
type Part = { title: string; widths: (number | '*')[]; head: Block[][]; rows: Block[][]; flows: boolean };

const part = (of: Omit<Part, 'flows'> & { flows?: boolean }): Part => ({ flows: false, ...of });
const isPart = (block: Block): block is Part => Array.isArray(block.rows) && Array.isArray(block.widths);

/** A table with its title as the first row, so that no page ends with a title. Rows stay whole unless one of them hardly fits on a page. */
function tableOf({ title, widths, head, rows, flows }: Part, sheet: FormSheet): Block {
  const grid = gridOf(widths, mm(sheet.width - 2 * sheet.side));
  const border = [false, false, false, true];
  const titleRow = [{ text: title, bold: true, fontSize: 10.5, noWrap: true, border, margin: [-5, 3, 0, 0] }, ...widths.slice(1).map(() => ({ text: '', border }))];
  const shapes = rows.map((row) => rowShape(row.flatMap(cellText), grid, sheet.body));
  const wholeMax = WHOLE_MAX * mm(sheet.height - sheet.top - sheet.bottom);
  const dontBreakRows = !flows && shapes.every(({ height }) => height <= wholeMax);
  const keepWithHeaderRows = !flows && shapes.slice(0, 1).every(({ height }) => height <= wholeMax) ? 1 : 0;
  const headings = head.map((row) => brokenWhere(row, rowShape(row.flatMap(cellText), grid, sheet.body)));
  const body = [titleRow, ...headings, ...rows.map((row, at) => brokenWhere(row, shapes[at]))];
  return { layout: 'form', table: { headerRows: 1 + head.length, keepWithHeaderRows, dontBreakRows, side: grid.side, widths, body } };
}

/** What stands in a cell; a cell below a span has nothing. */
function cellText(cell: Block): CellText[] {
  if (Object.keys(cell).length === 0) return [];
  return [{ text: typeof cell.text === 'string' ? cell.text : '', span: typeof cell.colSpan === 'number' ? cell.colSpan : 1 }];
}

/** The row with words that are longer than a line broken anywhere. */
function brokenWhere(row: Block[], { broken }: RowShape): Block[] {
  let at = 0;
  return row.map((cell) => (Object.keys(cell).length > 0 && broken[at++] ? { ...cell, wordBreak: 'break-all' } : cell));
}

const label = (text: string): Block => ({ text, bold: true, fillColor: LABEL_FILL, alignment: 'center' });

/** What somebody wrote: it wraps, also where nobody left a space. */
const written = (text: string): Block => (UNBREAKABLE.test(text) ? { text, wordBreak: 'break-all' } : { text });

/** The small print and who signs, each with place for name and date; never torn from each other by the end of a page. */
function closing(run: PrintRun, { notes = [], signatures }: Form, sheet: FormSheet): Block {
  const place = (name: string): Block => ({
    stack: [{ text: name, bold: true }, { text: ' ', margin: [0, mm(sheet.signing), 0, 0] }, { text: run.say('dateToFill'), alignment: 'right', color: '#444444' }],
  });
  return {
    unbreakable: true,
    stack: [
      ...(notes.length > 0 ? [{ text: notes.join('  '), fontSize: 7.5, color: '#444444', margin: [0, 3, 0, 0] }] : []),
      { layout: 'form', margin: [0, mm(sheet.signing / 2), 0, 0], table: { widths: signatures.map(() => '*'), body: [signatures.map(place)] } },
    ],
  };
}
