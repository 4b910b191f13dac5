import { ChargeSlipDiscardedSchema, ReimbursementService } from '@aftercare/contracts';
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

const ref = ({ id, version }: { id: string; version: number }) => ({ id, version });

async function approved() {
  const { id, version } = await submitted();
  return claims(world.supervisor).approveReimbursement({ id, version, amount: '120.50' });
}

async function heard(schema: Parameters<typeof world.service.publish>[0], event: Record<string, unknown>) {
  await world.service.publish(schema, event);
  await world.service.drain();
}

describe('the call of a claim', () => {
  it('R-14: a claim of a call that was cancelled is neither changed, handed in, approved nor paid anew; it is withdrawn or rejected, and who has it is told', async () => {
    const cancelled = async (id: string) => {
      const { callId } = await claims().getReimbursement({ id });
      await calls(world, world.manager).cancelCall({ id: callId, version: 1, reason: '误报' });
    };
    const told = async (id: string) => (await noticesOf(world, id)).filter(({ kind }) => kind === 'reimbursement.call_cancelled').map(({ role }) => role);
    const refused = async (id: string, ctx = world.manager) =>
      (await claims(ctx).getReimbursement({ id })).allowedActions.filter(({ reason: why }) => why === 'CALL_CANCELLED').map(({ action }) => action);
    const { callId: _call, ...body } = await draft();
    const kept = await claims().createReimbursement(await draft());
    await cancelled(kept.id);
    await expect(claims().updateReimbursement({ ...body, ...ref(kept) })).rejects.toThrow(reason('CALL_CANCELLED'));
    await expect(claims().submitReimbursement(ref(kept))).rejects.toThrow(reason('CALL_CANCELLED'));
    expect(await refused(kept.id)).toEqual(['update', 'submit']);
    expect(await told(kept.id)).toEqual(['dealer_manager']);
    expect(await claims().withdrawReimbursement({ ...ref(kept), reason: '误报' })).toMatchObject({ state: 'withdrawn' });

    const waiting = await submitted();
    await cancelled(waiting.id);
    const supervisor = claims(world.supervisor);
    await expect(supervisor.approveReimbursement({ ...ref(waiting), amount: '120.50' })).rejects.toThrow(reason('CALL_CANCELLED'));
    expect(await refused(waiting.id, world.supervisor)).toEqual(['approve']);
    expect(await told(waiting.id)).toEqual(['dealer_manager', 'service_supervisor']);
    expect(await supervisor.rejectReimbursement({ ...ref(waiting), reason: '误报' })).toMatchObject({ state: 'rejected' });

    const agreed = await approved();
    await cancelled(agreed.id);
    expect(await told(agreed.id)).toEqual(['dealer_manager', 'service_supervisor']);
    await heard(ChargeSlipDiscardedSchema, { claimId: agreed.id, slipId: newId(), dealerId: world.dealerId, direction: 'reimbursement', discardedAt: await world.service.now() });
    const { version } = await claims().getReimbursement({ id: agreed.id });
    await expect(supervisor.renewReimbursement({ id: agreed.id, version, reason: '补付' })).rejects.toThrow(reason('CALL_CANCELLED'));
    expect(await refused(agreed.id, world.supervisor)).toEqual(['renew']);
  });

  it('R-2, R-14: after a re-route the dealer completes, hands in or withdraws its own claim; who has the call now sees nothing of it', async () => {
    const body = await draft({ proofs: [] });
    const { callId, ...changes } = body;
    const [first, second] = [await claims().createReimbursement(body), await claims().createReimbursement(body)];
    await calls(world, world.clerk).routeCall({ id: callId, version: 1, dealerId: world.otherDealerId, reason: '太远' });
    const updated = await claims().updateReimbursement({ ...changes, ...ref(first), proofs, amount: '130' });
    await expect(claims().updateReimbursement({ ...changes, id: first.id, version: updated.version, performedOn: '2020-01-01' })).rejects.toThrow(reason('DATE_BEFORE_CALL'));
    const handedIn = await claims().submitReimbursement({ id: first.id, version: updated.version });
    expect(handedIn.state).toBe('submitted');
    expect(await claims().withdrawReimbursement({ ...ref(second), reason: '重复' })).toMatchObject({ state: 'withdrawn' });
    await expect(claims(world.otherManager).getReimbursement({ id: first.id })).rejects.toThrow(reason('NOT_FOUND'));
    await calls(world, world.otherManager).cancelCall({ id: callId, version: 2, reason: '误报' });
    expect((await noticesOf(world, first.id)).filter(({ kind }) => kind === 'reimbursement.call_cancelled')).toHaveLength(2);
    await expect(claims(world.supervisor).approveReimbursement({ id: first.id, version: handedIn.version, amount: '130' })).rejects.toThrow(reason('CALL_CANCELLED'));
  });

  it('R-14, Q-7: a receipt that another claim shows already is told, with that claim, and refused by nobody', async () => {
    const receipt = [{ id: newId(), sha256: 'cd'.repeat(32) }];
    const first = await submitted({ proofs: receipt });
    const again = await submitted({ proofs: [{ id: newId(), sha256: receipt[0]!.sha256 }] });
    const twins = async (id: string) => (await claims(world.supervisor).getReimbursement({ id })).sameProofOn;
    const { callNumber } = await claims().getReimbursement({ id: first.id });
    expect(await twins(again.id)).toMatchObject([{ id: first.id, number: first.number, callNumber }]);
    await claims().withdrawReimbursement({ ...ref(first), reason: '重复' });
    expect(await twins(again.id)).toEqual([]);
  });
});
