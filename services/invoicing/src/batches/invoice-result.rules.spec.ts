import { atOnce } from '@aftercare/domain';
import { checkResults, type AwaitedDocument, type ResultsPresent } from './invoice-result.rules.js';

const PAPER = '25312000000012345678';
const document = (number: string, more: Partial<AwaitedDocument> = {}): [string, AwaitedDocument] => [number, {
  documentKind: 'invoice', documentId: `d-${number}`, dealerId: 'A', number, invoiceNumber: '', issuable: true, waitsIn: 'IB-2', refusals: [], notBefore: '', ...more,
}];
const present = (...documents: [string, AwaitedDocument][]): ResultsPresent => ({
  today: '2026-03-31', documents: new Map(documents), papers: new Map([['25312000000000000001', 'd-other']]),
});
const check = (rows: Record<string, string>[], ...documents: [string, AwaitedDocument][]) =>
  atOnce(checkResults(rows.map((cells, at) => ({ row: at + 2, cells })), present(...documents)));
const faults = (rows: Record<string, string>[], ...documents: [string, AwaitedDocument][]): string[] =>
  check(rows, ...documents).faults.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe('B-3: the results of the tax platform', () => {
  const issued = { number: 'IR-1', invoiceNumber: PAPER, invoiceDate: '2026/3/31', note: '' };

  it('B-3: a document is issued under its number or refused with a note; an empty row still waits', () => {
    const refused = { number: 'ir-2', invoiceNumber: '', invoiceDate: '', note: '税号错误' };
    const { results, faults: wrong } = check([issued, refused, { number: 'IR-3', invoiceNumber: '', invoiceDate: '', note: '' }], document('IR-1'), document('IR-2'), document('IR-3'));
    expect(wrong).toEqual([]);
    expect(results.map((each) => [each.document.number, each.invoiceNumber, each.invoiceDate, each.note])).toEqual([['IR-1', PAPER, '2026-03-31', ''], ['IR-2', '', '', '税号错误']]);
  });

  it('B-3: the same file may come again: what is kept already is passed over, what is kept otherwise is a fault', () => {
    expect(check([issued], document('IR-1', { invoiceNumber: PAPER, issuable: false, waitsIn: '' }))).toEqual({ results: [], faults: [] });
    expect(faults([issued], document('IR-1', { invoiceNumber: '25312000000012345679', issuable: false }))).toEqual(['2 invoiceNumber KNOWN_OTHERWISE']);
  });

  it('B-3: a refusal that is kept is passed over, whatever became of the document since; another one needs a batch that waits', () => {
    const refused = { number: 'IR-1', invoiceNumber: '', invoiceDate: '', note: '税号错误' };
    const refusals = [{ batchNumber: 'IB-1', note: '税号错误' }];
    for (const since of [{ waitsIn: '' }, { waitsIn: 'IB-2' }, { waitsIn: '', issuable: false }, { waitsIn: '', issuable: false, invoiceNumber: PAPER }]) {
      expect(check([refused], document('IR-1', { refusals, ...since }))).toEqual({ results: [], faults: [] });
    }
    expect(faults([{ ...refused, note: '抬头错误' }], document('IR-1', { refusals, waitsIn: '' }))).toEqual(['2 number NOT_IN_BATCH']);
    expect(check([{ ...refused, note: '抬头错误' }], document('IR-1', { refusals })).results).toMatchObject([{ note: '抬头错误' }]);
  });

  it('B-3: a refusal that names its batch is of that one only', () => {
    const refused = (batchNumber: string) => ({ number: 'IR-1', batchNumber, invoiceNumber: '', invoiceDate: '', note: '税号错误' });
    const sentAnew = document('IR-1', { refusals: [{ batchNumber: 'IB-1', note: '税号错误' }] });
    expect(check([refused('IB-1')], sentAnew)).toEqual({ results: [], faults: [] });
    expect(check([refused('ib-2')], sentAnew).results).toMatchObject([{ note: '税号错误' }]);
    expect(faults([refused('IB-1')], document('IR-1'))).toEqual(['2 batchNumber OTHER_BATCH']);
  });

  it('B-3: what is wrong is named row by row and cell by cell', () => {
    expect(faults([{ ...issued, number: 'IR-9' }])).toEqual(['2 number DOCUMENT_UNKNOWN']);
    expect(faults([{ ...issued, invoiceNumber: '123' }], document('IR-1'))).toEqual(['2 invoiceNumber INVOICE_NUMBER_INVALID']);
    expect(faults([{ ...issued, invoiceDate: '' }], document('IR-1'))).toEqual(['2 invoiceDate RESULT_MISSING']);
    expect(faults([{ ...issued, invoiceNumber: '' }], document('IR-1'))).toEqual(['2 invoiceNumber RESULT_MISSING']);
    expect(faults([{ ...issued, invoiceDate: '2026-04-01' }], document('IR-1'))).toEqual(['2 invoiceDate DATE_IN_FUTURE']);
    expect(faults([issued], document('IR-1', { notBefore: '2026-04-01' }))).toEqual(['2 invoiceDate DATE_BEFORE_INVOICE']);
    expect(faults([{ ...issued, invoiceNumber: '25312000000000000001' }], document('IR-1'))).toEqual(['2 invoiceNumber INVOICE_NUMBER_TAKEN']);
    expect(faults([issued], document('IR-1', { issuable: false }))).toEqual(['2 number STEP_NOT_ALLOWED']);
    expect(faults([issued], document('IR-1', { waitsIn: '' }))).toEqual(['2 number NOT_IN_BATCH']);
  });

  it('B-3: rows of one document agree, and a number is on one document', () => {
    expect(check([issued, issued], document('IR-1')).results).toHaveLength(1);
    expect(faults([issued, { ...issued, invoiceDate: '2026-03-30' }], document('IR-1'))).toEqual(['3 invoiceNumber ROWS_DIFFER']);
    expect(faults([issued, { ...issued, number: 'IR-2' }], document('IR-1'), document('IR-2'))).toEqual(['3 invoiceNumber INVOICE_NUMBER_TAKEN']);
  });
});
