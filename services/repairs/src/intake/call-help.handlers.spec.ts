import { CallIntakeService, CallRoutedSchema, CustomerAnonymisedSchema, CustomerChangedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext, Client } from '@aftercare/messaging';
import { assignedCall, calls, goodRecord, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const help = (ctx: CallContext): Client<typeof CallIntakeService> => world.service.client(CallIntakeService, ctx);
const open = (given: object = {}, as = world.manager) => calls(world, as).openCall({ ...phoneCall, ...given });
/** A phone of its own for each test. */
let phones = 0;
const phone = (): string => `1380000${String((phones += 1)).padStart(4, '0')}`;

describe('who calls again', () => {
  it('R-11: is found by phone in any spelling, with open and past cases, masked', async () => {
    const contactPhone = phone();
    const spelled = `+86 ${contactPhone.slice(0, 3)}-${contactPhone.slice(3, 7)} ${contactPhone.slice(7)}`;
    const [first, second] = [await open({ contactPhone }), await open({ contactPhone: `${spelled} 转12` })];
    await calls(world, world.manager).cancelCall({ id: first.id, version: 1, reason: '误报' });
    for (const asked of [contactPhone, spelled, `0086${contactPhone}`]) {
      const { open: waiting, past } = await help(world.manager).findRepeatCases({ phone: asked });
      expect([waiting.map(({ id }) => id), past.map(({ id }) => id)]).toEqual([[second.id], [first.id]]);
      expect(waiting[0]).toMatchObject({ contactName: '王**', number: second.number, state: 'received' });
      expect(JSON.stringify(waiting)).not.toContain(contactPhone);
    }
  });

  it('R-11: is found by customer and by serial as well; nothing to look by is refused', async () => {
    const serial = `SN-${newId()}`;
    const call = await open({ customerId: world.customerId, unitSerial: serial, contactPhone: phone() });
    expect((await help(world.clerk).findRepeatCases({ customerId: world.customerId })).open.map(({ id }) => id)).toContain(call.id);
    expect((await help(world.clerk).findRepeatCases({ unitSerial: serial })).open.map(({ id }) => id)).toEqual([call.id]);
    expect(await help(world.clerk).findRepeatCases({ unitSerial: 'SN-' })).toMatchObject({ open: [], past: [] });
    await expect(help(world.clerk).findRepeatCases({ phone: ' ' })).rejects.toThrow(reason('FIELD_MISSING'));
  });

  it('R-11, D-9: another dealer finds nothing, a technician what is his own', async () => {
    const contactPhone = phone();
    await open({ contactPhone });
    expect((await help(world.otherManager).findRepeatCases({ phone: contactPhone })).open).toEqual([]);
    expect((await help(world.technician).findRepeatCases({ phone: contactPhone })).open).toEqual([]);
    expect((await help(world.clerk).findRepeatCases({ phone: contactPhone })).open).toHaveLength(1);
  });
});

describe('a call that may be there already', () => {
  it('R-11: is opened, and the open ones of the same phone or unit are named with nothing personal', async () => {
    const [contactPhone, unitSerial] = [phone(), `SN-${newId()}`];
    const first = await open({ contactPhone });
    expect(first.duplicates).toEqual([]);
    const other = await open({ contactPhone: phone(), unitSerial });
    const second = await open({ contactPhone: `${contactPhone.slice(0, 3)} ${contactPhone.slice(3)}`, unitSerial });
    expect(second.duplicates).toMatchObject([
      { id: other.id, number: other.number, state: 'received', samePhone: false, sameUnit: true }, { id: first.id, samePhone: true, sameUnit: false },
    ]);
    expect(JSON.stringify(second.duplicates)).not.toContain(contactPhone.slice(3));
    for (const call of [first, other, second]) await calls(world, world.manager).cancelCall({ id: call.id, version: 1, reason: '误报' });
    expect((await open({ contactPhone, unitSerial })).duplicates).toEqual([]);
    expect((await open({ contactPhone, unitSerial }, world.otherManager)).duplicates).toEqual([]);
  });
});

it('R-11: what was noted is read back, and what a call must say is asked for', async () => {
  const { zh, en } = await help(world.clerk).readBackCall({ ...phoneCall, intake: { when: '昨晚' } });
  expect(zh).toContain('故障现象：龙头滴水。何时开始：昨晚。上门地址：中山西路1000号。');
  expect(en).toContain('Since when: 昨晚.');
  await expect(help(world.clerk).readBackCall({ ...phoneCall, contactPhone: 'x' })).rejects.toThrow(reason('PHONE_INVALID'));
});

describe('a wrong entry', () => {
  const correct = (call: { id: string; version: number }, fields: string[], given: object, as = world.manager) =>
    help(as).correctCall({ id: call.id, version: call.version, reason: '听错', fields, ...given });

  it('R-11: is corrected with its reason, and every former value stays in the trail', async () => {
    const call = await open({ contactPhone: phone() });
    const contactPhone = phone();
    const changed = await correct(call, ['contactPhone', 'address', 'unit'], { contactPhone, address: { regionCode: '310105', detail: '延安西路2000号' }, unitId: world.unitId });
    expect(changed.version).toBe(2);
    const shown = await calls(world, world.manager).getCall({ id: call.id });
    expect(shown).toMatchObject({ contactPhone, regionCode: '310105', addressDetail: '延安西路2000号', unitSerial: 'SN-0001', unitId: world.unitId, unitDescription: '', symptoms: '龙头滴水' });
    expect(shown.history.at(-1)).toMatchObject({ action: 'correct', reason: '听错', fromState: 'received', toState: 'received' });
    expect((await help(world.manager).findRepeatCases({ phone: contactPhone })).open.map(({ id }) => id)).toEqual([call.id]);
    const audited = await world.service.sql<{ changed: Record<string, unknown>; personal_values: Record<string, unknown> }>(
      `select a.changed, p.personal_values from audit_entry a join audit_personal p on p.entry_id = a.id where a.document_id = $1 and a.action = 'correct'`, [call.id]);
    expect(audited[0]?.changed).toMatchObject({ regionCode: { before: '310104', after: '310105' }, unitId: { before: '', after: world.unitId } });
    expect(JSON.stringify(audited[0]?.personal_values)).toContain('中山西路1000号');
    const told = await world.service.sql<{ payload: unknown }>('select payload from outbox where event_type = $1', [CallRoutedSchema.typeName]);
    const routed = told.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as { callId: string; regionCode: string; version: number }).filter(({ callId }) => callId === call.id);
    expect(routed.find(({ version }) => version === 2)).toMatchObject({ regionCode: '310105', version: 2 });
  });

  it('X-4: who of the dealer asked the clerk to file or to correct stands in the history and, as personal, in the trail', async () => {
    const call = await calls(world, world.clerk).openCall({ ...phoneCall, dealerId: world.dealerId, askedBy: ' 陈店长 ' });
    await help(world.clerk).correctCall({ id: call.id, version: call.version, reason: '听错', fields: ['symptoms'], symptoms: '漏水', askedBy: '陈店长' });
    const own = await calls(world, world.manager).openCall({ ...phoneCall, askedBy: '别人' });
    const askers = async (id: string) => (await calls(world, world.clerk).getCall({ id })).history.map(({ action, askedBy }) => [action, askedBy]);
    expect(await askers(call.id)).toEqual([['open', '陈店长'], ['correct', '陈店长']]);
    expect(await askers(own.id)).toEqual([['open', '']]);
    const trail = await world.service.sql<{ asked: boolean }>(
      `select p.personal_values like '%陈店长%' as asked from audit_entry e join audit_personal p on p.entry_id = e.id where e.document_id = $1`, [call.id],
    );
    expect(trail.filter(({ asked }) => asked).length).toBeGreaterThanOrEqual(2);
  });

  it('R-11, C-2: a serial in any spelling gives the call its piece', async () => {
    const [unitId, call] = [newId(), await open({ contactPhone: phone() })];
    await world.service.publish(UnitDispatchedSchema, { unitId, serial: 'SN-88B', modelId: newId(), dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
    await world.service.drain();
    const { version } = await correct(call, ['unit'], { unitSerial: 'sn-88 b' });
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ unitId, unitSerial: 'SN-88B' });
    await correct({ ...call, version }, ['unit'], { unitSerial: 'sn-89' });
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ unitId: '', unitSerial: 'SN-89' });
  });

  it('R-11: what a call must say stays said; what is the same already, nothing, and a foreign customer are refused', async () => {
    const call = await open({ contactPhone: phone() });
    await expect(correct(call, ['symptoms'], { symptoms: ' ' })).rejects.toThrow(reason('SYMPTOMS_MISSING'));
    await expect(correct(call, ['unit'], {})).rejects.toThrow(reason('UNIT_OR_DESCRIPTION_MISSING'));
    await expect(correct(call, ['address'], { address: { regionCode: '999999', detail: 'x' } })).rejects.toThrow(reason('REGION_UNKNOWN'));
    await expect(correct(call, ['symptoms'], { symptoms: '龙头滴水' })).rejects.toThrow(reason('NOTHING_CHANGED'));
    await expect(correct(call, [], { symptoms: '异响' })).rejects.toThrow(reason('FIELD_MISSING'));
    await expect(correct(call, ['state'], {})).rejects.toThrow(reason('FIELD_UNKNOWN'));
    await expect(help(world.manager).correctCall({ id: call.id, version: 1, fields: ['symptoms'], symptoms: '异响' })).rejects.toThrow(reason('REASON_MISSING'));
    await expect(correct(call, ['customer'], { customerId: world.foreignCustomerId })).rejects.toThrow(reason('NOT_FOUND'));
    for (const id of [call.id, newId()]) await expect(correct({ id, version: 1 }, ['symptoms'], { symptoms: '异响' }, world.otherManager)).rejects.toThrow(reason('NOT_FOUND'));
  });

  it('R-11: until the call is filed, by who works on it or took it', async () => {
    const call = await assignedCall(world);
    const { version } = await correct(call, ['symptoms'], { symptoms: '异响' }, world.technician);
    await expect(correct({ ...call, version }, ['symptoms'], { symptoms: '漏' }, world.supervisor)).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    const solved = await resolvedCall(world);
    const fixed = await correct(solved, ['intake'], { intake: { where: '主卫' } });
    const evidence = { id: newId(), sha256: 'a'.repeat(64) };
    const confirmed = await calls(world, world.manager).confirmCall({ id: solved.id, version: fixed.version, method: 'signature', evidence });
    await expect(correct(confirmed, ['symptoms'], { symptoms: '漏' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });
});

it('C-5: an erased caller is found by his phone no more, and former values go with him', async () => {
  const [customerId, contactPhone] = [newId(), phone()];
  await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
  await world.service.drain();
  const call = await open({ customerId, contactPhone });
  const { version } = await help(world.manager).correctCall({ id: call.id, version: 1, reason: '听错', fields: ['contactName'], contactName: '欧阳金丝雀' });
  const assigned = await calls(world, world.manager).assignCall({ id: call.id, version, technicianUserId: world.technicianId });
  const solved = await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
  await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
  await world.service.drain();
  expect(await help(world.manager).findRepeatCases({ phone: contactPhone })).toMatchObject({ open: [], past: [] });
  expect(await world.service.sql(`select from audit_personal where personal_values::text like '%欧阳金丝雀%'`)).toEqual([]);
  await expect(help(world.manager).correctCall({ id: call.id, version: solved.version + 1, reason: '听错', fields: ['contactName'], contactName: '王' })).rejects.toThrow(reason('CUSTOMER_ANONYMISED'));
});
