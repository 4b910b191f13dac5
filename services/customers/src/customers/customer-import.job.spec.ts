import { CustomerService, JobService, ProductUnitService, UnitSoldSchema } from '@aftercare/contracts';
import { faultsOf, runImport, tablesHolding } from '@aftercare/testing';
import { CustomersPlatform } from '../customers.fixture.js';
import { CustomerImportJob } from './customer-import.job.js';

describe('the job import-customers', () => {
  const platform = new CustomersPlatform();
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  const clerk = () => platform.service.ctx();
  const run = (sheet: Record<string, string>[], ctx = clerk(), dryRun = false) => runImport(platform.service, ctx, { kind: 'import-customers', sheet, dryRun });
  const listed = async (dealerId: string) => (await platform.service.client(CustomerService, clerk()).listCustomers({ dealerId })).items;
  /** The result as its column gives it back: keys by length. */
  const result = ({ registered, sold, unchanged }: Record<string, number>): string => JSON.stringify({ sold, unchanged, registered });
  const person = { name: '欧阳导入', phones: '13911112222', regionCode: '310104', addressDetail: '导入路 1 号', consentService: '是' };

  it('X-9, C-1, C-2: registers customers with the units they own, at the dealer named; the same file again changes nothing', async () => {
    const dealer = await platform.dealer();
    const [first, second] = await platform.units(await platform.model(), dealer, 2);
    const sheet: Record<string, string>[] = [
      { ...person, dealerCode: dealer.code, serial: first, purchaseDate: '2024-03-15', salePrice: '1999.00' },
      { name: person.name, phones: person.phones, dealerCode: dealer.code, serial: second },
      { ...person, dealerCode: dealer.code, name: '无产品', phones: '13911113333' },
    ];
    expect(await run(sheet, clerk(), true)).toMatchObject({ state: 'done', errors: [], result: '{"valid":true}' });
    expect(await listed(dealer.id)).toEqual([]);
    expect(await run(sheet)).toMatchObject({ state: 'done', errors: [], result: result({ registered: 2, sold: 2, unchanged: 0 }) });
    const customers = await listed(dealer.id);
    expect(customers.map(({ unitCount, phone }) => [unitCount, phone]).sort()).toEqual([[0, '139****3333'], [2, '139****2222']]);
    const unit = await platform.service.client(ProductUnitService, clerk()).getUnitBySerial({ serial: first });
    expect(unit).toMatchObject({ purchaseDate: '2024-03-15' });
    expect(await platform.service.sql('select from outbox where event_type = $1', [UnitSoldSchema.typeName])).toHaveLength(2);
    expect(await run(sheet)).toMatchObject({ state: 'done', result: result({ registered: 0, sold: 0, unchanged: 3 }) });
    expect(await listed(dealer.id)).toHaveLength(2);
    for (const ctx of [clerk(), dealer.manager]) {
      expect(faultsOf(await run([{ ...sheet[0], salePrice: '1999' }, { ...sheet[1], salePrice: '1.00' }], ctx))).toEqual(['3 salePrice KNOWN_OTHERWISE']);
    }
  });

  it('X-9: a manager imports his own customers and reaches neither another dealer nor its units', async () => {
    const [own, other] = [await platform.dealer(), await platform.dealer()];
    const model = await platform.model();
    const [[mine], [foreign]] = [await platform.units(model, own), await platform.units(model, other)];
    expect(await run([{ ...person, serial: mine }], own.manager)).toMatchObject({ state: 'done', result: result({ registered: 1, sold: 1, unchanged: 0 }) });
    const refused = await run([{ ...person, name: '甲', phones: '13900000009', serial: foreign }, { ...person, name: '乙', phones: '13900000008', dealerCode: other.code, serial: 'SN-NONE' }], own.manager);
    expect(faultsOf(refused)).toEqual(['2 serial SERIAL_NOT_OF_DEALER', '3 dealerCode DEALER_UNKNOWN', '3 serial SERIAL_NOT_OF_DEALER']);
    expect([await listed(own.id), await listed(other.id)].map(({ length }) => length)).toEqual([1, 0]);
    const technician = platform.service.dealerCtx(own.id, 'dealer_technician');
    await expect(platform.service.client(JobService, technician).beginJob({ kind: 'import-customers' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });

  it('X-9: a file with faults registers nothing and sells nothing', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const job = await run([{ ...person, dealerCode: dealer.code, serial }, { ...person, dealerCode: dealer.code, name: '赵六' }]);
    expect([job.state, faultsOf(job)]).toEqual(['failed', ['3 phones CUSTOMER_PHONE_EXISTS']]);
    expect(await listed(dealer.id)).toEqual([]);
    expect(await platform.service.sql('select from product_unit where serial = $1 and sold', [serial])).toHaveLength(0);
  });

  it('X-9, C-2: what became wrong after the sheet was checked refuses the whole sheet', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const buyer = await platform.customer(dealer.manager);
    const rows = [{ ...person, name: '甲', phones: '13922220001' }, { ...person, name: '乙', phones: '13922220002', serial }].map((cells, at) => ({ row: at + 2, cells }));
    await platform.sold(dealer.manager, serial, { customerId: buyer.id });
    const applied = platform.service.database.command(dealer.manager, (tx) => new CustomerImportJob().apply(rows, {}, tx, () => undefined));
    await expect(applied).rejects.toMatchObject({ name: 'JobRefusal', errors: [{ row: 3, column: 'serial' }] });
    expect((await listed(dealer.id)).map(({ id }) => id)).toEqual([buyer.id]);
  });

  it('C-1, X-9: a phone entered while a sheet is applied comes after it, and is offered its file', async () => {
    const dealer = await platform.dealer();
    const row = { row: 2, cells: { ...person, phones: '13922220003' } };
    let single: Promise<unknown> = Promise.resolve();
    await platform.service.database.command(dealer.manager, async (tx) => {
      const done = await new CustomerImportJob().apply([row], {}, tx, () => undefined);
      single = platform.customer(dealer.manager, { phones: ['13922220003'] }).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return done;
    });
    expect(await single).toMatchObject({ reason: 'CUSTOMER_PHONE_EXISTS' });
  });

  it('X-9, C-5: what was staged is gone with the job; personal values stand only in the file, its phones and the erasable part of the audit', async () => {
    const dealer = await platform.dealer();
    const canary = { ...person, dealerCode: dealer.code, name: '司徒金丝雀', phones: '13977778888', addressDetail: '金丝雀巷 7 号' };
    expect(await run([canary])).toMatchObject({ state: 'done' });
    const tables = (await Promise.all([canary.name, canary.phones, canary.addressDetail].map((text) => tablesHolding(platform.service, text)))).flat();
    expect(tables.filter((table) => ['job', 'job_row', 'outbox', 'audit_entry', 'idempotency'].includes(table))).toEqual([]);
    expect([...new Set(tables)]).toEqual(expect.arrayContaining(['customer', 'customer_phone', 'audit_personal']));
  });

  it('X-9: a thousand customers come in one job', async () => {
    const dealer = await platform.dealer();
    const sheet = Array.from({ length: 1_000 }, (_row, at) => ({ ...person, dealerCode: dealer.code, name: `客户${at}`, phones: `137${String(at).padStart(8, '0')}` }));
    expect(await run(sheet)).toMatchObject({ state: 'done', result: result({ registered: 1000, sold: 0, unchanged: 0 }) });
  }, 60_000);
});
