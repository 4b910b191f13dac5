import { InvoiceService, ListReceivablesRequestSchema, ReceivableService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { cursorOf, pageOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import { startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';
import { listReceivables } from './receivable.handlers.js';

let world: InvoicingWorld;
beforeAll(async () => {
  world = await startInvoicing();
});
afterAll(() => world.service.stop());

const plan = (ctx: ReturnType<InvoicingWorld['dealer']>, asked: object, cursor = ''): Promise<string> =>
  planOf(world.service.dataSource, listReceivables(create(ListReceivablesRequestSchema, asked), ctx, pageOf({ cursor }, { list: 'receivables' })).text);

it('receivables are read in their order, what is open or not invoiced past nothing that is paid or invoiced', async () => {
  const finance = world.as('finance_clerk');
  expect(await plan(world.dealer(), {})).toContain('using receivable_dealer ');
  expect(await plan(world.dealer(), { onlyOpen: true })).toContain('using receivable_dealer_open ');
  expect(await plan(world.dealer(), { onlyNotInvoiced: true })).toContain('using receivable_dealer_not_invoiced ');
  expect(await plan(world.dealer(), { invoiceWish: 'never' })).toContain('using receivable_dealer_wish ');
  expect(await plan(finance, { onlyNotInvoiced: true })).toContain('using receivable_not_invoiced ');
  expect(await plan(finance, { onlyOpen: true }, cursorOf('receivables', '2026-03-01 02:00:00+00', newId()))).toMatch(/using receivable_open [\s\S]*Index Cond: \(ROW/);
});

it('a slip whose invoice was requested is no longer among those not invoiced', async () => {
  const slip = await world.slip({ invoiceWish: 'now' });
  const waiting = async (): Promise<string[]> => (await world.service.client(ReceivableService, world.dealer()).listReceivables({ onlyNotInvoiced: true })).items.map(({ slipId }) => slipId);
  expect(await waiting()).toEqual([slip.slipId]);
  await world.service.client(InvoiceService, world.as('finance_clerk')).requestInvoice({ dealerId: world.dealerId, slipIds: [slip.slipId], kind: 'general' });
  expect(await waiting()).toEqual([]);
});
