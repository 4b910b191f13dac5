import { ModelPublishedSchema, TechnicianCertifiedSchema, UnitDispatchedSchema } from '@aftercare/contracts';
import { addDays, addHours, businessDate, newId, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import { assignedCall, calls, goodRecord, noticesOf, phoneCall, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });

describe('the schema', () => {
  it('is what the entities say', async () => {
    await expectSchemaMatchesEntities(world.service.dataSource);
  });
});

describe('intake and routing', () => {
  it('R-1: the dealer\'s own call is received at once and due 24 hours later', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    expect(call).toMatchObject({ state: 'received', version: 1 });
    expect(Date.parse(call.dueAt) - Date.parse(call.receivedAt)).toBe(24 * 3_600_000);
    expect(call.number).toMatch(/^RC-\d{4}-\d{6}$/);
  });

  it('R-1: a hotline call is new until the clerk routes it, and only then its clock starts', async () => {
    const call = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
    expect(call).toMatchObject({ state: 'new', receivedAt: '', dueAt: '' });
    await expect(calls(world, world.manager).getCall({ id: call.id })).rejects.toThrow(reason('NOT_FOUND'));
    const routed = await calls(world, world.clerk).routeCall({ id: call.id, version: 1, dealerId: world.dealerId });
    expect(routed.state).toBe('received');
    expect((await calls(world, world.manager).getCall({ id: call.id })).clocks).toHaveLength(1);
  });

  it('R-1: a wish is read back as it was said; one that cannot be meant is refused', async () => {
    const now = await world.service.now();
    const wish = { wishedFrom: addHours(now, 24), wishedTo: addHours(now, 26) };
    const open = (given: object) => calls(world, world.manager).openCall({ ...phoneCall, ...given });
    const { id } = await open(wish);
    expect(await calls(world, world.manager).getCall({ id })).toMatchObject(wish);
    for (const beyond of ['9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.9999999Z']) {
      await expect(open({ wishedFrom: beyond })).rejects.toThrow(reason('TIME_INVALID'));
    }
    await expect(open({ ...wish, wishedTo: wish.wishedFrom })).rejects.toThrow(reason('TIME_INVALID'));
    await expect(open({ wishedFrom: '1899-12-31T23:00:00-01:00' })).rejects.toThrow(reason('TIME_IN_PAST'));
    await expect(open({ ...wish, wishedTo: '9999-12-31T23:59:59.999999Z' })).rejects.toThrow(reason('TIME_TOO_FAR'));
  });

  it('R-3: an appointment that nobody can keep is refused, and the call stays as it was', async () => {
    const manager = calls(world, world.manager);
    const { id, version } = await manager.openCall(phoneCall);
    const [now, later] = [await world.service.now(), addHours(await world.service.now(), 1)];
    const assign = (appointmentFrom: string, appointmentTo: string) =>
      manager.assignCall({ id, version, technicianUserId: world.technicianId, appointmentFrom, appointmentTo });
    await expect(assign(now, '')).rejects.toThrow(reason('FIELD_MISSING'));
    await expect(assign(now, now)).rejects.toThrow(reason('TIME_INVALID'));
    await expect(assign(later, now)).rejects.toThrow(reason('TIME_INVALID'));
    await expect(assign('2019-03-01T01:00:00Z', '2019-03-01T02:00:00Z')).rejects.toThrow(reason('TIME_IN_PAST'));
    await expect(assign(addHours(now, -1), now)).rejects.toThrow(reason('TIME_IN_PAST'));
    await expect(assign(now, addHours(now, 9_000))).rejects.toThrow(reason('TIME_TOO_FAR'));
    expect(await manager.getCall({ id })).toMatchObject({ state: 'received', version, appointmentFrom: '', appointmentTo: '' });
    expect((await assign(now, later)).state).toBe('assigned');
  });

  it('R-2: each button that is refused says why, in the language of who reads the call', async () => {
    const { id } = await calls(world, world.manager).openCall(phoneCall);
    const refusedTo = async (ctx: CallContext) => (await calls(world, ctx).getCall({ id })).allowedActions.find(({ action }) => action === 'file');
    expect(await refusedTo(world.manager)).toMatchObject({ reason: 'ROLE_NOT_ALLOWED', message: '您的角色不能进行此操作。请联系有权限的同事。' });
    expect(await refusedTo({ ...world.clerk, locale: 'en' })).toMatchObject({
      reason: 'STEP_NOT_ALLOWED', message: 'The document’s state does not allow this now. Choose what may be done with it.',
    });
  });

  it('R-2: a re-routed call leaves the first dealer and its clock runs on', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    await expect(calls(world, world.clerk).routeCall({ id: call.id, version: 1, dealerId: world.otherDealerId })).rejects.toThrow(reason('REASON_MISSING'));
    await expect(calls(world, world.clerk).routeCall({ id: call.id, version: 1, dealerId: world.dealerId, reason: '太远' })).rejects.toThrow(reason('DEALER_SAME'));
    await calls(world, world.clerk).routeCall({ id: call.id, version: 1, dealerId: world.otherDealerId, reason: '太远' });
    await expect(calls(world, world.manager).getCall({ id: call.id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await calls(world, world.otherManager).getCall({ id: call.id })).dueAt).toBe(call.dueAt);
  });

  it('another dealer\'s customer and a missing one answer the same', async () => {
    const other = calls(world, world.otherManager);
    const errors = await Promise.all(
      [world.customerId, newId()].map((customerId) => other.openCall({ ...phoneCall, customerId }).catch((error: Error) => JSON.stringify({ ...error }))),
    );
    expect(errors[0]).toBe(errors[1]);
    await expect(other.openCall({ ...phoneCall, dealerId: world.dealerId })).rejects.toThrow(reason('NOT_FOUND'));
  });

  it('D-9: a named unit gives the call its serial', async () => {
    const call = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId, customerId: world.customerId });
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ unitSerial: 'SN-0001', customerId: world.customerId });
  });

  it('D-9: another dealer\'s unit is named by its serial; its id and a missing one answer the same, also when events told of it', async () => {
    await world.service.publish(UnitDispatchedSchema, { unitId: world.unitId, serial: 'SN-0001', modelId: newId(), dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
    await world.service.drain();
    const other = calls(world, world.otherManager);
    const errors = await Promise.all(
      [world.unitId, newId()].map((unitId) => other.openCall({ ...phoneCall, unitId }).catch((error: Error) => JSON.stringify({ ...error }))),
    );
    expect(errors[0]).toContain('not_found');
    expect(errors[0]).toBe(errors[1]);
    const theirs = await other.openCall({ ...phoneCall, unitSerial: 'SN-0001' });
    expect(theirs.duplicates.filter(({ sameUnit }) => sameUnit)).toEqual([]);
    expect(await other.getCall({ id: theirs.id })).toMatchObject({ unitSerial: 'SN-0001', unitId: world.unitId });
  });

  it('X-8: the same key answers the same call, and the answer holds nothing personal', async () => {
    const ctx = { ...world.manager, idempotencyKey: newId() };
    const [first, second] = [await calls(world, ctx).openCall(phoneCall), await calls(world, ctx).openCall(phoneCall)];
    expect(second.id).toBe(first.id);
    await expect(calls(world, ctx).openCall({ ...phoneCall, symptoms: '异响' })).rejects.toThrow(reason('IDEMPOTENCY_KEY_REUSED'));
  });

  it('D-1: a terminated dealer takes no calls', async () => {
    const ctx = { ...world.manager, dealerStatus: 'terminated' as const };
    await expect(calls(world, ctx).openCall(phoneCall)).rejects.toThrow(reason('DEALER_NOT_ACTIVE'));
  });
});

describe('work on a call', () => {
  it('R-2: assigned, arrived, recorded, resolved; the history shows each step', async () => {
    const call = await assignedCall(world);
    const technician = calls(world, world.technician);
    const arrived = await technician.arriveCall({ id: call.id, version: call.version });
    const solved = await technician.recordRepair({ ...goodRecord, id: call.id, version: arrived.version });
    expect(solved.state).toBe('resolved');
    const shown = await technician.getCall({ id: call.id });
    expect(shown.history.map(({ action }) => action)).toEqual(['open', 'assign', 'arrive', 'resolve']);
    expect(shown.records[0]).toMatchObject({ firstVisit: true, resolved: true });
    expect(shown.clocks[0]?.stoppedAt).not.toBe('');
  });

  it('a technician sees his own calls and no other of his dealer', async () => {
    const mine = await assignedCall(world);
    const notMine = await calls(world, world.manager).openCall(phoneCall);
    const technician = calls(world, world.technician);
    await expect(technician.getCall({ id: notMine.id })).rejects.toThrow(reason('NOT_FOUND'));
    const listed = (await technician.listCalls({})).items.map(({ id }) => id);
    expect(listed).toContain(mine.id);
    expect(listed).not.toContain(notMine.id);
  });

  it('a technician of nobody or of another dealer is refused alike', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const assign = { id: call.id, version: 1, technicianUserId: newId() };
    await expect(calls(world, world.manager).assignCall(assign)).rejects.toThrow(reason('TECHNICIAN_UNKNOWN'));
  });

  it('X-8: a stale version is refused with the present state', async () => {
    const call = await assignedCall(world);
    await expect(calls(world, world.technician).arriveCall({ id: call.id, version: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'aborted', reason: 'STALE_VERSION', details: expect.objectContaining({ present: expect.objectContaining({ state: 'assigned' }) }) }),
    );
  });

  it('another dealer can do nothing with a call, and cannot tell it from a missing one', async () => {
    const call = await assignedCall(world);
    const other = calls(world, world.otherManager);
    const tries = (id: string) => [
      () => other.getCall({ id }), () => other.arriveCall({ id, version: 2 }), () => other.handBackCall({ id, version: 2, reason: 'x' }),
      () => other.markSpecial({ id, version: 2, reason: 'workshop' }), () => other.recordRepair({ ...goodRecord, id, version: 2 }),
      () => other.cancelCall({ id, version: 2, reason: 'x' }), () => other.createConfirmationLink({ id }), () => other.revealCall({ id, reason: 'x' }),
      () => other.getCallFacts({ id }),
    ];
    const answers = async (id: string) => Promise.all(tries(id).map((run) => run().then(() => 'answered', (error: Error) => JSON.stringify({ ...error }))));
    expect(await answers(call.id)).toEqual(await answers(newId()));
    expect((await answers(call.id)).every((answer) => answer.includes('NOT_FOUND'))).toBe(true);
    expect((await other.listCalls({})).items.map(({ id }) => id)).not.toContain(call.id);
  });

  it('R-7: a record at the unboxing stage opens a quality report at once', async () => {
    world.stage.now = 'unboxing';
    const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitId: world.unitId });
    const call = await calls(world, world.manager).assignCall({ id: opened.id, version: 1, technicianUserId: world.technicianId });
    await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: call.version });
    world.stage.now = 'in_warranty';
    const reports = await world.service.sql<{ state: string }>('select state from quality_report where origin_id = $1', [call.id]);
    expect(reports).toEqual([{ state: 'due' }]);
  });
});

describe('the technician\'s certificate', () => {
  const [modelId, unitId] = [newId(), newId()];
  const assign = async (given: object, appointmentFrom = '') => {
    const manager = calls(world, world.manager);
    const { id, version } = await calls(world, world.clerk).openCall({ ...phoneCall, dealerId: world.dealerId, ...given });
    const appointmentTo = appointmentFrom && addHours(appointmentFrom, 1);
    const assigned = await manager.assignCall({ id, version, technicianUserId: world.technicianId, appointmentFrom, appointmentTo });
    return { ...assigned, shown: (await manager.getCall({ id })).technicianCertificate };
  };
  const certified = (validUntil: string, dealerId = world.dealerId) =>
    world.service.publish(TechnicianCertifiedSchema, { technicianId: newId(), dealerId, userId: world.technicianId, family: 'bidet', validUntil });

  it('D-5: who is not certified for the unit\'s family is flagged when assigned and not refused; the longest certificate counts', async () => {
    await world.service.publish(ModelPublishedSchema, { modelId, code: 'BI-1', name: '马桶盖', family: 'bidet', version: 2 });
    await world.service.publish(UnitDispatchedSchema, { unitId, serial: 'BI-0001', modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
    await world.service.drain();
    expect(await assign({ unitId })).toMatchObject({ state: 'assigned', technicianCertificate: 'missing', shown: 'missing' });
    const today = businessDate(await world.service.now());
    await certified(addDays(today, -1));
    await world.service.drain();
    expect(await assign({ unitId })).toMatchObject({ technicianCertificate: 'expired', shown: 'expired' });
    for (const validUntil of [addDays(today, 10), addDays(today, 2)]) await certified(validUntil);
    await world.service.drain();
    expect(await assign({ unitId })).toMatchObject({ technicianCertificate: 'valid' });
    expect(await assign({ unitSerial: 'BI-0001' })).toMatchObject({ technicianCertificate: 'valid' });
    expect(await assign({ unitId }, startOfDay(addDays(today, 10)))).toMatchObject({ technicianCertificate: 'valid' });
    expect(await assign({ unitId }, startOfDay(addDays(today, 11)))).toMatchObject({ technicianCertificate: 'expired' });
  });

  it('D-5: of a unit whose family is not known nothing is said, and with the technician the flag goes', async () => {
    expect(await assign({})).toMatchObject({ technicianCertificate: 'family_unknown', shown: 'family_unknown' });
    const call = await assign({ unitId: world.unitId });
    expect(call.technicianCertificate).toBe('family_unknown');
    await calls(world, world.technician).handBackCall({ id: call.id, version: call.version, reason: '太远' });
    expect((await calls(world, world.manager).getCall({ id: call.id })).technicianCertificate).toBe('');
  });

  it('D-5: a certificate told twice or out of order changes nothing', async () => {
    const validUntil = '2030-06-30';
    const event = { technicianId: newId(), dealerId: world.dealerId, userId: newId(), family: 'bidet', validUntil };
    const eventId = await world.service.publish(TechnicianCertifiedSchema, event);
    await world.service.publish(TechnicianCertifiedSchema, event, { eventId });
    await world.service.publish(TechnicianCertifiedSchema, { ...event, validUntil: '2029-06-30' });
    await world.service.drain();
    expect(await world.service.sql('select family, valid_until::text as until from known_certificate where technician_user_id = $1', [event.userId]))
      .toEqual([{ family: 'bidet', until: validUntil }]);
  });
});

describe('confirmation', () => {
  it('R-6: the customer confirms through a one-time link; the record is filed and the link is spent', async () => {
    const call = await resolvedCall(world);
    const { token } = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    const customer = calls(world, world.service.ctx({ role: 'customer', userId: '' }));
    expect(await customer.getPublicCall({ token })).toMatchObject({ symptoms: '龙头滴水', state: 'resolved' });
    expect(await customer.answerConfirmationLink({ token, confirmed: true })).toMatchObject({ state: 'filed' });
    await expect(customer.answerConfirmationLink({ token, confirmed: true })).rejects.toThrow(reason('LINK_INVALID'));
    await expect(customer.getPublicCall({ token })).rejects.toThrow(reason('LINK_INVALID'));
    const told = await world.service.sql<{ type: string; payload: string }>(`select event_type as type, payload from outbox where payload::text like $1`, [`%${call.id}%`]);
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['aftercare.repairs.v1.RecordConfirmed', 'aftercare.repairs.v1.RecordFiled']));
    const filed = told.filter(({ type }) => /CallResolved|RecordConfirmed|RecordFiled/.test(type)).map(({ payload }) => JSON.parse(payload) as { callNumber: string; resolvedAt: string });
    expect(filed).toHaveLength(3);
    expect(new Set(filed.map(({ callNumber, resolvedAt }) => `${callNumber} ${resolvedAt}`)).size).toBe(1);
  });

  it('R-6: of two answers at once through one link one counts', async () => {
    const call = await resolvedCall(world);
    const { token } = await calls(world, world.technician).createConfirmationLink({ id: call.id });
    const customer = calls(world, world.service.ctx({ role: 'customer', userId: '' }));
    const answers = await Promise.allSettled([true, true, true].map((confirmed) => customer.answerConfirmationLink({ token, confirmed })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('R-6: a newer link takes the place of the older, and a wrong one opens nothing', async () => {
    const call = await resolvedCall(world);
    const technician = calls(world, world.technician);
    const [old, present] = [await technician.createConfirmationLink({ id: call.id }), await technician.createConfirmationLink({ id: call.id })];
    await expect(technician.getPublicCall({ token: old.token })).rejects.toThrow(reason('LINK_INVALID'));
    await expect(technician.getPublicCall({ token: 'guess' })).rejects.toThrow(reason('LINK_INVALID'));
    expect((await technician.getPublicCall({ token: present.token })).number).not.toBe('');
  });

  it('R-6: a signature needs its picture', async () => {
    const call = await resolvedCall(world);
    await expect(calls(world, world.technician).confirmCall({ id: call.id, version: call.version, method: 'signature' })).rejects.toThrow(reason('EVIDENCE_MISSING'));
  });

  it('R-2: reopening starts a second clock and leaves the first as it was', async () => {
    const call = await resolvedCall(world);
    const reopened = await calls(world, world.manager).reopenCall({ id: call.id, version: call.version, reason: '又漏了' });
    expect(reopened.state).toBe('assigned');
    const shown = await calls(world, world.manager).getCall({ id: call.id });
    expect(shown.clocks).toHaveLength(2);
    expect(shown.clocks[0]?.stoppedAt).not.toBe('');
    expect(shown).toMatchObject({ reopenCount: 1, dueAt: shown.clocks[1]?.dueAt });
  });
});

describe('lists', () => {
  it('show of each call what the call itself says, whatever happened to it', async () => {
    const manager = calls(world, world.manager);
    const { items } = await manager.listCalls({ page: { limit: 200 } });
    expect(new Set(items.map(({ state }) => state)).size).toBeGreaterThan(2);
    for (const item of items) {
      const { id, number, dealerId, unitSerial, symptoms, state, technicianUserId, openedAt, dueAt, version } = await manager.getCall({ id: item.id });
      expect(item).toMatchObject({ id, number, dealerId, unitSerial, symptoms, state, technicianUserId, openedAt, dueAt, version });
    }
  });

  it('pages by cursor without missing or repeating a call', async () => {
    for (let count = 0; count < 5; count += 1) await calls(world, world.manager).openCall(phoneCall);
    const all = (await calls(world, world.manager).listCalls({ page: { limit: 200 } })).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await calls(world, world.manager).listCalls({ page: { limit: 2, cursor } });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (cursor === '') break;
    }
    expect(paged).toEqual(all);
    await expect(calls(world, world.manager).listCalls({ page: { sort: 'contact_name; drop table' } })).rejects.toThrow(reason('SORT_UNKNOWN'));
  });
});

/** Moves the business clock, so it comes last. */
describe('the clock, told by deadlines', () => {
  it('R-4: warning and breach are told once with their own moments, also when nobody looked in between', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    await world.service.drain();
    await world.service.moveClock('19h');
    await world.service.drain();
    expect((await noticesOf(world, call.id)).map(({ kind }) => kind)).toEqual(['call.sla_warning']);
    await world.service.moveClock('6h');
    await world.service.drain();
    await world.service.restart();
    await world.service.drain();
    const notices = await noticesOf(world, call.id);
    expect(notices.map(({ kind, role }) => `${kind} ${role}`)).toEqual(['call.sla_warning dealer_manager', 'call.sla_breach service_supervisor']);
    expect(Date.parse(notices[1]!.at)).toBe(Date.parse(call.dueAt));
    expect(await calls(world, world.manager).getCall({ id: call.id })).toMatchObject({ clocks: [{ breachedAt: new Date(call.dueAt).toISOString() }] });
  });

  it('R-4, R-13: resolved in time and refused after the due moment: told at once with the due moment, one breach', async () => {
    const call = await resolvedCall(world);
    const { dueAt } = await calls(world, world.manager).getCall({ id: call.id });
    await world.service.moveClock('26h');
    await world.service.drain();
    expect((await noticesOf(world, call.id)).filter(({ kind }) => kind === 'call.sla_breach')).toEqual([]);
    const refused = await calls(world, world.technician).refuseCall({ id: call.id, version: call.version, reason: '还是漏水' });
    expect(refused.state).toBe('assigned');
    await world.service.drain();
    const breaches = (await noticesOf(world, call.id)).filter(({ kind }) => kind === 'call.sla_breach');
    expect(breaches).toHaveLength(1);
    expect(Date.parse(breaches[0]!.at)).toBe(Date.parse(dueAt));
    await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: refused.version });
    await world.service.moveClock('48h');
    await world.service.drain();
    expect((await noticesOf(world, call.id)).filter(({ kind }) => kind === 'call.sla_breach')).toHaveLength(1);
  });

  it('R-3: a special in time moves the due moment to 48 hours; struck by the supervisor it is 24 again', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const special = await calls(world, world.manager).markSpecial({ id: call.id, version: 1, reason: 'remote_area' });
    const due = async (): Promise<number> => Date.parse((await calls(world, world.manager).getCall({ id: call.id })).dueAt) - Date.parse(call.receivedAt);
    expect(await due()).toBe(48 * 3_600_000);
    await expect(calls(world, world.clerk).strikeSpecial({ id: call.id, version: special.version, reason: '不成立' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    const struck = await calls(world, world.supervisor).strikeSpecial({ id: call.id, version: special.version, reason: '不成立' });
    expect(await due()).toBe(24 * 3_600_000);
    for (const again of ['remote_area', 'workshop']) {
      await expect(calls(world, world.manager).markSpecial({ id: call.id, version: struck.version, reason: again })).rejects.toThrow(reason('SPECIAL_STRUCK'));
    }
    expect((await calls(world, world.manager).getCall({ id: call.id })).allowedActions).toContainEqual(expect.objectContaining({ action: 'extend', reason: 'SPECIAL_STRUCK' }));
    expect(await due()).toBe(24 * 3_600_000);
  });

  it('R-2: a call is not reopened after 30 days', async () => {
    const call = await resolvedCall(world);
    await world.service.moveClock('31d');
    await expect(calls(world, world.manager).reopenCall({ id: call.id, version: call.version, reason: '又漏了' })).rejects.toThrow(reason('REOPEN_TOO_LATE'));
  });
});
