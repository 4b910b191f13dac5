import { InvoiceBatchService, InvoiceService, JobService, StubService, type BeginJobRequest, type JobRow } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { SheetReader } from '../imports/sheet-reader.js';
import { Gateway } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

const [dealerId, batchId] = [newId(), newId()];
const PAPER = '25312000000012345678';
const named: { id: string; sha256: string }[] = [];
const begun: BeginJobRequest[] = [];
const staged: JobRow[] = [];
let refused: string | undefined;
let gateway: Gateway;

const ROW = {
  number: 'IR-2026-000001', documentKind: 'invoice', documentId: newId(), kind: 'special', taxTitle: '上海某公司', taxNumber: '91310000MA1FL0AAAA', taxBank: '', taxAccount: '', taxAddress: '',
  taxPhone: '', itemName: '售后服务材料', taxRate: '13', netAmount: '100.00', taxAmount: '13.00', grossAmount: '113.00', originalNumber: '', reason: '', outcome: 'waiting', invoiceNumber: '',
  invoiceDate: '', note: '', batchNumber: 'IB-2026-000001',
};

beforeAll(async () => {
  gateway = await Gateway.start([
    fake(InvoiceService, {
      listInvoicePapers: async ({ from, to }) => {
        if (from > to) throw new ServiceError('invalid_argument', 'PERIOD_INVALID', 'reversed', { field: 'to', years: 1 });
        const paper = { id: newId(), documentKind: 'invoice', number: 'IR-2026-000001', invoiceNumber: PAPER, invoiceDate: from, grossAmount: '113.00', files: named };
        return { items: [paper, { ...paper, documentKind: 'red_letter', number: 'RL-2026-000001', invoiceNumber: `${PAPER.slice(0, -1)}9`, grossAmount: '-113.00', files: [] }], nextCursor: '' };
      },
    }),
    fake(InvoiceBatchService, { listInvoiceBatchRows: async () => ({ items: [ROW], nextCursor: '' }) }),
    fake(StubService, {
      previewConsolidation: async () => {
        if (refused) throw new ServiceError('failed_precondition', refused, 'refused');
        return { invoices: [], netTotal: '0.00', taxTotal: '0.00', grossTotal: '0.00', limitAmount: '0.00' };
      },
    }),
    fake(JobService, {
      beginJob: async (request) => {
        begun.push(request);
        return { id: request.id || newId() };
      },
      appendRows: async ({ rows }) => ({ staged: staged.push(...rows) }),
      startJob: async () => ({ state: 'queued' }),
    }, 'invoicing'),
  ]);
}, 60_000);
afterAll(() => gateway.stop());

it('B-2: a dealer’s invoices of a period are one ZIP: a list, and each one’s files under its date and number', async () => {
  const finance = await gateway.person('finance_clerk');
  const { body } = await finance.send('POST', '/attachments', uploadOf('invoice.xml', '<?xml version="1.0"?><invoice/>'));
  named.push({ id: String(body.id), sha256: String(body.sha256) }, { id: newId(), sha256: 'f'.repeat(64) });
  const manager = await gateway.person('dealer_manager', { dealerId });
  const answer = await manager.get('/invoices/archive?from=2026-03-01&to=2026-03-31');
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/zip' } });
  for (const part of ['list.xlsx', `2026-03-01/${PAPER}-1-invoice.xml`, '<invoice/>']) expect(answer.text).toContain(part);
  expect(answer.text).not.toContain(`${PAPER}-2-`);
  expect(await manager.get('/invoices/archive?from=2026-04-01&to=2026-03-31')).toMatchObject({ status: 400, body: { reason: 'PERIOD_INVALID' } });
  expect(await (await gateway.person('dealer_technician', { dealerId })).get('/invoices/archive?from=2026-03-01&to=2026-03-31')).toMatchObject({ status: 403 });
});

it('B-3: the rows of a batch as a sheet are the file, which is taken back with numbers and dates filled in', async () => {
  const finance = await gateway.person('finance_clerk');
  const sheet = await finance.get(`/invoice-batches/${batchId}/rows?format=xlsx`);
  const [headings, cells] = await readSheet(sheet.bytes);
  const at = (heading: string): number => headings.indexOf(heading);
  expect([cells[at('编号')], cells[at('金额（含税）')], cells[at('发票抬头')]]).toEqual(['IR-2026-000001', '113.00', '上海某公司']);
  const filled = cells.map((cell, column) => (column === at('发票号码') ? PAPER : column === at('开票日期') ? '2026/3/31' : (cell ?? '')));
  const csv = [headings, filled].map((row) => row.map((cell) => `"${String(cell)}"`).join(',')).join('\n');
  const upload = await finance.send('POST', '/imports/invoice-results', uploadOf('result.csv', csv));
  expect(upload).toMatchObject({ status: 202, body: { service: 'invoicing' } });
  await gateway.app.get(SheetReader, { strict: false }).readWaiting();
  expect(begun.at(-1)).toMatchObject({ kind: 'import-invoice-results', dryRun: false });
  expect(staged.at(-1)).toMatchObject({ row: 2, cells: { number: 'IR-2026-000001', invoiceNumber: PAPER, invoiceDate: '2026-03-31', batchNumber: 'IB-2026-000001' } });
});

it('F-4: a run over the stub register is a job; what its preview refuses is refused at once', async () => {
  const finance = await gateway.person('finance_clerk');
  const body = { dealerId, from: '2026-03-01', to: '2026-03-31', kind: 'general' };
  const answer = await finance.post('/consolidations', body);
  expect(answer).toMatchObject({ status: 202, body: { service: 'invoicing' } });
  expect(JSON.parse(begun.at(-1)?.options ?? '')).toEqual({ ...body, includeNow: false });
  refused = 'NOTHING_TO_INVOICE';
  const before = begun.length;
  expect(await finance.post('/consolidations', body)).toMatchObject({ status: 409, body: { reason: 'NOTHING_TO_INVOICE' } });
  expect(begun).toHaveLength(before);
  expect(await (await gateway.person('service_clerk')).post('/consolidations', body)).toMatchObject({ status: 403 });
});
