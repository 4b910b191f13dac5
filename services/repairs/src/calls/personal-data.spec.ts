import { CallIntakeService, CustomerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { ShortValuesMasked1800921200000 } from '../migrations/1800921200000-short-values-masked.js';
import { assignedCall, calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

const reason = (text: string) => expect.objectContaining({ reason: text });

describe('personal data of a call', () => {
  let world: RepairsWorld;
  beforeAll(async () => {
    world = await startRepairs();
  });
  afterAll(() => world.service.stop());

  it('C-5: plain for its technician and the manager while open, masked in lists, for the manufacturer and when filed', async () => {
    const call = await assignedCall(world);
    expect(await calls(world, world.technician).getCall({ id: call.id })).toMatchObject({ contactName: '王小明', contactPhone: '13912345678' });
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ contactName: '王小明' });
    expect(await calls(world, world.clerk).getCall({ id: call.id })).toMatchObject({ contactName: '王**', contactPhone: '139****5678', addressDetail: '中山西****' });
    expect((await calls(world, world.manager).listCalls({})).items[0]).toMatchObject({ contactName: '王**', contactPhone: '139****5678' });
    const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: call.version });
    await calls(world, world.technician).confirmCall({ id: call.id, version: solved.version, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ state: 'filed', contactName: '王**' });
  });

  it('C-5: a name of one character and a short address do not stand whole in calls, those of before either', async () => {
    const { id } = await calls(world, world.manager).openCall({ ...phoneCall, contactName: '王', address: { regionCode: '310104', detail: '路1号' } });
    const shown = async () => {
      const { items } = await calls(world, world.clerk).listCalls({ customerId: '' });
      const { contactName, addressDetail } = await calls(world, world.clerk).getCall({ id });
      return [items.find((item) => item.id === id)?.contactName, contactName, addressDetail];
    };
    expect(await shown()).toEqual(['*', '*', '路****']);
    const others = await world.service.sql('select id, contact_name_masked, address_masked from repair_call where id <> $1 order by id', [id]);
    await world.service.sql(`update repair_call set contact_name_masked = '王**', address_masked = '路1号****' where id = $1`, [id]);
    expect(await shown()).toEqual(['王**', '王**', '路1号****']);
    await new ShortValuesMasked1800921200000().up({ query: async (text: string) => world.service.sql(text) } as QueryRunner);
    expect(await shown()).toEqual(['*', '*', '路****']);
    expect(others.length).toBeGreaterThan(0);
    expect(await world.service.sql('select id, contact_name_masked, address_masked from repair_call where id <> $1 order by id', [id])).toEqual(others);
  });

  it('C-5, domain 1: a parent’s manager reads a sub-dealer’s open call masked, and reveals with a logged reason', async () => {
    const parent = world.service.dealerCtx(world.otherDealerId, 'dealer_manager', { childDealerIds: [world.dealerId] });
    const call = await assignedCall(world);
    expect(await calls(world, parent).getCall({ id: call.id })).toMatchObject({ state: 'assigned', contactName: '王**', contactPhone: '139****5678', addressDetail: '中山西****' });
    expect(await calls(world, parent).revealCall({ id: call.id, reason: '回电' })).toMatchObject({ contactName: '王小明' });
    expect(await world.service.sql(`select 1 from audit_entry where action = 'reveal' and document_id = $1`, [call.id])).toHaveLength(1);
    const own = await calls(world, parent).openCall(phoneCall);
    expect(await calls(world, parent).getCall({ id: own.id })).toMatchObject({ contactName: '王小明' });
  });

  it('C-5, D-9, R-2: a call that names one dealer’s file and goes to another shows that one the contact of the call and no file; the manufacturer still finds it there', async () => {
    const customerId = newId();
    const file = async (dealerId: string, version: number): Promise<void> => {
      await world.service.publish(CustomerChangedSchema, { customerId, dealerId, fields: [], version, mergedInto: '' });
      await world.service.drain();
    };
    await file(world.dealerId, 1);
    const hotline = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline', customerId });
    await calls(world, world.clerk).routeCall({ id: hotline.id, version: hotline.version, dealerId: world.otherDealerId });
    const moved = await calls(world, world.clerk).openCall({ ...phoneCall, dealerId: world.dealerId, customerId, askedBy: '王经理' });
    expect(await calls(world, world.manager).getCall({ id: moved.id })).toMatchObject({ customerId });
    await calls(world, world.clerk).routeCall({ id: moved.id, version: moved.version, dealerId: world.otherDealerId, reason: '太远' });
    for (const { id } of [hotline, moved]) {
      for (const read of [calls(world, world.otherManager).getCall({ id }), calls(world, world.otherManager).getCallFacts({ id })]) expect(await read).toMatchObject({ id, customerId: '' });
      expect(await calls(world, world.otherManager).getCall({ id })).toMatchObject({ contactName: '王小明', contactPhone: '13912345678' });
      const parent = world.service.dealerCtx(world.otherDealerId, 'dealer_manager', { childDealerIds: [world.dealerId] });
      for (const ctx of [world.clerk, parent]) expect(await calls(world, ctx).getCall({ id })).toMatchObject({ customerId });
    }
    const { id, version } = await calls(world, world.otherManager).getCall({ id: hotline.id });
    const correct = (fields: string[]) => world.service.client(CallIntakeService, world.otherManager).correctCall({ id, version, reason: '听错', fields, customerId: '', symptoms: '龙头漏水' });
    await expect(correct(['customer'])).rejects.toThrow(reason('NOTHING_CHANGED'));
    await correct(['customer', 'symptoms']);
    expect(await calls(world, world.clerk).getCall({ id })).toMatchObject({ customerId, symptoms: '龙头漏水' });
    const listed = await calls(world, world.clerk).listCalls({ customerId });
    expect(listed.items.map(({ id }) => id).sort()).toEqual([hotline.id, moved.id].sort());
    await file(world.otherDealerId, 2);
    expect(await calls(world, world.otherManager).getCall({ id: moved.id })).toMatchObject({ customerId });
  });

  it('C-5: every reveal needs a reason and is logged', async () => {
    const call = await assignedCall(world);
    await expect(calls(world, world.clerk).revealCall({ id: call.id, reason: ' ' })).rejects.toThrow(reason('REASON_MISSING'));
    expect(await calls(world, world.clerk).revealCall({ id: call.id, reason: '回电' })).toMatchObject({ contactPhone: '13912345678' });
    const logged = await world.service.sql(`select 1 from audit_entry where action = 'reveal' and document_id = $1`, [call.id]);
    expect(logged).toHaveLength(1);
  });

  it('C-5: name, phone and address stand in no event, audit entry or stored answer', async () => {
    await calls(world, { ...world.manager, idempotencyKey: newId() }).openCall(phoneCall);
    for (const table of ['outbox', 'audit_entry', 'idempotency', 'deadline', 'call_event']) {
      const hits = await world.service.sql(`select 1 from ${table} t where t::text like any (array['%王小明%', '%13912345678%', '%中山西路1000号%'])`);
      expect([table, hits.length]).toEqual([table, 0]);
    }
  });
});
