import { ListCrossTerritorySalesRequestSchema, ListCustomersRequestSchema, ListInstallationsRequestSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { cursorOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { create } from '@bufbuild/protobuf';
import { CustomersPlatform } from './customers.fixture.js';
import { listCustomers } from './customers/customer-list.js';
import { customerSeen } from './customers/customer.queries.js';
import { listInstallations } from './installations/installation.queries.js';
import { flaggedSales } from './units/cross-territory.handlers.js';

const platform = new CustomersPlatform();
let manager: CallContext;
let clerk: CallContext;
beforeAll(async () => {
  await platform.start();
  ({ manager } = await platform.dealer());
  clerk = platform.service.ctx({ role: 'service_clerk' });
});
afterAll(() => platform.service.stop());

const plan = (text: string): Promise<string> => planOf(platform.service.dataSource, text);
const page = (list: string): { cursor: string } => ({ cursor: cursorOf(list, '2026-03-01 02:00:00+00', newId()) });

it('customers are read in their order: one dealer’s, a parent’s dealer by dealer, those of one character along it', async () => {
  const listed = (ctx: CallContext, asked: object = {}): Promise<string> => plan(listCustomers(create(ListCustomersRequestSchema, asked), ctx).text);
  expect(await listed(manager)).toContain('using customer_of_dealer ');
  const child = newId();
  expect(await listed({ ...manager, childDealerIds: [child] })).toMatch(/Function Scan on unnest[\s\S]*using customer_of_dealer /);
  const ofChild = await listed({ ...manager, childDealerIds: [child] }, { dealerId: child });
  expect(ofChild).toContain('using customer_of_dealer ');
  expect(ofChild).not.toContain('unnest');
  expect(await listed(clerk, { page: page('customers') })).toMatch(/using customer_newest [\s\S]*Index Cond: \(ROW/);
  expect(await listed(clerk, { class: 'A' })).toContain('using customer_of_class ');
  expect(await listed(manager, { q: '王' })).toContain('using customer_name_key_dealer_first ');
  expect(await listed(clerk, { q: '王', page: page('customers') })).toContain('using customer_name_key_first ');
});

it('sales outside the territory are read along the flagged ones, a page far down from its cursor on', async () => {
  const listed = (ctx: CallContext, asked: object = {}): Promise<string> => plan(flaggedSales(create(ListCrossTerritorySalesRequestSchema, asked), ctx).text);
  expect(await listed(manager, { page: page('cross-territory') })).toMatch(/using unit_sale_flagged_of_dealer [\s\S]*Index Cond: \(\(dealer_id = [\s\S]*ROW/);
  expect(await listed(clerk, { page: page('cross-territory') })).toMatch(/using unit_sale_flagged [\s\S]*Index Cond: \(ROW/);
  expect(await listed(manager, { dealerId: newId() })).toContain('using unit_sale_flagged_of_both ');
});

it('a technician’s customers: of few by their ids, of many along the dealer’s with each asked for his work; his calls are found along an index', async () => {
  const technician: CallContext = { ...manager, role: 'dealer_technician' };
  const listed = (asked: object = {}): Promise<string> => plan(listCustomers(create(ListCustomersRequestSchema, asked), technician).text);
  const seen = await plan(customerSeen(newId(), technician).text);
  for (const index of ['installation_own_work', 'known_call_customer']) expect(seen).toContain(`using ${index} `);
  const own = await listed({ page: page('customers') });
  for (const index of ['installation_own_work', 'known_call_first_user', 'known_call_second_user', 'customer_registered_by']) expect(own).toContain(`${index} `);
  expect(own).toMatch(/One-Time Filter[\s\S]*using \w+ on customer r[\s\S]*Index Cond: [^\n]*ANY/);
  expect(own).toMatch(/One-Time Filter[\s\S]*using customer_of_dealer on customer r[\s\S]*SubPlan/);
});

it('a technician’s installations are read past no colleague’s, in one state past no other', async () => {
  const technician: CallContext = { ...manager, role: 'dealer_technician' };
  const listed = (asked: object): Promise<string> => plan(listInstallations(create(ListInstallationsRequestSchema, asked), technician).text);
  expect(await listed({})).toContain('using installation_technician ');
  expect(await listed({ state: 'scheduled' })).toContain('using installation_technician_state ');
});
