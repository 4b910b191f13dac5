import { CustomerAnonymisedSchema, CustomerChangedSchema, DealerChangedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { campaignStage } from './campaigns.fixture.js';
import { calls, goodRecord, phoneCall, type RepairsWorld } from '../repairs.fixture.js';

const { start, units, stock, launched, workList } = campaignStage();
let world: RepairsWorld;
let engineer: CallContext;
beforeAll(async () => {
  ({ world, engineer } = await start());
});
afterAll(() => world?.service.stop());

describe('what happens elsewhere', () => {
  it('C-1, C-5: units follow a merged customer, and what was written about an anonymised one goes', async () => {
    const [merged, surviving] = [newId(), newId()];
    for (const customerId of [merged, surviving]) await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
    await world.service.drain();
    stock('PE', 1, { customerId: merged });
    const id = await launched('PE', 1);
    const [unit] = await workList(id);
    await units().markCampaignUnit({ id: unit!.id, version: 1, outcome: 'contacted', note: '欧阳不凡说周六在家' });
    await world.service.publish(CustomerChangedSchema, { customerId: merged, dealerId: world.dealerId, fields: [], version: 2, mergedInto: surviving });
    await world.service.drain();
    expect(await units().getCampaignUnit({ id: unit!.id })).toMatchObject({ customerId: surviving });
    await world.service.publish(CustomerAnonymisedSchema, { customerId: surviving, dealerId: world.dealerId, installationIds: [] });
    await world.service.drain();
    const after = await units().getCampaignUnit({ id: unit!.id });
    expect(after).toMatchObject({ state: 'contacted', customerId: surviving });
    expect(after.note).not.toContain('欧阳不凡');
    const traces = await world.service.sql<{ found: number }>(`select count(*)::int as found from audit_personal where personal_values like '%欧阳不凡%'`);
    expect(traces).toEqual([{ found: 0 }]);
  });

  it('D-1: what is left to do of a dealer that left is its successor’s', async () => {
    const [leaving, heir] = [newId(), world.otherDealerId];
    stock('HO', 2, { dealerId: leaving });
    const id = await launched('HO');
    await world.service.publish(DealerChangedSchema, { dealerId: leaving, status: 'terminated', successorDealerId: heir, version: 5 });
    await world.service.drain();
    await world.service.drain();
    expect((await workList(id, world.otherManager)).map(({ serial, dealerId }) => [serial, dealerId])).toEqual([['HO-0001', heir], ['HO-0002', heir]]);
  });

  it('D-1, Q-5: a unit that a dealer had done before it left is its successor’s once the call is reopened', async () => {
    const [leaving, heir] = [newId(), world.otherDealerId];
    stock('HL', 1);
    const id = await launched('HL', 1);
    const [unit] = await workList(id);
    const call = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'HL-0001' });
    const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
    const { version } = await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
    await units().markCampaignUnit({ id: unit!.id, version: 1, outcome: 'done', callId: call.id });
    await world.service.sql('update campaign_unit set dealer_id = $1 where id = $2', [leaving, unit!.id]);
    await world.service.publish(DealerChangedSchema, { dealerId: leaving, status: 'terminated', successorDealerId: heir, version: 5 });
    await world.service.drain();
    await calls(world, world.clerk).reopenCall({ id: call.id, version, reason: '又漏', askedBy: '李经理' });
    expect(await units(engineer).getCampaignUnit({ id: unit!.id })).toMatchObject({ state: 'open', dealerId: heir });
  });
});
