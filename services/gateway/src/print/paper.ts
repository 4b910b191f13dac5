import type { PrintRun } from './print-run.js';

const POINTS_PER_MM = 72 / 25.4;
const A4_WIDTH_MM = 210;
const SIDE_MM = 15;
const QR_MM = 21;
const QR_TOP_MM = 9;
const BODY_SIZE = 9;
const LABEL_FILL = '#f0f0f0';
/** A run of this many characters without a place to break is broken anywhere. */
const UNBREAKABLE = /[^\s\u2e80-\uffff\u{20000}-\u{3ffff}]{18,}/u;

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
  margins: number[];
  fontSize: number;
  content: Block[];
  head?: Running;
  foot?: Running;
  /** Who gets which copy; without them it is drawn once. */
  copies?: string[];
  /** What a page says when the font lacks a character. */
  lackingNote?: string;
}

/** Those whom a form goes to. */
export type CopyParty = 'copyRecord' | 'copyCustomer' | 'copyDealer' | 'copyManufacturer' | 'copyFinance';

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
}

/** an A4 form with title, number, QR code of the document, running lines with "page x of y", and fields to sign in. */
export function formPaper(run: PrintRun, form: Form): Paper {
  const side = mm(SIDE_MM);
  const { title, number } = form;
  return {
    title: `${title} ${number}`,
    fileName: `${title}-${number}.pdf`,
    language: run.locale,
    margins: [side, mm(16), side, mm(15)],
    fontSize: BODY_SIZE,
    head: { from: title, to: `${run.say('number')} ${number}`, margin: [side, mm(9), side, 0] },
    foot: { from: `${run.say('printedBy')} ${run.by}  ${run.at}`, to: run.say('page', { page: '{{page}}', pages: '{{pages}}' }), margin: [side, mm(5), side, 0] },
    copies: copiesOf(run, form),
    lackingNote: run.say('lackingNote'),
    content: [
      qr(run.link(form.path), { x: A4_WIDTH_MM - SIDE_MM - QR_MM, y: QR_TOP_MM, edge: QR_MM }),
      { text: title, fontSize: 17, bold: true, alignment: 'center', margin: [mm(QR_MM), 0, mm(QR_MM), 2] },
      { text: `${run.say('number')}  ${number}`, alignment: 'center', fontSize: 10, margin: [0, 0, 0, mm(2)] },
      ...form.body,
      closing(run, form),
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

/** Fields two beside each other under a title; a row of one takes the whole width. */
export function fields(title: string, rows: Field[][]): Block {
  const cells = rows.map((row) => {
    const [first, second] = row;
    return second ? [label(first[0]), written(first[1]), label(second[0]), written(second[1])] : [label(first[0]), { ...written(first[1]), colSpan: 3 }, {}, {}];
  });
  return part({ title, widths: [mm(31), '*', mm(31), '*'], head: [], rows: cells });
}

/** Rows under title and headings, which stand again on each page; one line that says so when there are none. */
export function listing(title: string, table: { headings: string[]; widths: (number | '*')[]; rows: string[][]; empty: string }): Block {
  const { headings, widths, rows, empty } = table;
  const nothing = [{ text: empty, colSpan: headings.length, alignment: 'center', color: '#666666' }, ...headings.slice(1).map(() => ({}))];
  return part({
    title, widths: widths.map((width) => (width === '*' ? width : mm(width))), head: [headings.map(label)], rows: rows.length === 0 ? [nothing] : rows.map((row) => row.map(written)),
  });
}

/** A table with its title as the first row, so that no page ends with a title. */
function part(table: { title: string; widths: (number | '*')[]; head: Block[][]; rows: Block[][] }): Block {
  const { title, widths, head, rows } = table;
  const border = [false, false, false, true];
  const titleRow = [{ text: title, bold: true, fontSize: 10.5, noWrap: true, border, margin: [-5, 3, 0, 0] }, ...widths.slice(1).map(() => ({ text: '', border }))];
  return { layout: 'form', table: { headerRows: 1 + head.length, keepWithHeaderRows: 1, dontBreakRows: true, widths, body: [titleRow, ...head, ...rows] } };
}

const label = (text: string): Block => ({ text, bold: true, fillColor: LABEL_FILL, alignment: 'center' });

/** What somebody wrote: it wraps, also where nobody left a space. */
const written = (text: string): Block => (UNBREAKABLE.test(text) ? { text, wordBreak: 'break-all' } : { text });

/** The small print and who signs, each with place for name and date; never torn from each other by the end of a page. */
function closing(run: PrintRun, { notes = [], signatures }: Form): Block {
  const place = (name: string): Block => ({
    stack: [{ text: name, bold: true }, { text: ' ', margin: [0, mm(8), 0, 0] }, { text: run.say('dateToFill'), alignment: 'right', color: '#444444' }],
  });
  return {
    unbreakable: true,
    stack: [
      ...notes.map((note) => ({ text: note, fontSize: 7.5, color: '#444444', margin: [0, 3, 0, 0] })),
      { layout: 'form', margin: [0, mm(4), 0, 0], table: { widths: signatures.map(() => '*'), body: [signatures.map(place)] } },
    ],
  };
}
