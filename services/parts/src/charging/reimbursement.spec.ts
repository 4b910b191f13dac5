import { ChargeSlipService, ReimbursementApprovedSchema } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
});
afterAll(() => world?.service.stop());

const slips = (ctx = world.as('finance_clerk')) => world.service.client(ChargeSlipService, ctx);
const told = async (kind: string, slipId: string): Promise<object[]> => {
  const rows = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type = $1 and payload::json ->> 'slipId' = $2`, [`aftercare.parts.v1.${kind}`, slipId]);
  return rows.map(({ payload }) => JSON.parse(payload) as object);
};
async function approved(claimId = newId(), amount = '180.50') {
  await world.service.publish(ReimbursementApprovedSchema, {
    claimId, dealerId: world.dealerId, callId: newId(), amount, number: 'RB-2026-000007', callNumber: 'RC-2026-000045', payeeKind: 'third_party', approvedAt: await world.service.now(),
  });
  await world.service.drain();
  const rows = await world.service.sql<{ id: string; version: number }>('select id, version from charge_slip where claim_id = $1 order by created_at', [claimId]);
  return { claimId, rows, id: rows[0].id, version: rows[0].version };
}

describe('R-14, F-6: reimbursements', () => {
  it('R-14: an approved claim becomes one draft on the same form, untaxed, with its claim and call, and finance is told', async () => {
    const { claimId, id } = await approved();
    expect(await slips().getChargeSlip({ id })).toMatchObject({
      direction: 'reimbursement', origin: 'reimbursement', state: 'draft', number: '', dealerId: world.dealerId, claimId, claimNumber: 'RB-2026-000007', callNumber: 'RC-2026-000045', payeeKind: 'third_party',
      netTotal: '180.50', taxTotal: '0.00', grossTotal: '180.50', grossInWords: '壹佰捌拾元伍角', taxRate: '0', invoiceWish: 'never', paymentMethod: 'bank_transfer',
      lines: [{ partId: '', partNumber: '', quantity: 1, netAmount: '180.50', reason: 'third_party_repair', originKind: 'reimbursement', originId: claimId }],
    });
    const [{ count }] = await world.service.sql<{ count: number }>(`select count(*)::int as count from outbox where payload like '%slip.reimbursement_drafted%' and payload like $1`, [`%${id}%`]);
    expect(count).toBe(1);
  });

  it('R-14: told twice, a claim is reimbursed once', async () => {
    const { claimId } = await approved();
    expect((await approved(claimId)).rows).toHaveLength(1);
  });

  it('R-14: finance confirms and nobody else; invoicing is told with the direction, and it is no revenue', async () => {
    const { id, version, claimId } = await approved();
    expect(await reasonOf(slips(world.as('service_clerk')).confirmChargeSlip({ id, version }))).toBe('ROLE_NOT_ALLOWED');
    const { number } = await slips().confirmChargeSlip({ id, version });
    expect(number).toMatch(/^CS-/);
    expect(await told('ChargeSlipConfirmed', id)).toMatchObject([{
      direction: 'reimbursement', origin: 'reimbursement', claimId, payeeKind: 'third_party', grossTotal: '180.50', month: businessDate(await world.service.now()).slice(0, 7),
      lines: [{ netAmount: '180.50', taxAmount: '0.00', reason: 'third_party_repair', originKind: 'reimbursement', originId: claimId, revenueNet: '0.00' }],
    }]);
  });

  it('F-5, F-6: it is reversed as any slip once invoicing releases it, told with its direction', async () => {
    const { id, version } = await approved();
    const posted = await slips().confirmChargeSlip({ id, version });
    const reversing = await slips(world.as('service_supervisor')).reverseChargeSlip({ id, version: posted.version, lines: [], reason: 'paid by the dealer itself' });
    expect(await slips().getChargeSlip({ id: reversing.id })).toMatchObject({ direction: 'reimbursement', origin: 'reversal', grossTotal: '-180.50', grossInWords: '负壹佰捌拾元伍角', reversesSlipNumber: posted.number });
    expect(await slips().getChargeSlip({ id })).toMatchObject({ state: 'void' });
    expect(await told('ChargeSlipReversed', id)).toMatchObject([{ direction: 'reimbursement', origin: 'reimbursement', slipNumber: posted.number, netTotal: '180.50', taxTotal: '0.00', grossTotal: '180.50', lines: [{ revenueNet: '0.00' }] }]);
  });

  it('F-5, F-6: one that is paid or set off is not reversed, and the refusal says so', async () => {
    const { id, version } = await approved();
    const posted = await slips().confirmChargeSlip({ id, version });
    const { release } = world.around;
    world.around.release = async () => ({ released: false, reason: 'REIMBURSEMENT_PAID' });
    const reversing = slips(world.as('service_supervisor')).reverseChargeSlip({ id, version: posted.version, lines: [], reason: 'wrong payee' });
    expect(await reasonOf(reversing)).toBe('REIMBURSEMENT_PAID');
    world.around.release = release;
    expect(await slips().getChargeSlip({ id })).toMatchObject({ state: 'confirmed' });
  });

  it('R-14: a draft that is not to be paid is dropped by finance with its reason; its dealer reads why, and the claim is told', async () => {
    const { id, version, claimId } = await approved();
    expect(await reasonOf(slips(world.as('service_clerk')).discardChargeSlip({ id, version, reason: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    await slips().discardChargeSlip({ id, version, reason: 'settled with the dealer' });
    expect(await slips(world.dealer()).getChargeSlip({ id })).toMatchObject({ state: 'void', number: '', discardReason: 'settled with the dealer' });
    expect(await told('ChargeSlipDiscarded', id)).toMatchObject([{ slipId: id, direction: 'reimbursement', claimId, dealerId: world.dealerId }]);
  });

  it('R-14: a claim that is announced again after its slip was dropped or reversed gets another one, and never two at once', async () => {
    const { claimId, id, version } = await approved();
    await slips().discardChargeSlip({ id, version, reason: 'wrong payee' });
    const again = await approved(claimId);
    expect(again.rows).toHaveLength(2);
    expect((await approved(claimId)).rows).toHaveLength(2);
    const second = again.rows[1];
    const posted = await slips().confirmChargeSlip({ id: second.id, version: second.version });
    await slips(world.as('service_supervisor')).reverseChargeSlip({ id: second.id, version: posted.version, lines: [], reason: 'wrong amount' });
    expect(await told('ChargeSlipReversed', second.id)).toMatchObject([{ claimId }]);
    // The reversing slip names the claim as well.
    expect((await approved(claimId)).rows).toHaveLength(4);
  });

  it('F-6: sums keep what is paid out apart from what is charged', async () => {
    const before = await slips().sumChargeSlips({});
    const { id, version } = await approved(newId(), '20.00');
    await slips().confirmChargeSlip({ id, version });
    const after = await slips().sumChargeSlips({});
    expect([after.reimbursementCount - before.reimbursementCount, Number(after.reimbursementTotal) - Number(before.reimbursementTotal), after.chargeGrossTotal]).toEqual([1, 20, before.chargeGrossTotal]);
  });
});
