import { ChecklistService, InstallationFailedSchema, InstallationService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';

const points = [
  { code: 'no_leak', name: '不漏水', nameEn: 'No leak', required: true },
  { code: 'level', name: '水平', nameEn: 'Level', required: true },
  { code: 'cover', name: '盖板', nameEn: 'Cover', required: false },
];

describe('checklists over the bus', () => {
  const platform = new CustomersPlatform();
  const client = (ctx: CallContext) => platform.service.client(ChecklistService, ctx);
  const clerk = () => platform.service.ctx();
  const supervisor = () => platform.service.ctx({ role: 'service_supervisor' });
  beforeAll(async () => {
    await platform.start();
    await platform.families('basin', 'toilet');
  });
  afterAll(() => platform.service.stop());

  it('C-4: are drafted, changed, published by somebody else, and superseded by the next', async () => {
    const draft = await client(clerk()).createChecklist({ family: 'basin', points: points.slice(0, 1) });
    await expect(client(clerk()).createChecklist({ family: 'basin', points })).rejects.toMatchObject({ reason: 'CHECKLIST_DRAFT_EXISTS', details: { existingId: draft.id } });
    const changed = await client(clerk()).updateChecklist({ id: draft.id, version: 1, points });
    await expect(client(clerk()).publishChecklist({ id: draft.id, version: changed.version })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(client(supervisor()).publishChecklist({ id: draft.id, version: 1 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await client(supervisor()).publishChecklist({ id: draft.id, version: changed.version });
    await expect(client(clerk()).updateChecklist({ id: draft.id, version: 3, points })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    await expect(client(clerk()).createChecklist({ family: 'bathtub', points })).rejects.toEqual(refusal('invalid_argument', 'FAMILY_UNKNOWN'));
    const next = await client(clerk()).createChecklist({ family: 'basin', points: points.slice(1) });
    await client(supervisor()).publishChecklist({ id: next.id, version: 1 });
    const { manager } = await platform.dealer();
    const { items } = await client(manager).listChecklists({ family: 'basin', page: { limit: 1 } });
    expect(items).toMatchObject([{ id: next.id, revision: 2, state: 'published', pointCount: 2 }]);
    expect(await client(manager).getChecklist({ id: draft.id })).toMatchObject({ state: 'superseded', points });
    await expect(client(manager).getChecklist({ id: newId() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(client(manager).createChecklist({ family: 'tap', points })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
  });

  it('C-4: a completed installation answers every required point of its family; a failed one keeps what was checked and is told at once; both keep the checklist they were finished by', async () => {
    const draft = await client(clerk()).createChecklist({ family: 'toilet', points });
    await client(supervisor()).publishChecklist({ id: draft.id, version: 1 });
    const dealer = await platform.dealer();
    const technician = platform.service.dealerCtx(dealer.id, 'dealer_technician');
    platform.technicians.set(technician.userId, { dealerId: dealer.id, active: true });
    const customer = await platform.customer(dealer.manager);
    const serials = await platform.units(await platform.model(), dealer, 2);
    const installations = platform.service.client(InstallationService, technician);
    const planned: string[] = [];
    for (const serial of serials) {
      const unit = await platform.sold(dealer.manager, serial, { customerId: customer.id, purchaseDate: '2024-03-15' });
      const { id } = await platform.service.client(InstallationService, dealer.manager).scheduleInstallation({
        unitId: unit.id, technicianUserId: technician.userId, ...appointment,
      });
      planned.push(id);
    }
    expect((await installations.getInstallation({ id: planned[0] })).points).toMatchObject(points);
    const answer = (code: string, passed = true) => ({ code, passed, note: '' });
    const done = { id: planned[0], version: 1, customerInstructed: true };
    await expect(installations.completeInstallation({ ...done, checklist: [answer('no_leak')] })).rejects.toMatchObject({
      reason: 'CHECKLIST_INCOMPLETE', details: { missing: ['level'] },
    });
    await installations.completeInstallation({ ...done, checklist: [answer('no_leak'), answer('level')] });
    const next = await client(clerk()).createChecklist({ family: 'toilet', points: points.slice(2) });
    await client(supervisor()).publishChecklist({ id: next.id, version: 1 });
    expect(await installations.getInstallation({ id: planned[0] })).toMatchObject({ state: 'accepted', customerInstructed: true, points, checklistNumber: 'toilet-1' });
    expect(await installations.getInstallation({ id: planned[1] })).toMatchObject({ points: points.slice(2), checklistNumber: 'toilet-2' });
    await installations.failInstallation({ id: planned[1], version: 1, reason: '漏水', checklist: [answer('no_leak', false)] });
    expect(await installations.getInstallation({ id: planned[1] })).toMatchObject({ state: 'failed', checklist: [answer('no_leak', false)], points: points.slice(2), checklistNumber: 'toilet-2' });
    const told = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1', [InstallationFailedSchema.typeName]);
    expect(told.map(({ payload }) => (JSON.parse(payload) as { installationId: string }).installationId)).toEqual([planned[1]]);
  });
});
