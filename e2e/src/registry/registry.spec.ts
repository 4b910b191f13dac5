import { fromJsonString, type DescMessage } from '@bufbuild/protobuf';
import {
  CallAssignedSchema, CallCancelledSchema, CallResolvedSchema, CallRoutedSchema, ChargeSlipConfirmedSchema, ChargeSlipPaidSchema, CustomerChangedSchema, FaultsRecordedSchema, InstallationCompletedSchema, InvoiceIssuedSchema,
  ObligationDueSchema, ObligationOpenedSchema, ObligationSettledSchema, PartsLineApprovedSchema, PartsReceivedSchema, PartsRequestSubmittedSchema, PartsShippedSchema, RecordConfirmedSchema,
  RecordFiledSchema, ReturnAcceptedSchema, ReturnCountedSchema, UnitDispatchedSchema, UnitOwnedSchema, UnitSoldSchema,
} from '@aftercare/contracts';
import { addMonths, businessDate, isAddressRegion, maskAddress, maskName, maskPhone } from '@aftercare/domain';
import { Client } from 'pg';
import { check, countOf, tableOf } from '../check/check.js';
import { compareClocks } from '../clocks/compare.js';
import { differences, figuresReady } from '../figures/compare.js';
import { openSources } from '../figures/sources.js';
import { Api } from '../http/api.js';
import { ADMIN_PASSWORD, type SpecPlatform } from '../spec/platform-fixture.js';
import { startStoryPlatform } from '../spec/story-platform.js';
import { makeRegistry, RegistryRefused } from './generate.js';
import { managerLogin, PASSWORD, technicianLogin } from './in-dealers.js';
import { madeDealers, type Plan } from './plan.js';
import { TOLD } from './told.js';

const SCHEMAS: DescMessage[] = [
  CallAssignedSchema, CallCancelledSchema, CallResolvedSchema, CallRoutedSchema, CustomerChangedSchema, InstallationCompletedSchema, RecordConfirmedSchema, RecordFiledSchema, UnitDispatchedSchema, UnitOwnedSchema, UnitSoldSchema,
  PartsRequestSubmittedSchema, PartsLineApprovedSchema, PartsShippedSchema, PartsReceivedSchema, ObligationOpenedSchema, ObligationDueSchema, ObligationSettledSchema, ReturnAcceptedSchema, ReturnCountedSchema,
  ChargeSlipConfirmedSchema, ChargeSlipPaidSchema, FaultsRecordedSchema, InvoiceIssuedSchema,
];
const SIZES = { seed: 3, dealers: 6, customers: 120, units: 400, calls: 600 };
const UNTIL = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();

describe('a large registry', () => {
  let made: SpecPlatform;
  let plan: Plan;

  beforeAll(async () => {
    made = await startStoryPlatform();
    plan = await makeRegistry(made.running, { ...SIZES, until: UNTIL }, () => undefined);
  }, 300_000);
  afterAll(() => made.stop());

  async function rows<R extends object>(service: string, sql: string): Promise<R[]> {
    const client = new Client({ connectionString: made.running.databases[service] });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('is as large as asked for, and breaks no invariant', async () => {
    const count = async (service: string, table: string): Promise<number> => (await rows<{ n: number }>(service, `select count(*)::int as n from ${table}`))[0]?.n ?? 0;
    expect(await count('customers', 'customer')).toBe(SIZES.customers);
    expect(await count('customers', 'product_unit')).toBe(SIZES.units);
    expect(await count('repairs', 'repair_call')).toBe(SIZES.calls);
    expect(await count('repairs', 'known_unit')).toBe(SIZES.units);
    while ((await rows<{ building: number | null }>('insights', 'select building from read_model'))[0]?.building !== null) await new Promise((resolve) => setTimeout(resolve, 200));
    const { verdicts } = await check(made.running);
    expect(countOf(verdicts) === 0 ? '' : tableOf(verdicts)).toBe('');
    expect(await compareClocks(made.admin)).toEqual({ compared: SIZES.calls, differences: [] });
  }, 120_000);

  it('tells each fact in the outbox as its contract says, and nothing over the bus but dealers and models', async () => {
    for (const { event, teller } of TOLD) {
      const schema = SCHEMAS.find(({ typeName }) => typeName === event);
      const told = await rows<{ payload: string }>(teller, `select payload from outbox where event_type = '${event}' and request_id = 'registry'`);
      expect(told.length).toBeGreaterThan(0);
      const fields = schema?.fields.map(({ jsonName }) => jsonName).sort();
      for (const { payload } of told.slice(0, 20)) {
        expect(() => fromJsonString(schema as DescMessage, payload)).not.toThrow();
        expect(Object.keys(JSON.parse(payload) as object).sort()).toEqual(fields);
      }
    }
    const known = await rows<{ code: string }>('customers', 'select code from known_dealer');
    expect(known.map(({ code }) => code).sort()).toEqual(madeDealers(plan).map(({ code }) => code).sort());
  });

  it('stands as the services would have written it: masked values, stages, lines of lists', async () => {
    for (const { name, masked_name, phone, masked_phone } of await rows<Record<string, string>>('customers', `
      select name, masked_name, phone, masked_phone from customer c join customer_phone p on p.customer_id = c.id and p.position = 1 limit 50`)) {
      expect([masked_name, masked_phone]).toEqual([maskName(name ?? ''), maskPhone(phone ?? '')]);
    }
    for (const { address_detail, address_masked, region_code } of await rows<Record<string, string>>('repairs', 'select address_detail, address_masked, region_code from repair_call limit 50')) {
      expect(address_masked).toBe(maskAddress(address_detail ?? ''));
      expect(isAddressRegion(region_code)).toBe(true);
    }
  });

  it('C-5: repairs knows whose the units are as customers would have told it', async () => {
    const known = await rows('repairs', `select unit_id as unit, customer_id as owner, iso(since) as since, iso(until) as until, version from known_owner order by 1`);
    expect(known.length).toBeGreaterThan(SIZES.customers);
    expect(known).toEqual(await rows('customers', `
      select u.id as unit, s.customer_id as owner, iso(u.purchase_date::timestamp at time zone 'Asia/Shanghai') as since, null as until, 2 as version
      from unit_sale s join product_unit u on u.id = s.unit_id order by 1`));
    expect(await rows('repairs', 'select id, version from known_customer order by 1')).toEqual(await rows('customers', 'select id, version from customer order by 1'));
  });

  it('is read by the people it made', async () => {
    const [dealer] = madeDealers(plan);
    const manager = new Api(made.running.url);
    await manager.signIn(managerLogin(dealer), PASSWORD);
    const technician = new Api(made.running.url);
    await technician.signIn(technicianLogin(dealer), PASSWORD);
    interface Items { items: { id: string; serial: string; number: string; stage: string }[] }
    const [customers, units, calls] = [await manager.get<Items>('/customers'), await manager.get<Items>('/product-units'), await manager.get<Items>('/repair-calls')];
    for (const { items } of [customers, units, calls]) expect(items.length).toBeGreaterThan(0);
    expect((await technician.get<Items>('/installations')).items.length).toBeGreaterThan(0);
    const [unit] = units.items;
    const file = await manager.get<{ flow: { kind: string }[] }>(`/product-units/${unit?.id}`);
    expect(file.flow[0]?.kind).toBe('dispatched');
    expect((await manager.get<Items>(`/product-units?q=${unit?.serial}`)).items.map(({ id }) => id)).toContain(unit?.id);
  });

  it('Q-2: every quality figure is what the source tables say, over whole months and over days', async () => {
    const account = { username: 'registry.quality', name: '质量', role: 'quality_engineer' };
    await made.admin.post('/users', { ...account, password: PASSWORD });
    const engineer = new Api(made.running.url);
    await engineer.signIn(account.username, PASSWORD, ADMIN_PASSWORD);
    const insights = new Client({ connectionString: made.running.databases.insights });
    await insights.connect();
    await figuresReady(insights);
    await insights.end();
    const sources = await openSources(made.running);
    try {
      const to = businessDate(UNTIL);
      expect(await differences(engineer, sources, { from: addMonths(to, -24), to })).toEqual([]);
      expect(await differences(engineer, sources, { from: '2023-01-01', to: '2024-12-31' })).toEqual([]);
    } finally {
      await sources.end();
    }
  }, 120_000);

  it('made again it answers clearly and changes nothing; another one needs another seed', async () => {
    const again = makeRegistry(made.running, SIZES, () => undefined);
    await expect(again).rejects.toThrow('The registry of seed 3 is here already');
    await expect(makeRegistry(made.running, { ...SIZES, customers: 121 }, () => undefined)).rejects.toThrow(RegistryRefused);
  });

  it('an interrupted one goes on with the same rows', async () => {
    const ids = await rows<{ id: string }>('repairs', 'select id from repair_call order by id');
    const wipe = ['confirmation_link', 'repair_record', 'call_event', 'call_clock', 'repair_call', 'known_customer', 'known_unit', 'known_owner', 'deadline', 'inbox', 'outbox', 'audit_pending'];
    await rows('repairs', `set session_replication_role = replica; ${wipe.map((table) => `delete from ${table}`).join('; ')};
      delete from audit_entry where kind = 'registry'`);
    await makeRegistry(made.running, SIZES, () => undefined);
    expect(await rows('repairs', 'select id from repair_call order by id')).toEqual(ids);
  }, 60_000);
});
