import {
  ChargeSlipConfirmedSchema, ChargeSlipDiscardedSchema, ChargeSlipReversedSchema, CustomerAnonymisedSchema, DealerChangedSchema, ReimbursementApprovedSchema, ReimbursementPaidSchema,
  ReimbursementService,
} from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { calls, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const claims = (ctx = world.manager) => world.service.client(ReimbursementService, ctx);
const proofs = [{ id: newId(), sha256: 'ab'.repeat(32) }];

async function draft(changed: object = {}) {
  const call = await calls(world, world.manager).openCall({ ...phoneCall, customerId: world.customerId });
  const today = businessDate(await world.service.now());
  return {
    callId: call.id, reason: 'too_far', performedOn: today, performedBy: '小李五金', description: '更换角阀，王小明在场', amount: '120.5', payeeKind: 'customer',
    payeeName: '王小明', payeeAccount: '6222020000001234', proofs, ...changed,
  };
}

async function submitted(changed: object = {}) {
  const { id, version } = await claims().createReimbursement(await draft(changed));
  return claims().submitReimbursement({ id, version });
}

async function approved() {
  const { id, version } = await submitted();
  return claims(world.supervisor).approveReimbursement({ id, version, amount: '120.50' });
}

async function heard(schema: Parameters<typeof world.service.publish>[0], event: Record<string, unknown>) {
  await world.service.publish(schema, event);
  await world.service.drain();
}

describe('reimbursement of a third party’s repair', () => {
  it('R-14: drafted, corrected and handed in with proof; it takes its number and the supervisor is told', async () => {
    const body = await draft({ proofs: [] });
    const created = await claims().createReimbursement(body);
    expect(created).toMatchObject({ number: '', state: 'draft', version: 1 });
    await expect(claims().submitReimbursement({ id: created.id, version: 1 })).rejects.toThrow(reason('EVIDENCE_MISSING'));
    const { callId: _call, ...changes } = body;
    const updated = await claims().updateReimbursement({ ...changes, id: created.id, version: 1, proofs, amount: '130' });
    const handedIn = await claims().submitReimbursement({ id: created.id, version: updated.version });
    expect(handedIn.number).toMatch(/^RB-/);
    expect((await noticesOf(world, created.id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual(['reimbursement.submitted service_supervisor']);
    expect(await claims().getReimbursement({ id: created.id })).toMatchObject({ amount: '130.00', payeeName: '王小明', state: 'submitted', customerTextZh: '', othersOnCall: 0 });
    await expect(claims().updateReimbursement({ ...changes, id: created.id, version: handedIn.version })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    await expect(claims().submitReimbursement({ id: created.id, version: 1 })).rejects.toThrow(reason('STALE_VERSION'));
  });

  it('R-14: a clerk files with the name of who asked, a technician not; a call of nobody or cancelled has no claim', async () => {
    const body = await draft();
    await expect(claims(world.clerk).createReimbursement(body)).rejects.toThrow(reason('ASKED_BY_MISSING'));
    expect(await claims(world.clerk).createReimbursement({ ...body, askedBy: '王经理' })).toMatchObject({ state: 'draft' });
    await expect(claims(world.technician).createReimbursement(body)).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(claims().createReimbursement({ ...body, amount: '0' })).rejects.toThrow(reason('AMOUNT_INVALID'));
    await expect(claims(world.otherManager).createReimbursement(body)).rejects.toThrow(reason('NOT_FOUND'));
    const hotline = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
    await expect(claims(world.clerk).createReimbursement({ ...body, callId: hotline.id, askedBy: '王' })).rejects.toThrow(reason('CALL_NOT_ROUTED'));
    await calls(world, world.manager).cancelCall({ id: body.callId, version: 1, reason: '不修了' });
    await expect(claims().createReimbursement(body)).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });

  it('R-14: the supervisor approves an amount, which is announced; the customer is told, and the claim shows when', async () => {
    const { id, version } = await submitted();
    const supervisor = claims(world.supervisor);
    await expect(claims().approveReimbursement({ id, version, amount: '120.50' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(supervisor.approveReimbursement({ id, version, amount: '120.51' })).rejects.toThrow(reason('APPROVED_TOO_MUCH'));
    await expect(supervisor.approveReimbursement({ id, version, amount: '100' })).rejects.toThrow(reason('REASON_MISSING'));
    await expect(claims().tellReimbursement({ id, version, way: 'phone' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const approved = await supervisor.approveReimbursement({ id, version, amount: '100', note: '超出标准' });
    const [event] = await world.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2', [ReimbursementApprovedSchema.typeName, `%${id}%`]);
    expect(JSON.parse(event!.payload)).toMatchObject({ claimId: id, dealerId: world.dealerId, amount: '100.00', payeeKind: 'customer', number: approved.number });
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'reimbursement.submitted service_supervisor', 'reimbursement.approved dealer_manager', 'reimbursement.approved finance_clerk',
    ]);
    const listed = async () => (await claims().listReimbursements({ untold: true, state: 'approved' })).items.map((item) => item.id);
    expect(await listed()).toContain(id);
    await claims().tellReimbursement({ id, version: approved.version, way: 'phone' });
    expect(await listed()).not.toContain(id);
    expect(await claims().getReimbursement({ id })).toMatchObject({ toldWay: 'phone', approvedAmount: '100.00', customerTextEn: expect.stringContaining('100.00 yuan') });
  });

  it('R-14: rejected or withdrawn with a reason, and then for good', async () => {
    const rejected = await submitted();
    await expect(claims(world.supervisor).rejectReimbursement({ id: rejected.id, version: rejected.version, reason: '' })).rejects.toThrow(reason('REASON_MISSING'));
    const done = await claims(world.supervisor).rejectReimbursement({ id: rejected.id, version: rejected.version, reason: '无票据' });
    await expect(claims(world.supervisor).approveReimbursement({ id: done.id, version: done.version, amount: '1' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const { id, version } = await submitted();
    expect(await claims().withdrawReimbursement({ id, version, reason: '重复' })).toMatchObject({ state: 'withdrawn' });
    expect(await claims().getReimbursement({ id })).toMatchObject({ decisionNote: '重复', decidedAt: '' });
  });

  it('R-14: another dealer’s claim looks like a missing one, and a parent does not see its child’s money', async () => {
    const { id, version } = await submitted();
    const parent = world.service.dealerCtx(world.otherDealerId, 'dealer_manager', { childDealerIds: [world.dealerId] });
    for (const ctx of [world.otherManager, parent]) {
      await expect(claims(ctx).getReimbursement({ id })).rejects.toThrow(reason('NOT_FOUND'));
      await expect(claims(ctx).withdrawReimbursement({ id, version, reason: 'x' })).rejects.toThrow(reason('NOT_FOUND'));
      await expect(claims(ctx).revealReimbursement({ id, reason: 'x' })).rejects.toThrow(reason('NOT_FOUND'));
      expect((await claims(ctx).listReimbursements({})).items).toEqual([]);
    }
    await expect(claims(world.technician).getReimbursement({ id })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
  });

  it('C-5: a clerk who corrects a draft does not write into it what he read masked', async () => {
    const body = await draft();
    const { id, version } = await claims().createReimbursement(body);
    const shown = await claims(world.clerk).getReimbursement({ id });
    for (const field of ['performedBy', 'payeeName', 'payeeAccount'] as const) {
      const change = { ...body, id, version, askedBy: '王经理', [field]: shown[field] };
      await expect(claims(world.clerk).updateReimbursement(change)).rejects.toMatchObject({ reason: 'VALUE_MASKED', details: { field } });
    }
    expect(await claims().getReimbursement({ id })).toMatchObject({ payeeName: '王小明', payeeAccount: '6222020000001234' });
  });

  it('C-5, D-1: a dealer that left reads the payee of its claim masked and reveals nothing', async () => {
    const { id } = await submitted();
    expect(await claims().getReimbursement({ id })).toMatchObject({ payeeName: '王小明' });
    const told = async (status: string, version: number): Promise<void> => {
      await world.service.publish(DealerChangedSchema, { dealerId: world.dealerId, code: 'SH001', name: '上海', status, version });
      await world.service.drain();
    };
    await told('terminated', 2);
    for (const left of [world.manager, { ...world.manager, dealerStatus: 'terminated' as const }]) {
      expect(await claims(left).getReimbursement({ id })).toMatchObject({ payeeName: '王**', payeeAccount: '****1234', performedBy: '小**' });
      await expect(claims(left).revealReimbursement({ id, reason: '付款' })).rejects.toThrow(reason('DEALER_TERMINATED'));
    }
    await told('active', 3);
  });

  it('R-14: the claim shows its slip and each payment; once paid the dealer is told, and the customer is to be told again', async () => {
    const { id, version } = await approved();
    const [slipId, number] = [newId(), 'CS-2026-000007'];
    expect(await claims().getReimbursement({ id })).toMatchObject({ payoutState: 'awaited', slipId: '', paidAmount: '0.00', payments: [] });
    await claims().tellReimbursement({ id, version, way: 'phone' });
    await heard(ChargeSlipConfirmedSchema, { claimId: id, slipId, number, dealerId: world.dealerId, direction: 'reimbursement' });
    const paid = { claimId: id, slipId, number, dealerId: world.dealerId, month: '2026-05' };
    await heard(ReimbursementPaidSchema, { ...paid, amount: '20.50', way: 'set_off', settled: false });
    expect(await claims().getReimbursement({ id })).toMatchObject({ payoutState: 'part_paid', slipId, slipNumber: number, paidAmount: '20.50', paidAt: '' });
    await world.service.moveClock('1h');
    await heard(ReimbursementPaidSchema, { ...paid, amount: '100.00', way: 'bank_transfer', settled: true });
    const shown = await claims().getReimbursement({ id });
    expect(shown).toMatchObject({ payoutState: 'paid', paidAmount: '120.50', payments: [{ amount: '20.50', way: 'set_off' }, { amount: '100.00', way: 'bank_transfer' }], customerTextEn: expect.stringContaining('were paid') });
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`).at(-1)).toBe('reimbursement.paid dealer_manager');
    const listed = async () => (await claims().listReimbursements({ untold: true, payoutState: 'paid' })).items.map((item) => item.id);
    expect(await listed()).toContain(id);
    await world.service.moveClock('1h');
    await claims().tellReimbursement({ id, version: shown.version, way: 'message' });
    expect(await listed()).not.toContain(id);
    await expect(claims(world.supervisor).renewReimbursement({ id, version: shown.version + 1, reason: 'x' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });

  it('R-14: when its slip is dropped or reversed the supervisor is told and may ask for another one, which is announced', async () => {
    const { id } = await approved();
    const announced = async () => (await world.service.sql('select 1 from outbox where event_type = $1 and payload like $2', [ReimbursementApprovedSchema.typeName, `%${id}%`])).length;
    const first = { claimId: id, slipId: newId(), dealerId: world.dealerId, direction: 'reimbursement' };
    await heard(ChargeSlipDiscardedSchema, { ...first, discardedAt: await world.service.now() });
    const dropped = await claims().getReimbursement({ id });
    expect(dropped).toMatchObject({ payoutState: 'dropped', slipId: first.slipId });
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`).slice(-2)).toEqual(['reimbursement.dropped service_supervisor', 'reimbursement.on_hold dealer_manager']);
    expect(dropped.allowedActions.find(({ action }) => action === 'tell-customer')).toMatchObject({ allowed: false, reason: 'NOTHING_TO_TELL' });
    await expect(claims().tellReimbursement({ id, version: dropped.version, way: 'phone' })).rejects.toThrow(reason('NOTHING_TO_TELL'));
    await expect(claims().renewReimbursement({ id, version: dropped.version, reason: 'x' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(claims(world.supervisor).renewReimbursement({ id, version: dropped.version, reason: ' ' })).rejects.toThrow(reason('REASON_MISSING'));
    await claims(world.supervisor).renewReimbursement({ id, version: dropped.version, reason: 'the receipt came after all' });
    expect(await announced()).toBe(2);
    expect(await claims().getReimbursement({ id })).toMatchObject({ payoutState: 'awaited', slipId: '', droppedAt: '' });
    const second = { ...first, slipId: newId() };
    await heard(ChargeSlipConfirmedSchema, { ...second, number: 'CS-2026-000008' });
    await heard(ChargeSlipReversedSchema, { ...second, slipNumber: 'CS-2026-000008', reversedAt: await world.service.now() });
    expect(await claims().getReimbursement({ id })).toMatchObject({ payoutState: 'dropped', slipNumber: 'CS-2026-000008' });
    expect((await claims().listReimbursements({ payoutState: 'dropped' })).items).toMatchObject([{ id, payoutState: 'dropped' }]);
  });

  it('C-5: payee and third party are masked for the manufacturer, each reveal is logged, and they go with the customer', async () => {
    const { id } = await submitted();
    const finance = claims(world.service.ctx({ role: 'finance_clerk' }));
    expect(await finance.getReimbursement({ id })).toMatchObject({ payeeName: '王**', payeeAccount: '****1234', performedBy: '小**' });
    expect(await finance.revealReimbursement({ id, reason: '付款' })).toMatchObject({ payeeName: '王小明', payeeAccount: '6222020000001234' });
    const entries = await world.service.sql<{ text: string }>(`select row_to_json(a)::text as text from audit_entry a where document_id = $1`, [id]);
    expect(entries.map(({ text }) => text).join()).not.toMatch(/王小明|6222020000001234/);
    expect(entries.filter(({ text }) => text.includes('"reveal"'))).toHaveLength(1);
    await world.service.publish(CustomerAnonymisedSchema, { customerId: world.customerId, dealerId: world.dealerId, installationIds: [] });
    await world.service.drain();
    expect(await claims().getReimbursement({ id })).toMatchObject({ payeeName: '***', payeeAccount: '***', description: '更换角阀，***在场', amount: '120.50' });
  });
});
