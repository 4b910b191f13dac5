import { createHash } from 'node:crypto';
import { newId } from '@aftercare/domain';
import { tablesHolding } from '@aftercare/testing';
import fc from 'fast-check';
import { calls, goodRecord, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const customer = () => calls(world, world.service.ctx({ role: 'customer', userId: '' }));
const linkOf = async (id: string): Promise<string> => (await calls(world, world.technician).createConfirmationLink({ id })).token;
const invalid = expect.objectContaining({ code: 'not_found', reason: 'LINK_INVALID' });
const confirmed = { confirmed: true, reason: '' };

/** Neither shows nor answers anything. */
async function opensNothing(token: string): Promise<void> {
  await expect(customer().getPublicCall({ token })).rejects.toThrow(invalid);
  await expect(customer().answerConfirmationLink({ token, ...confirmed })).rejects.toThrow(invalid);
}

describe('one-time links of the customer', () => {
  it('R-6: a link is used once, for a refusal as for a confirmation', async () => {
    const call = await resolvedCall(world);
    const token = await linkOf(call.id);
    expect(await customer().answerConfirmationLink({ token, confirmed: false, reason: '还是漏水' })).toMatchObject({ id: call.id, state: 'assigned' });
    await opensNothing(token);
  });

  it('R-5, R-6: it shows every record that will be confirmed, with what they come to; what was confirmed before is not shown again', async () => {
    const [manager, technician] = [calls(world, world.manager), calls(world, world.technician)];
    const { id, version: opened } = await manager.openCall({ ...phoneCall, unitSerial: 'SN-0009' });
    const call = await manager.assignCall({ id, version: opened, technicianUserId: world.technicianId });
    const visit = (given: object, version: number) => technician.recordRepair({ ...goodRecord, ...given, id: call.id, version });
    const first = await visit({ resolved: false, labourFee: '60.00', toldCustomer: '缺件' }, call.version);
    const { version } = await visit({ labourFee: '40.05', travelFee: '20.00', toldCustomer: '' }, first.version);
    const signature = { method: 'signature', evidence: { id: newId(), sha256: 'ab' } };
    expect(await customer().getPublicCall({ token: await linkOf(call.id) })).toMatchObject({
      labourFee: '100.05', travelFee: '20.00', toldCustomer: '缺件', faults: [{ cause: '阀芯磨损' }, { cause: '阀芯磨损' }],
    });
    const filed = await technician.confirmCall({ id: call.id, version, ...signature });
    const reopened = await manager.reopenCall({ id: call.id, version: filed.version, reason: '又漏了' });
    await visit({ labourFee: '1.00', toldCustomer: '换垫片' }, reopened.version);
    expect(await customer().getPublicCall({ token: await linkOf(call.id) })).toMatchObject({ labourFee: '1.00', travelFee: '0.00', toldCustomer: '换垫片', faults: [{}] });
  });

  it('R-6: a link of one solution does not confirm a later one: refused or reopened by the dealer, the call is solved again', async () => {
    const [manager, technician] = [calls(world, world.manager), calls(world, world.technician)];
    const [refused, reopened, signed] = [await resolvedCall(world), await resolvedCall(world), await resolvedCall(world)];
    const tokens = [await linkOf(refused.id), await linkOf(reopened.id), await linkOf(signed.id)];
    const filed = await technician.confirmCall({ ...signed, method: 'signature', evidence: { id: newId(), sha256: 'ab' } });
    const again = [
      await technician.refuseCall({ id: refused.id, version: refused.version, reason: '客户来电说还漏' }),
      await manager.reopenCall({ id: reopened.id, version: reopened.version, reason: '又漏了' }),
      await manager.reopenCall({ id: signed.id, version: filed.version, reason: '又漏了' }),
    ];
    for (const { id, version } of again) expect((await technician.recordRepair({ ...goodRecord, id, version })).state).toBe('resolved');
    for (const token of tokens) await opensNothing(token);
    expect((await customer().answerConfirmationLink({ token: await linkOf(refused.id), ...confirmed })).state).toBe('filed');
  });

  it('R-6: a link holds for 7 days and not a moment longer, also when the call is still to be confirmed', async () => {
    const call = await resolvedCall(world);
    const { token, expiresAt } = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    const now = await world.service.now();
    expect(Math.abs(Date.parse(expiresAt) - Date.parse(now) - 7 * 86_400_000)).toBeLessThan(60_000);
    await world.service.sql(`update confirmation_link set expires_at = business_now() + interval '1 minute' where call_id = $1`, [call.id]);
    expect((await customer().getPublicCall({ token })).state).toBe('resolved');
    await world.service.sql(`update confirmation_link set expires_at = business_now() where call_id = $1`, [call.id]);
    await opensNothing(token);
    expect((await calls(world, world.manager).getCall({ id: call.id })).state).toBe('resolved');
  });

  it('R-6: a link cannot be guessed: 256 bits, never told twice, kept nowhere, and nothing near it opens anything', async () => {
    const call = await resolvedCall(world);
    const tokens: string[] = [];
    for (let count = 0; count < 20; count += 1) tokens.push(await linkOf(call.id));
    expect(new Set(tokens).size).toBe(20);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const token = tokens.at(-1)!;
    expect(await tablesHolding(world.service, token)).toEqual([]);
    const near = [
      '', ' ', '%', token.slice(1), `${token}A`, token.toLowerCase(), token.toUpperCase(), ` ${token}`, `${token}=`, createHash('sha256').update(token).digest('hex'), call.id,
      ...fc.sample(fc.integer({ min: 0, max: token.length - 2 }).map((at) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)), 20),
    ];
    const tell = (error: Error): string => JSON.stringify({ ...error });
    const answers = await Promise.all([...near.filter((each) => each !== token), tokens[0]!].map((each) => customer().getPublicCall({ token: each }).then(() => `opened ${each}`, tell)));
    expect(new Set(answers).size).toBe(1);
    expect((await customer().getPublicCall({ token })).state).toBe('resolved');
  });

  it('R-6: a link opens its own call and no other, and tells of it nothing that names a person', async () => {
    const [mine, other] = [await resolvedCall(world), await resolvedCall(world)];
    const [token, others] = [await linkOf(mine.id), await linkOf(other.id)];
    const shown = await customer().getPublicCall({ token });
    expect(shown.number).toBe((await calls(world, world.manager).getCall({ id: mine.id })).number);
    for (const text of ['王小明', '13912345678', '中山西路', mine.id, other.id, world.dealerId, world.technicianId]) expect(JSON.stringify(shown)).not.toContain(text);
    expect(await customer().answerConfirmationLink({ token, ...confirmed })).toMatchObject({ id: mine.id, state: 'filed' });
    expect((await calls(world, world.manager).getCall({ id: other.id })).state).toBe('resolved');
    expect((await customer().getPublicCall({ token: others })).state).toBe('resolved');
    for (const reach of [() => customer().getCall({ id: other.id }), () => customer().confirmCall({ ...other, method: 'signature', evidence: { id: newId(), sha256: 'ab' } })]) {
      await expect(reach()).rejects.toThrow();
    }
  });
});
