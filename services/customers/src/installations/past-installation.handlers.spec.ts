import { CustomerService, InstallationService, JobService, PastInstallationService, ProductUnitService } from '@aftercare/contracts';
import { businessDate, lastDayOfMonth, newId } from '@aftercare/domain';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

const phone = (): string => `136${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;

describe('past installations over the bus', () => {
  const platform = new CustomersPlatform();
  let frame: Record<'activeDays' | 'servingDays', { firstDay: string; lastDay: string }[]> & { month: string };
  let day: string;

  beforeAll(async () => {
    await platform.start();
    day = businessDate(await platform.service.now());
    const month = day.slice(0, 7);
    const whole = [{ firstDay: `${month}-01`, lastDay: lastDayOfMonth(month) }];
    frame = { month, activeDays: whole, servingDays: whole };
  });
  afterAll(() => platform.service.stop());

  const register = (dealer: { id: string; manager: Parameters<CustomersPlatform['customer']>[0] }, given: object) =>
    platform.service.client(PastInstallationService, dealer.manager).registerPastInstallation({ dealerId: dealer.id, ...frame, acceptedOn: day, purchaseDate: '2026-01-05', ...given });
  const person = (given: object = {}) => ({ name: '赵补报', phones: [phone()], address: { regionCode: '310104', detail: '漕溪路 9 号' }, consentService: true, ...given });
  const eventsOf = async (id: string) => (await platform.service.sql<{ type: string; payload: string }>(
    `select event_type as type, payload from outbox where payload like $1 order by id`, [`%${id}%`])).map(({ type, payload }) => ({ type: type.split('.').at(-1), ...(JSON.parse(payload) as object) }));

  it('the entities describe the migrated schema', async () => {
    await expectSchemaMatchesEntities(platform.service.dataSource);
  });

  it('D-7: creates customer, sale and accepted installation in one step, told like any other and without the person', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const ctx = { ...dealer.manager, idempotencyKey: newId() };
    const request = { dealerId: dealer.id, ...frame, acceptedOn: day, purchaseDate: '2026-01-05', serial: serial.toLowerCase(), customer: person(), customerInstructed: true };
    const answer = await platform.service.client(PastInstallationService, ctx).registerPastInstallation(request);
    expect(answer).toMatchObject({ state: 'accepted', number: expect.stringMatching(/^IN-/) as string });
    expect(await platform.service.client(PastInstallationService, ctx).registerPastInstallation(request)).toEqual(answer);
    const done = await platform.service.client(InstallationService, dealer.manager).getInstallation({ id: answer.id });
    expect(done).toMatchObject({ completedOn: day, registeredAfterwards: true, serial, customerName: '赵**' });
    const unit = await platform.service.client(ProductUnitService, dealer.manager).getUnit({ id: done.unitId });
    expect(unit).toMatchObject({ purchaseDate: '2026-01-05', acceptedOn: day, stage: 'in_warranty', customerId: done.customerId });
    expect(unit.flow.map(({ kind }) => kind)).toEqual(['dispatched', 'sold', 'installed']);
    expect(await eventsOf(answer.id)).toEqual([expect.objectContaining({ type: 'InstallationCompleted', acceptedOn: day, serial, installationNumber: answer.number, registeredAfterwards: true, modelCode: unit.modelCode })]);
    const [{ found }] = await platform.service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    expect(found).not.toContain('赵补报');
  });

  it('C-1, D-7: the same phone offers the file, which may be named; refused, nothing is left behind', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const phones = [phone()];
    const { id: customerId } = await platform.customer(dealer.manager, { phones });
    await expect(register(dealer, { serial, customer: person({ phones }) })).rejects.toMatchObject({ reason: 'CUSTOMER_PHONE_EXISTS', details: { existingId: customerId } });
    await expect(register(dealer, { serial })).rejects.toEqual(refusal('invalid_argument', 'CUSTOMER_AMBIGUOUS'));
    await expect(register(dealer, { serial, customerId, customer: person() })).rejects.toEqual(refusal('invalid_argument', 'CUSTOMER_AMBIGUOUS'));
    await expect(register(dealer, { serial, customer: person(), acceptedOn: '2025-01-01' })).rejects.toEqual(refusal('invalid_argument', 'DATE_OUTSIDE_MONTH'));
    await expect(register(dealer, { serial, customer: person(), activeDays: [], servingDays: [] })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE_THEN'));
    expect((await platform.service.client(CustomerService, dealer.manager).listCustomers({})).items).toHaveLength(1);
    await expect(register(dealer, { serial, customerId })).resolves.toMatchObject({ state: 'accepted' });
    await expect(register(dealer, { serial, customerId })).rejects.toEqual(refusal('failed_precondition', 'INSTALLATION_EXISTS'));
  });

  it('D-7: who did it is named also when he left since, as it gives him no work', async () => {
    const dealer = await platform.dealer();
    const [serial] = await platform.units(await platform.model(), dealer);
    const technicianUserId = newId();
    platform.technicians.set(technicianUserId, { dealerId: dealer.id, active: false });
    const { id } = await register(dealer, { serial, customer: person(), technicianUserId });
    expect(await platform.service.client(InstallationService, dealer.manager).getInstallation({ id })).toMatchObject({ technicianUserId, state: 'accepted', technicianCertificate: '' });
  });

  it('D-7, D-2: a recorded sale is taken up; a unit of another’s sale, an open appointment and an unknown serial are refused', async () => {
    const [dealer, other] = [await platform.dealer(), await platform.dealer()];
    const model = await platform.model();
    const [serial, foreign, open] = await platform.units(model, dealer, 3);
    const owner = await platform.customer(dealer.manager);
    await platform.sold(dealer.manager, serial, { customerId: owner.id, purchaseDate: '2026-01-03' });
    await expect(register(dealer, { serial, customer: person() })).rejects.toMatchObject({ reason: 'UNIT_ALREADY_SOLD', details: { existingId: owner.id } });
    await expect(register(dealer, { serial, purchaseDate: '' })).resolves.toMatchObject({ state: 'accepted' });
    await platform.sold(other.manager, foreign, { customerId: (await platform.customer(other.manager)).id, purchaseDate: '2026-01-03' });
    await expect(register(dealer, { serial: foreign, customer: person() })).rejects.toEqual(refusal('failed_precondition', 'UNIT_ALREADY_SOLD'));
    await expect(register(dealer, { serial: 'NO-SUCH-1', customer: person() })).rejects.toEqual(refusal('failed_precondition', 'SERIAL_UNKNOWN'));
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const unit = await platform.sold(dealer.manager, open, { customerId: owner.id, purchaseDate: '2026-01-03' });
    await platform.service.client(InstallationService, dealer.manager).scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
    await expect(register(dealer, { serial: open })).rejects.toEqual(refusal('failed_precondition', 'INSTALLATION_OPEN'));
  });

  it('D-7, D-1: a suspended dealer adds what it finished, also with a sale made before; it sold nothing while suspended', async () => {
    const dealer = await platform.dealer();
    const suspended = { id: dealer.id, manager: { ...dealer.manager, dealerStatus: 'suspended' as const } };
    const [sold, unsold] = await platform.units(await platform.model(), dealer, 2);
    await platform.sold(dealer.manager, sold, { customerId: (await platform.customer(dealer.manager)).id, purchaseDate: '2026-01-03' });
    const then = { activeDays: [] };
    await expect(register(suspended, { serial: sold, ...then })).resolves.toMatchObject({ state: 'accepted' });
    await expect(register(suspended, { serial: unsold, customer: person(), purchaseDate: day, ...then })).rejects.toMatchObject({ reason: 'DEALER_NOT_ACTIVE_THEN', details: { field: 'purchaseDate' } });
    await expect(register(suspended, { serial: unsold, customer: person(), ...then })).resolves.toMatchObject({ state: 'accepted' });
  });

  it('D-7: another’s dealer, customer or technician looks like a missing one; others may not add, a terminated dealer neither', async () => {
    const [dealer, other] = [await platform.dealer(), await platform.dealer()];
    const [serial] = await platform.units(await platform.model(), dealer);
    const missing = await register(dealer, { serial, customerId: newId() }).catch((error: unknown) => error);
    expect(missing).toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(register(dealer, { serial, customerId: (await platform.customer(other.manager)).id })).rejects.toEqual(missing);
    await expect(register({ ...dealer, id: other.id }, { serial, customer: person() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const stranger = newId();
    platform.technicians.set(stranger, { dealerId: other.id, active: true });
    const noTechnician = await register(dealer, { serial, customer: person(), technicianUserId: newId() }).catch((error: unknown) => error);
    await expect(register(dealer, { serial, customer: person(), technicianUserId: stranger })).rejects.toEqual(noTechnician);
    await expect(register({ id: dealer.id, manager: platform.service.ctx() }, { serial, customer: person() })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(register({ id: dealer.id, manager: { ...dealer.manager, dealerStatus: 'terminated' } }, { serial, customer: person() })).rejects.toEqual(refusal('failed_precondition', 'DEALER_NOT_ACTIVE'));
  });

  async function importSheet(dealer: { id: string; manager: Parameters<CustomersPlatform['customer']>[0] }, rows: object[], dryRun = false) {
    const jobs = platform.service.client(JobService, dealer.manager);
    const { id } = await jobs.beginJob({ kind: 'import-past-installations', options: JSON.stringify({ dealerId: dealer.id, ...frame }), dryRun, fileName: 'x.xlsx' });
    await jobs.appendRows({ id, frame: 1, rows: rows.map((cells, index) => ({ row: index + 2, cells: cells as Record<string, string> })) });
    await jobs.startJob({ id, totalRows: rows.length });
    await platform.service.drain();
    return jobs.getJob({ id });
  }

  it('D-7: a sheet is checked by row and cell, applied all or nothing, and changes nothing when it comes again', async () => {
    const dealer = await platform.dealer();
    const serials = await platform.units(await platform.model(), dealer, 3);
    const row = (serial: string, given: object = {}) => ({
      serial, customerName: '孙六', phone: '13511112222', regionCode: '310104', addressDetail: '漕溪路 3 号', purchaseDate: '2026-01-05', acceptedOn: day, salePrice: '1999.00', ...given,
    });
    const customers = async () => (await platform.service.client(CustomerService, dealer.manager).listCustomers({})).items.length;
    const faulty = await importSheet(dealer, [row(serials[0]), row('NO-SUCH-2'), row(serials[1], { acceptedOn: '2020-01-01', salePrice: 'x' })]);
    expect(faulty).toMatchObject({
      state: 'failed', errors: [{ row: 3, column: 'serial', code: 'SERIAL_NOT_OF_DEALER', message: expect.stringContaining('序列号') as string }, { row: 4, column: 'acceptedOn', code: 'DATE_OUTSIDE_MONTH' }, { row: 4, column: 'salePrice', code: 'AMOUNT_INVALID' }],
    });
    const clean = [row(serials[0]), row(serials[1]), row(serials[2], { customerName: '周七', phone: '13511113333' })];
    expect(await importSheet(dealer, clean, true)).toMatchObject({ state: 'done', errors: [] });
    expect(await customers()).toBe(0);
    expect(JSON.parse((await importSheet(dealer, clean)).result)).toEqual({ registered: 3, unchanged: 0, customers: 2 });
    expect(JSON.parse((await importSheet(dealer, clean)).result)).toEqual({ registered: 0, unchanged: 3, customers: 0 });
    expect(await customers()).toBe(2);
    const otherwise = await importSheet(dealer, [row(serials[0], { addressDetail: '别处', salePrice: '1' }), row(serials[1])], true);
    expect(otherwise.errors.map(({ row: at, column, code }) => `${at} ${column} ${code}`)).toEqual(['2 addressDetail KNOWN_OTHERWISE', '2 salePrice KNOWN_OTHERWISE']);
    const stranger = await platform.dealer();
    // D-9: whether a serial is another dealer's, sold or not, or nobody's is not told to a list of them.
    const [sold, unsold] = await platform.units(await platform.model(), stranger, 2);
    await platform.sold(stranger.manager, sold, { customerId: (await platform.customer(stranger.manager)).id, purchaseDate: '2026-01-05' });
    const tried = await importSheet(dealer, [sold, unsold, 'NO-SUCH-3'].map((serial) => row(serial, { phone: phone() })), true);
    expect(tried.errors.map(({ row: at, code }) => `${at} ${code}`)).toEqual([2, 3, 4].map((at) => `${at} SERIAL_NOT_OF_DEALER`));
    expect(await importSheet({ id: dealer.id, manager: stranger.manager }, clean)).toMatchObject({ state: 'failed', errors: [{ row: 0, code: 'NOT_FOUND' }] });
  });
});
