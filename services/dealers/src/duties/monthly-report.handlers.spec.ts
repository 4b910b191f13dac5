import { CallResolvedSchema, DutyService, InstallationFailedSchema, RecordConfirmedSchema, RecordFiledSchema, SettingChangedSchema } from '@aftercare/contracts';
import { lastDayOfMonth, newId } from '@aftercare/domain';
import { expectSchemaMatchesEntities } from '@aftercare/testing';
import { DutiesPlatform, refusal } from './duties.fixture.js';
import { nextMonth } from './duty.rules.js';

describe('monthly reports over the bus', () => {
  const platform = new DutiesPlatform();
  let month: string;
  let due: string;

  beforeAll(async () => {
    await platform.start();
    ({ month } = platform);
    due = nextMonth(month);
  });
  afterAll(() => platform.service.stop());

  const linesOf = async (dealerId: string, id: string, standing = '') => (await platform.reports(dealerId).listMonthlyReportLines({ id, standing })).items;

  it('the entities describe the migrated schema', async () => {
    await expectSchemaMatchesEntities(platform.service.dataSource);
  });

  it('D-7: the platform compiles both reports from what was recorded, each item once, and the dealer only submits', async () => {
    const dealerId = await platform.activeDealer();
    const eventId = newId();
    await platform.installed(dealerId, `${month}-10`, eventId);
    await platform.service.publish(InstallationFailedSchema, {
      installationId: newId(), installationNumber: 'IN-2', unitId: newId(), serial: 'SN-2', dealerId, failedAt: `${month}-11T09:00:00+08:00`, modelCode: 'M-1',
    });
    const callId = newId();
    const call = { callId, dealerId, callNumber: 'RC-1', unitSerial: 'SN-1', resolvedAt: `${month}-12T23:00:00+08:00` };
    await platform.service.publish(RecordFiledSchema, { ...call, filedAt: `${due}-01T10:00:00+08:00` });
    await platform.service.publish(RecordConfirmedSchema, { ...call, recordId: newId(), faultCodes: ['F-1'], partsUsed: [{ partId: newId(), quantity: 3 }] });
    await platform.service.publish(CallResolvedSchema, { ...call, onTime: true, faultCodes: ['F-1'], pieces: 3 });
    await platform.service.drain();
    const installations = await platform.report(dealerId, month);
    expect(installations).toMatchObject({ state: 'open', counted: 2, number: '', late: false, outcomes: [{ outcome: 'accepted', lines: 1 }, { outcome: 'failed', lines: 1 }] });
    const repairs = await platform.report(dealerId, month, 'repair');
    expect(await linesOf(dealerId, repairs.id)).toEqual([
      expect.objectContaining({ itemId: callId, itemNumber: 'RC-1', itemOn: `${month}-12`, outcome: 'filed', faultCodes: ['F-1'], pieces: 3, standing: 'counted', source: 'recorded' }),
    ]);
    await expect(platform.reports(dealerId).submitMonthlyReport({ id: installations.id, version: installations.version, nil: false })).rejects.toEqual(refusal('failed_precondition', 'MONTH_NOT_OVER'));
  });

  it('D-7: a call that was reopened and solved in another month without parts adds none there, and keeps those of the month of its first repair', async () => {
    const dealerId = await platform.activeDealer();
    const [first, again] = [`${month}-12T09:00:00+08:00`, `${month}-14T09:00:00+08:00`];
    const call = { callId: newId(), dealerId, callNumber: 'RC-9', unitSerial: 'SN-9' };
    const partsUsed = [{ partId: newId(), quantity: 2 }];
    const records = [{ recordId: newId(), solvedAt: first, partsUsed }];
    await platform.service.publish(RecordConfirmedSchema, { ...call, resolvedAt: first, recordId: newId(), faultCodes: [], partsUsed, records });
    await platform.service.publish(RecordConfirmedSchema, { ...call, resolvedAt: again, recordId: newId(), faultCodes: [], partsUsed, records: [...records, { recordId: newId(), solvedAt: again, partsUsed: [] }] });
    const other = { ...call, callId: newId(), callNumber: 'RC-10' };
    const before = [{ recordId: newId(), solvedAt: `${platform.month.slice(0, 4)}-01-01T00:00:00+08:00`, partsUsed }];
    await platform.service.publish(RecordConfirmedSchema, { ...other, resolvedAt: again, recordId: newId(), faultCodes: [], partsUsed, records: [...before, { recordId: newId(), solvedAt: again, partsUsed: [] }] });
    await platform.service.drain();
    const lines = await linesOf(dealerId, (await platform.report(dealerId, month, 'repair')).id);
    expect(lines.map(({ itemNumber, pieces }) => `${itemNumber} ${pieces}`).sort()).toEqual(['RC-10 0', 'RC-9 2']);
  });

  it('D-7: the dealer corrects while it is open: leaves out with a reason, adds a repair that was never called in', async () => {
    const dealerId = await platform.activeDealer();
    await platform.installed(dealerId, `${month}-10`);
    const report = await platform.report(dealerId, month);
    const [line] = await linesOf(dealerId, report.id);
    const correct = (given: object) => platform.reports(dealerId).correctMonthlyReport({ id: report.id, version: report.version, ...given });
    await expect(correct({ corrections: [{ lineId: line.id, counts: false }] })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(correct({ corrections: [{ lineId: newId(), counts: false, note: 'x' }] })).rejects.toEqual(refusal('not_found', 'LINE_UNKNOWN'));
    await expect(correct({ repairs: [{ repairedOn: `${month}-02`, note: 'x' }] })).rejects.toEqual(refusal('invalid_argument', 'INSTALLATION_BY_ADDITION'));
    await expect(correct({ version: 99, corrections: [{ lineId: line.id, counts: false, note: '重复' }] })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    const corrected = await correct({ corrections: [{ lineId: line.id, counts: false, note: '重复' }] });
    expect(await platform.report(dealerId, month)).toMatchObject({ counted: 0, leftOut: 1, version: corrected.version });
    const repairs = await platform.report(dealerId, month, 'repair');
    const repair = { repairedOn: `${month}-09`, serial: 'sn-9', faultCodes: ['F-DRIP'], note: '更换密封圈' };
    const add = (given: object) => platform.reports(dealerId).correctMonthlyReport({ id: repairs.id, version: repairs.version, repairs: [repair, { ...repair, ...given }] });
    await expect(add({ serial: 'XX-1' })).rejects.toMatchObject({ reason: 'SERIAL_UNKNOWN', details: { field: 'repairs[1].serial' } });
    for (const code of ['F-2', 'F-CLOG']) await expect(add({ faultCodes: ['F-DRIP', code] })).rejects.toMatchObject({ reason: 'FAULT_CODE_UNKNOWN', details: { field: 'repairs[1].faultCodes[1]' } });
    await platform.reports(dealerId).correctMonthlyReport({ id: repairs.id, version: repairs.version, repairs: [repair] });
    const added = { itemOn: repair.repairedOn, serial: 'SN-9', modelCode: 'FA-100', faultCodes: ['F-DRIP'], note: repair.note, outcome: 'reported', source: 'by_hand', itemId: '' };
    expect(await linesOf(dealerId, repairs.id)).toEqual([expect.objectContaining(added)]);
  });

  it('D-9, X-8: only a correction that can be made looks serials up, each once and for its report', async () => {
    const dealerId = await platform.activeDealer();
    const stranger = await platform.activeDealer();
    const { id, version } = await platform.report(dealerId, month, 'repair');
    const repairs = ['sn-9', ' SN-9'].map((serial) => ({ repairedOn: `${month}-09`, serial, note: '更换密封圈' }));
    const keyed = platform.service.client(DutyService, { ...platform.service.dealerCtx(dealerId), idempotencyKey: newId() });
    platform.lookedUp.length = 0;
    await expect(platform.reports(stranger).correctMonthlyReport({ id, version, repairs })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(platform.reports(dealerId).correctMonthlyReport({ id, version: version + 1, repairs })).rejects.toMatchObject({ reason: 'STALE_VERSION' });
    await expect(platform.reports(dealerId).amendMonthlyReport({ id, version, repairs, reason: 'x' })).rejects.toMatchObject({ reason: 'STEP_NOT_ALLOWED' });
    await expect(platform.reports(dealerId).correctMonthlyReport({ id, version, repairs: [{ ...repairs[0], note: ' ' }] })).rejects.toMatchObject({ reason: 'REASON_MISSING' });
    expect(platform.lookedUp).toEqual([]);
    const corrected = await keyed.correctMonthlyReport({ id, version, repairs });
    expect(await keyed.correctMonthlyReport({ id, version, repairs })).toEqual(corrected);
    expect(platform.lookedUp).toEqual([`${id} SN-9`]);
    expect((await linesOf(dealerId, id)).map(({ serial }) => serial)).toEqual(['SN-9', 'SN-9']);
  });

  it('D-7: a foreign report looks like a missing one; a parent sees its child’s, a technician none, and nobody writes for the dealer', async () => {
    const parent = await platform.activeDealer();
    const dealerId = await platform.activeDealer({ parentId: parent });
    const stranger = await platform.activeDealer();
    const { id, version } = await platform.report(dealerId, month);
    const foreign = platform.reports(stranger);
    const missing = await foreign.getMonthlyReport({ id: newId() }).catch((error: unknown) => error);
    expect(missing).toEqual(refusal('not_found', 'NOT_FOUND'));
    for (const given of [id, 'not-an-id']) {
      await expect(foreign.getMonthlyReport({ id: given })).rejects.toEqual(missing);
      await expect(foreign.listMonthlyReportLines({ id: given })).rejects.toEqual(missing);
      await expect(foreign.getAdditionScope({ id: given })).rejects.toEqual(missing);
      await expect(foreign.submitMonthlyReport({ id: given, version, nil: true })).rejects.toEqual(missing);
      await expect(foreign.amendMonthlyReport({ id: given, version, reason: 'x' })).rejects.toEqual(missing);
      await expect(foreign.correctMonthlyReport({ id: given, version })).rejects.toEqual(missing);
    }
    expect((await foreign.listMonthlyReports({ dealerId })).items).toEqual([]);
    expect((await foreign.listDuties({ dealerId })).items).toEqual([]);
    const asParent = platform.service.client(DutyService, platform.service.dealerCtx(parent, 'dealer_manager', { childDealerIds: [dealerId] }));
    expect((await asParent.listMonthlyReports({})).items.map((item) => item.dealerId).sort()).toEqual([parent, parent, dealerId, dealerId].sort());
    const technician = platform.service.client(DutyService, platform.service.dealerCtx(dealerId, 'dealer_technician'));
    await expect(technician.getMonthlyReport({ id })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const clerk = platform.service.client(DutyService, platform.service.ctx());
    await expect(clerk.submitMonthlyReport({ id, version, nil: true })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(clerk.getMonthlyReport({ id })).resolves.toMatchObject({ dealerId, dealerCode: expect.any(String) as string });
  });

  it('D-7, D-1: additions are for days on which the dealer was active, installations also for those of its suspension, in its installation report', async () => {
    const dealerId = await platform.activeDealer();
    await platform.to(`${month}-18T09:00:00`);
    await platform.supervisor().suspendDealer({ id: dealerId, version: 2, reason: '整改' });
    const scope = await platform.reports(dealerId).getAdditionScope({ id: (await platform.report(dealerId, month)).id });
    expect(scope).toMatchObject({ dealerId, month, state: 'open', activeDays: [{ firstDay: expect.stringContaining(month) as string, lastDay: `${month}-18` }], servingDays: [{ lastDay: lastDayOfMonth(month) }] });
    const repairs = await platform.report(dealerId, month, 'repair');
    await expect(platform.reports(dealerId).getAdditionScope({ id: repairs.id })).rejects.toEqual(refusal('failed_precondition', 'ADDITION_NOT_HERE'));
  });

  it('D-7: pages in both directions of a keyset, with filters, and refuses a month that is none', async () => {
    const all: string[] = [];
    const clerk = platform.service.client(DutyService, platform.service.ctx());
    for (let cursor = ''; ; ) {
      const page = await clerk.listMonthlyReports({ kind: 'repair', page: { limit: 2, cursor } });
      all.push(...page.items.map(({ id }) => id));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength((await clerk.listMonthlyReports({ kind: 'repair', month })).items.length);
    await expect(clerk.listMonthlyReports({ month: '2026-13' })).rejects.toEqual(refusal('invalid_argument', 'MONTH_INVALID'));
    await expect(clerk.listDuties({ month: 'x' })).rejects.toEqual(refusal('invalid_argument', 'MONTH_INVALID'));
    const duties: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await clerk.listDuties({ page: { limit: 2, cursor } });
      duties.push(...page.items.map((duty) => `${duty.dealerId} ${duty.month}`));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(new Set(duties).size).toBe(all.length);
  });

  // From here on the month is over.
  it('D-7: submitting freezes; nil is explicit; a submission at the 4th 00:00:00 is late', async () => {
    const [early, punctual, late] = await Promise.all([platform.activeDealer(), platform.activeDealer(), platform.activeDealer()]);
    await platform.installed(early, `${month}-20`);
    await platform.to(`${due}-02T09:00:00`);
    const first = await platform.report(early, month);
    await expect(platform.reports(early).submitMonthlyReport({ id: first.id, version: first.version, nil: true })).rejects.toEqual(refusal('failed_precondition', 'NOT_NIL'));
    const ctx = { ...platform.service.dealerCtx(early), idempotencyKey: newId() };
    const submitted = await platform.service.client(DutyService, ctx).submitMonthlyReport({ id: first.id, version: first.version, nil: false });
    expect(submitted).toMatchObject({ state: 'submitted', number: expect.stringMatching(/^MR-/) as string });
    expect(await platform.service.client(DutyService, ctx).submitMonthlyReport({ id: first.id, version: first.version, nil: false })).toEqual(submitted);
    await expect(platform.reports(early).submitMonthlyReport({ id: first.id, version: submitted.version, nil: false })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    await expect(platform.reports(early).correctMonthlyReport({ id: first.id, version: submitted.version })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    await platform.service.moveClock(`${due}-03T23:59:50+08:00`);
    const nilReport = await platform.report(punctual, month);
    await expect(platform.reports(punctual).submitMonthlyReport({ id: nilReport.id, version: nilReport.version, nil: false })).rejects.toEqual(refusal('failed_precondition', 'NIL_NOT_SAID'));
    await platform.reports(punctual).submitMonthlyReport({ id: nilReport.id, version: nilReport.version, nil: true });
    expect(await platform.report(punctual, month)).toMatchObject({ state: 'submitted', nil: true, late: false, dueOn: `${due}-03`, submittedLines: 0 });
    await platform.to(`${due}-04T00:00:00`);
    const owed = await platform.report(late, month);
    expect(owed).toMatchObject({ state: 'open', late: true });
    await platform.reports(late).submitMonthlyReport({ id: owed.id, version: owed.version, nil: true });
    expect(await platform.report(late, month)).toMatchObject({ state: 'submitted', late: true, nil: true });
    const clerk = platform.service.client(DutyService, platform.service.ctx());
    const standing = async (dealerId: string) => (await clerk.listDuties({ dealerId, month })).items.map(({ installation, repair }) => [installation, repair])[0];
    expect(await Promise.all([early, punctual, late].map(standing))).toEqual([['submitted', 'late'], ['nil', 'late'], ['nil_late', 'late']]);
    const owing = await clerk.listDuties({ month, standing: 'owing', page: { limit: 200 } });
    expect(owing.items.map(({ dealerId }) => dealerId)).toEqual(expect.arrayContaining([early, punctual, late]));
    expect((await clerk.listDuties({ month: due, standing: 'owing' })).items).toEqual([]);
  });

  it('D-7: what is told after the submission never changes the frozen report; an amendment with its own number takes it in', async () => {
    const dealerId = await platform.activeDealer();
    await platform.installed(dealerId, `${due}-04`);
    await platform.to(`${nextMonth(due)}-02T09:00:00`);
    const open = await platform.report(dealerId, due);
    const { version } = await platform.reports(dealerId).submitMonthlyReport({ id: open.id, version: open.version, nil: false });
    const eventId = newId();
    const forgotten = await platform.installed(dealerId, `${due}-28`, eventId);
    const frozen = await platform.report(dealerId, due);
    expect(frozen).toMatchObject({ state: 'submitted', counted: 1, submittedLines: 1, pending: 1, version: version + 1 });
    expect((await platform.notices()).filter(({ documentId }) => documentId === open.id).map(({ kind }) => kind)).toEqual(['duty.owed', 'duty.needs_amendment']);
    const [pending] = await linesOf(dealerId, open.id, 'pending');
    expect(pending).toMatchObject({ itemId: forgotten, standing: 'pending', afterSubmission: true });
    const amend = (given: object) => platform.reports(dealerId).amendMonthlyReport({ id: open.id, version: frozen.version, reason: '漏报', corrections: [{ lineId: pending.id, counts: true }], ...given });
    await expect(amend({ reason: '' })).rejects.toEqual(refusal('invalid_argument', 'REASON_MISSING'));
    await expect(amend({ version })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(amend({ corrections: [] })).rejects.toEqual(refusal('invalid_argument', 'LINES_MISSING'));
    const amendment = await amend({});
    expect(amendment.number).toMatch(/^MA-/);
    const amended = await platform.report(dealerId, due);
    expect(amended).toMatchObject({ counted: 2, submittedLines: 1, pending: 0, amendments: [{ number: amendment.number, reason: '漏报', takenIn: 1, leftOut: 0 }] });
    await expect(amend({ version: amended.version })).rejects.toEqual(refusal('failed_precondition', 'LINE_UNCHANGED'));
    const second = await amend({ version: amended.version, reason: '重复', corrections: [{ lineId: pending.id, counts: false, note: '同一台' }] });
    expect(second.number).not.toBe(amendment.number);
    expect(await platform.report(dealerId, due)).toMatchObject({ counted: 1, leftOut: 1, pending: 0 });
    expect(await linesOf(dealerId, open.id, 'left_out')).toEqual([expect.objectContaining({ leftOutReason: '同一台', amendmentNumber: second.number })]);
  });

  it('D-7: a due day set for a later day holds for the months that end after it', async () => {
    const dealerId = await platform.activeDealer();
    const running = nextMonth(due);
    await platform.service.publish(SettingChangedSchema, { key: 'report.dueDay', value: '10', effectiveFrom: `${nextMonth(running)}-01`, version: 1 });
    await platform.service.drain();
    expect((await platform.report(dealerId, running)).dueOn).toBe(`${nextMonth(running)}-03`);
    await platform.to(`${nextMonth(running)}-01T00:00:00`);
    expect((await platform.report(dealerId, running)).dueOn).toBe(`${nextMonth(running)}-10`);
    await platform.to(`${nextMonth(running)}-10T23:59:00`);
    expect((await platform.report(dealerId, running)).late).toBe(false);
    await platform.to(`${nextMonth(running)}-11T00:00:00`);
    expect((await platform.report(dealerId, running)).late).toBe(true);
  });

  it('D-7: what a dealer types stands in no event, audit entry or stored answer', async () => {
    const [{ found }] = await platform.service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    expect(found).not.toContain('更换密封圈');
    expect(found).not.toContain('同一台');
  });
});
