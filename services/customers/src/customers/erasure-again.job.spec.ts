import { CustomerAnonymisedSchema, CustomerService, DealerChangedSchema, InstallationService, OperationsService, ProductUnitService, PurchaseProofService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { tablesHolding } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { appointment, CustomersPlatform } from '../customers.fixture.js';
import { ErasedAgain1800921000000 } from '../migrations/1800921000000-erased-again.js';

/** What people wrote of the first owner and of the middle one. */
const OLD = { note: '司徒先生 13912345678 不在家', askedBy: '独孤先生本人', reason: '尉迟太太的发票' };
/** What they wrote since, of the present owner. */
const NEW = { note: '令狐女士满意', reason: '令狐女士补票' };

describe('everybody who was erased before an erasure found what is found now', () => {
  const platform = new CustomersPlatform();
  const customers = (ctx: CallContext) => platform.service.client(CustomerService, ctx);
  const supervisor = (): CallContext => platform.service.ctx({ role: 'service_supervisor' });
  const clerk = (): CallContext => platform.service.ctx({ role: 'service_clerk' });
  const evidence = () => ({ id: newId(), sha256: 'f'.repeat(64) });
  const found = async (texts: object): Promise<string[]> => [...new Set((await Promise.all(Object.values(texts).map((text) => tablesHolding(platform.service, text as string)))).flat())].sort();

  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  /** As at an upgrade. */
  async function migrate(): Promise<void> {
    const migration = new ErasedAgain1800921000000();
    const runner = { query: async (text: string) => platform.service.sql(text) } as QueryRunner;
    await migration.down(runner);
    await migration.up(runner);
    await platform.service.drain();
  }

  /** Two units of one owner went on with their open appointments, one of them over a middle owner; both owners were erased, and of what the erasure did not find then everything stands. */
  async function erasedTheOldWay() {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const [first, double, middle, present] = [await platform.customer(manager), await platform.customer(manager), await platform.customer(manager), await platform.customer(manager)];
    await customers(manager).mergeCustomer({ id: double.id, version: 1, intoId: first.id, intoVersion: 1 });
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const serials = await platform.units(await platform.model(), dealer, 2);
    const handOver = (id: string, version: number, to: { id: string }, transferredOn: string) =>
      platform.service.client(ProductUnitService, manager).transferUnit({ id, version, customerId: to.id, transferredOn, reason: '卖房' });
    const planned = async (serial: string) => {
      const unit = await platform.sold(manager, serial, { customerId: first.id, purchaseDate: '2024-03-15' });
      const { id } = await platform.service.client(InstallationService, manager).scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
      await platform.service.client(InstallationService, clerk()).rescheduleInstallation({ id, version: 1, technicianUserId: technician.userId, ...appointment, reason: OLD.note, askedBy: OLD.askedBy });
      return { unitId: unit.id, id };
    };
    const [waiting, done] = [await planned(serials[0]), await planned(serials[1])];
    await handOver(waiting.unitId, 2, middle, '2024-06-01');
    const proof = await platform.service.client(PurchaseProofService, clerk()).provePurchase({ id: waiting.unitId, version: 3, purchaseDate: '2024-03-10', evidence: evidence(), reason: OLD.reason });
    await handOver(waiting.unitId, 4, present, '2024-07-01');
    await handOver(done.unitId, 2, present, '2024-07-01');
    const documents = [waiting.id, done.id, proof.id];
    const kept = await platform.service.sql<{ entry_id: string; salt: string; personal_values: string }>(
      'select p.* from audit_personal p join audit_entry e on e.id = p.entry_id where e.document_id = any($1::text[]) and p.erased_at is null', [documents]);
    await customers(supervisor()).anonymiseCustomer({ id: first.id, version: 2, reason: '本人要求' });
    await customers(supervisor()).anonymiseCustomer({ id: middle.id, version: 1, reason: '本人要求' });
    await platform.service.drain();
    expect(await found(OLD)).toEqual([]);
    await platform.service.sql('update installation set note = $2, asked_by = $3 where id = any($1::uuid[])', [[waiting.id, done.id], OLD.note, OLD.askedBy]);
    await platform.service.sql('update purchase_proof set reason = $2 where id = $1', [proof.id, OLD.reason]);
    for (const { entry_id: id, salt, personal_values: values } of kept) {
      await platform.service.sql('update audit_personal set salt = $2, personal_values = $3, erased_at = null where entry_id = $1', [id, salt, values]);
    }
    await platform.service.moveClock('2h');
    return { dealer, technician, first, double, middle, present, serials, waiting, done, proof };
  }

  it('C-5: is erased so once more, once; what was written since is of others and stays', async () => {
    const { dealer, technician, first, double, middle, present, serials, waiting, done, proof } = await erasedTheOldWay();
    const installations = platform.service.client(InstallationService, technician);
    const photo = evidence();
    await installations.completeInstallation({ id: done.id, version: 2, checklist: [{ code: 'no_leak', passed: true, note: '好' }], customerInstructed: true, note: NEW.note, photos: [photo] });
    const proofs = platform.service.client(PurchaseProofService, clerk());
    const later = await proofs.provePurchase({ id: waiting.unitId, version: 5, purchaseDate: '2024-03-12', evidence: photo, reason: NEW.reason });
    expect(await found(OLD)).toEqual(['audit_personal', 'installation', 'purchase_proof']);
    const successor = await platform.dealer();
    await platform.service.publish(DealerChangedSchema, { dealerId: dealer.id, code: dealer.code, name: dealer.code, status: 'terminated', successorDealerId: successor.id, version: 2 });
    await platform.service.drain();
    const until = async (id: string): Promise<string> => (await customers(supervisor()).getCustomer({ id })).anonymisedAt;
    const toldAgain = () => platform.service.sql<{ payload: string }>(`select payload from outbox where event_type = $1 and payload::jsonb ->> 'writtenUntil' <> ''`, [CustomerAnonymisedSchema.typeName]);
    expect(await toldAgain()).toEqual([]);

    await migrate();
    expect(await found(OLD)).toEqual([]);
    const shown = platform.service.client(InstallationService, clerk());
    expect(await shown.getInstallation({ id: waiting.id })).toMatchObject({ customerId: present.id, state: 'scheduled', note: '***', askedBy: '' });
    expect(await shown.getInstallation({ id: done.id })).toMatchObject({ customerId: present.id, note: NEW.note, photos: [photo], checklist: [{ note: '好' }] });
    expect([await proofs.getPurchaseProof({ id: proof.id }), await proofs.getPurchaseProof({ id: later.id })]).toMatchObject([{ reason: '***' }, { reason: NEW.reason, evidence: photo }]);
    expect(await found({ note: NEW.note })).toEqual(['audit_personal', 'installation']);
    expect(await platform.service.client(CustomerService, supervisor()).getCustomer({ id: present.id })).toMatchObject({ name: '张**' });

    const told = (await toldAgain()).map(({ payload }) => JSON.parse(payload) as { customerId: string; installationIds: string[]; passedOn: { ref: string }[] }).toSorted((a, b) => a.customerId.localeCompare(b.customerId));
    const word = { dealerId: dealer.id, earlierDealerIds: [], attachmentIds: [], evidenceIds: [] };
    const given = await platform.service.sql<{ unit: string; from: string; at: string }>('select unit_id as unit, from_customer_id as from, iso(transferred_at) as at from unit_transfer');
    const passed = (customer: { id: string }, ...of: { unitId: string; refs: string[] }[]) => of.flatMap(({ unitId, refs }) => {
      const writtenUntil = given.find(({ unit, from }) => unit === unitId && from === customer.id)?.at;
      return refs.map((ref) => ({ ref, writtenUntil }));
    }).toSorted((a, b) => a.ref.localeCompare(b.ref));
    const [ofWaiting, ofDone] = [{ unitId: waiting.unitId, refs: [waiting.id, serials[0]] }, { unitId: done.unitId, refs: [done.id, serials[1]] }];
    const expected = [
      { ...word, customerId: first.id, writtenUntil: await until(first.id), installationIds: [waiting.id, done.id].toSorted(), serials, passedOn: passed(first, ofWaiting, ofDone) },
      { ...word, customerId: double.id, writtenUntil: await until(first.id), installationIds: [], serials: [], passedOn: [] },
      { ...word, customerId: middle.id, writtenUntil: await until(middle.id), installationIds: [waiting.id], serials: [serials[0]], passedOn: passed(middle, ofWaiting) },
    ].toSorted((a, b) => a.customerId.localeCompare(b.customerId));
    expect(told.map((each) => ({ ...each, installationIds: each.installationIds.toSorted(), passedOn: each.passedOn.toSorted((a, b) => a.ref.localeCompare(b.ref)) }))).toEqual(expected);
    const logged = await platform.service.sql<{ role: string; changed: object }>(`select role, changed from audit_entry where action = 'anonymise-again' order by document_id`);
    expect(logged).toEqual(expected.map(({ writtenUntil }) => ({ role: 'system', changed: { writtenUntil: { after: writtenUntil } } })));
    expect(await platform.service.client(OperationsService, platform.service.ctx({ role: 'admin' })).verifyAudit({})).toMatchObject({ intact: true });
  });

  it('C-2, C-5: what was written after the unit passed on and before its former owner was erased is of the present owner and stays', async () => {
    const dealer = await platform.dealer();
    const { manager } = dealer;
    const [first, present] = [await platform.customer(manager), await platform.customer(manager)];
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const [serial] = await platform.units(await platform.model(), dealer);
    const unit = await platform.sold(manager, serial, { customerId: first.id, purchaseDate: '2024-03-15' });
    const { id } = await platform.service.client(InstallationService, manager).scheduleInstallation({ unitId: unit.id, technicianUserId: technician.userId, ...appointment });
    await platform.service.client(ProductUnitService, manager).transferUnit({ id: unit.id, version: 2, customerId: present.id, transferredOn: '2024-06-01', reason: '卖房' });
    await platform.service.client(InstallationService, technician).failInstallation({ id, version: 1, reason: '钟离家阀体裂纹', checklist: [{ code: 'no_leak', passed: false, note: '漏' }] });
    await customers(supervisor()).anonymiseCustomer({ id: first.id, version: 1, reason: '本人要求' });
    await platform.service.drain();
    await platform.service.moveClock('2h');
    await migrate();
    expect(await found({ note: '钟离家阀体裂纹' })).toEqual(['audit_personal', 'installation']);
    expect(await platform.service.client(InstallationService, clerk()).getInstallation({ id })).toMatchObject({ customerId: present.id, note: '钟离家阀体裂纹' });
  });

  it('C-5: run twice it changes nothing', async () => {
    const TABLES = ['customer', 'customer_phone', 'customer_name_key', 'customer_class_pin', 'installation', 'unit_sale', 'unit_transfer', 'warranty_extension', 'purchase_proof', 'audit_personal'];
    const rows = () => Promise.all(TABLES.map((table) => platform.service.sql(`select to_jsonb(t) from ${table} t order by to_jsonb(t)::text`)));
    await erasedTheOldWay();
    await migrate();
    const once = await rows();
    expect(await found(OLD)).toEqual([]);
    await migrate();
    expect(await rows()).toEqual(once);
  });

  it('C-5: who was not erased keeps every word', async () => {
    const { present } = await erasedTheOldWay();
    await platform.service.sql(`update deadline set fired_at = now() where kind = 'customer-erasure-again'`);
    await platform.service.sql(`insert into deadline (kind, ref, due_at) values ('customer-erasure-again', $1, business_now())`, [present.id]);
    await platform.service.drain();
    expect(await found(OLD)).toEqual(['audit_personal', 'installation', 'purchase_proof']);
  });
});
