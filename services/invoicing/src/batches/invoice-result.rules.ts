import { checkPaperDate, ImportRowReader, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';
import { assertInvoicePaper } from '../invoices/invoice.rules.js';

/** A document that a result may be about, as it stands. */
export interface AwaitedDocument {
  documentKind: 'invoice' | 'red_letter';
  documentId: string;
  dealerId: string;
  number: string;
  /** Number on its paper, empty until issued. */
  invoiceNumber: string;
  /** It may be issued now. */
  issuable: boolean;
  /** Number of the batch that it waits in, empty when it waits in none. */
  waitsIn: string;
  /** What the tax platform refused before, batch by batch. */
  refusals: readonly { batchNumber: string; note: string }[];
  /** Of a red letter the date of its invoice, else empty. */
  notBefore: string;
}

/** What the tax platform did with a document: issued under a number, or refused with a note. */
export interface Result {
  document: AwaitedDocument;
  invoiceNumber: string;
  invoiceDate: string;
  note: string;
}

/** What is known where a file of results is read. */
export interface ResultsPresent {
  today: string;
  documents: ReadonlyMap<string, AwaitedDocument>;
  /** Documents by the numbers on papers that are kept already. */
  papers: ReadonlyMap<string, string>;
}

/** The results of a file, and what is wrong with it. */
export interface ResultSheet {
  results: Result[];
  faults: ImportFault[];
}

type Column = 'number' | 'batchNumber' | 'invoiceNumber' | 'invoiceDate' | 'note';
const NOTE_MAX = 500;

/**
 * B-3: reads the results of the tax platform row by row. A row that says what is kept already is passed over, so a file may come again,
 * whatever became of its documents since: a refusal of an earlier batch says nothing of the batch that a document waits in now. Further rows
 * of a document, one for each tax rate, repeat the first or are empty.
 */
export function* checkResults(rows: readonly ImportRow[], present: ResultsPresent): Paced<ResultSheet> {
  const faults: ImportFault[] = [];
  const read = new Map<string, Result>();
  const papers = new Map<string, string>();
  for (const row of rows) {
    const reader = new ImportRowReader<Column>(row, faults);
    const result = resultOf(reader, present);
    if (reader.fits && result) keep(reader, result, { read, papers });
    yield;
  }
  return { results: [...read.values()].filter(({ document }) => document.invoiceNumber === ''), faults };
}

function resultOf(reader: ImportRowReader<Column>, { today, documents, papers }: ResultsPresent): Result | undefined {
  const number = reader.needed('number').toUpperCase();
  const result = { invoiceNumber: reader.plain('invoiceNumber'), invoiceDate: reader.date('invoiceDate'), note: reader.text('note').slice(0, NOTE_MAX) };
  if (number === '' || (result.invoiceNumber === '' && result.invoiceDate === '' && result.note === '')) return undefined;
  const document = documents.get(number);
  if (!document) {
    reader.fault('number', 'DOCUMENT_UNKNOWN');
    return undefined;
  }
  if (result.invoiceNumber === '' && result.invoiceDate === '') {
    const batchNumber = reader.plain('batchNumber').toUpperCase();
    if (isKnownRefusal(document, batchNumber, result.note)) return undefined;
    if (batchNumber !== '' && document.waitsIn !== '' && batchNumber !== document.waitsIn) reader.fault('batchNumber', 'OTHER_BATCH');
  }
  if (result.invoiceNumber === '' && result.note === '') reader.fault('invoiceNumber', 'RESULT_MISSING');
  if (result.invoiceNumber !== '') {
    reader.check('invoiceNumber', () => assertInvoicePaper(result.invoiceNumber, result.invoiceDate || today));
    if (result.invoiceDate === '') reader.fault('invoiceDate', 'RESULT_MISSING');
    else reader.check('invoiceDate', () => checkPaperDate('invoiceDate', result.invoiceDate, today));
    if (result.invoiceDate !== '' && result.invoiceDate < document.notBefore) reader.fault('invoiceDate', 'DATE_BEFORE_INVOICE');
    const taken = papers.get(result.invoiceNumber);
    if (taken !== undefined && taken !== document.documentId) reader.fault('invoiceNumber', 'INVOICE_NUMBER_TAKEN');
  }
  standing(reader, document, result.invoiceNumber);
  return { document, ...result };
}

/** A row that names its batch is of that one; one that does not is an old one when the same was said before. */
function isKnownRefusal({ refusals }: AwaitedDocument, batchNumber: string, note: string): boolean {
  return refusals.some((each) => each.note === note && (batchNumber === '' || each.batchNumber === batchNumber));
}

/** What the document itself says to a result. */
function standing(reader: ImportRowReader<Column>, document: AwaitedDocument, invoiceNumber: string): void {
  if (document.invoiceNumber !== '') {
    if (document.invoiceNumber !== invoiceNumber) reader.fault('invoiceNumber', 'KNOWN_OTHERWISE');
  } else if (!document.issuable) reader.fault('number', 'STEP_NOT_ALLOWED');
  else if (document.waitsIn === '') reader.fault('number', 'NOT_IN_BATCH');
}

function keep(reader: ImportRowReader<Column>, result: Result, file: { read: Map<string, Result>; papers: Map<string, string> }): void {
  const { documentId } = result.document;
  const before = file.read.get(documentId);
  if (before && (before.invoiceNumber !== result.invoiceNumber || before.invoiceDate !== result.invoiceDate)) reader.fault('invoiceNumber', 'ROWS_DIFFER');
  const other = result.invoiceNumber === '' ? documentId : (file.papers.get(result.invoiceNumber) ?? documentId);
  if (other !== documentId) reader.fault('invoiceNumber', 'INVOICE_NUMBER_TAKEN');
  if (!before) file.read.set(documentId, result);
  if (result.invoiceNumber !== '') file.papers.set(result.invoiceNumber, documentId);
}
