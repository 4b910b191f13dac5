import {
  AccountStandingChangedSchema, CertificateRevokedSchema, CertificateService, DealerService, NoticeRequestedSchema, ProductFamilyService, TechnicianCertifiedSchema, TechnicianService,
  TrainingAttendedSchema, TrainingService, type DocumentRef,
} from '@aftercare/contracts';
import { addDays, addMonths, businessDate, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { dealers } from '../dealers.module.js';
import { DealersForFigures1795000300000 } from '../migrations/1795000300000-dealers-for-figures.js';

/** What events did not say before results could be corrected and certificates revoked. */
const TOLD_SINCE = ['certificateId', 'holdsUntil', 'version'];
/** The fields of an event in the order of their names, so that two of them compare as text. */
const sorted = (payload: string): string => JSON.stringify(Object.entries(JSON.parse(payload) as object).filter(([name]) => !TOLD_SINCE.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;

/** The catalogue as customers would answer it. */
const families = fake(ProductFamilyService, {
  getProductFamily: async ({ code }) => {
    if (!['faucet', 'toilet', 'basin', 'shower', 'bidet', 'bath', 'sink'].includes(code)) throw notFound('product family');
    return { code, active: code !== 'shower' };
  },
});

describe('trainings over the bus', () => {
  let service: TestService;
  let codes = 0;
  let today: string;
  let dealerId: string;
  let strangerId: string;
  let technician: { id: string; userId: string };
  let foreign: { id: string; userId: string };

  beforeAll(async () => {
    service = await startTestService({ ...dealers, fakes: [families] });
    today = businessDate(await service.now());
    [dealerId, strangerId] = [await dealer('OWN'), await dealer('FOREIGN')];
    [technician, foreign] = [await hire(dealerId, '李工'), await hire(strangerId, '赵工')];
  });
  afterAll(() => service.stop());

  const trainings = (ctx = service.ctx()) => service.client(TrainingService, ctx);
  const certificates = (ctx = service.ctx()) => service.client(CertificateService, ctx);
  async function dealer(code: string): Promise<string> {
    return (await service.client(DealerService, service.ctx()).createDealer({ code, name: code, address: { regionCode: '310104' } })).id;
  }
  async function hire(of: string, name: string): Promise<{ id: string; userId: string }> {
    const userId = newId();
    return { id: (await service.client(TechnicianService, service.dealerCtx(of)).createTechnician({ userId, name })).id, userId };
  }
  const course = (validMonths = 24, family = 'faucet') => trainings().createCourse({ code: `C-${(codes += 1)}`, name: '龙头维修', family, validMonths });
  const plan = async (heldOn: string, of?: DocumentRef) => trainings().planTraining({ courseId: (of ?? (await course())).id, heldOn, place: '台州' });
  const told = (schema: { typeName: string }, part: string) =>
    service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [schema.typeName, `%${part}%`])
      .then((rows) => rows.map(({ payload }) => JSON.parse(payload) as Record<string, string>));

  it('D-5: who passed is certified for the family and told once; who failed or was absent is not', async () => {
    const training = await plan(today, await course(12, 'toilet'));
    expect(training).toMatchObject({ state: 'planned', version: 1, number: expect.stringMatching(/^TR-\d{4}-\d{6}$/) as string });
    const held = await trainings().recordAttendance({
      id: training.id, version: 1, attendances: [{ technicianId: technician.id, result: 'passed' }, { technicianId: foreign.id, result: 'failed' }],
    });
    expect(held).toMatchObject({ state: 'held', version: 2 });
    expect(await told(TechnicianCertifiedSchema, '"toilet"')).toEqual([
      { technicianId: technician.id, dealerId, userId: technician.userId, family: 'toilet', validUntil: addMonths(today, 12), validFrom: today,
        certificateId: expect.any(String) as string, holdsUntil: addMonths(today, 12), version: 1 },
    ]);
    const attended = { trainingId: training.id, family: 'toilet', heldOn: today, version: 2 };
    expect(await told(TrainingAttendedSchema, '"toilet"')).toEqual([
      { ...attended, technicianId: technician.id, dealerId, result: 'passed' }, { ...attended, technicianId: foreign.id, dealerId: strangerId, result: 'failed' },
    ]);
    const { items } = await certificates().listCertificates({ family: 'toilet', validOn: today });
    expect(items).toEqual([expect.objectContaining({ technicianId: technician.id, technicianName: '李工', validFrom: today, validUntil: addMonths(today, 12), valid: true })]);
    expect((await certificates().listCertificates({ family: 'toilet', validOn: addDays(addMonths(today, 12), 1) })).items).toEqual([]);
    await expect(trainings().recordAttendance({ id: training.id, version: 2, attendances: [{ technicianId: technician.id, result: 'passed' }] }))
      .rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
  });

  it('D-5: dealers, trainings and certificates of before are told as those of now', async () => {
    const told = async (): Promise<string[]> => (await service.sql<{ payload: string }>(
      `select payload from outbox where event_type ~ '(DealerChanged|TrainingAttended|TechnicianCertified)$'`)).map(({ payload }) => sorted(payload)).sort();
    const before = await told();
    await new DealersForFigures1795000300000().up({ query: (text: string) => service.sql(text) } as unknown as QueryRunner);
    expect(await told()).toEqual([...before, ...before].sort());
  });

  it('D-5: a dealer sees of a session and of the certificates its own technicians only; foreign and missing look the same', async () => {
    const training = await plan(today);
    await trainings().recordAttendance({
      id: training.id, version: 1, attendances: [{ technicianId: technician.id, result: 'passed' }, { technicianId: foreign.id, result: 'passed' }],
    });
    const manager = service.dealerCtx(dealerId);
    expect((await trainings().getTraining({ id: training.id })).attendances).toHaveLength(2);
    const seen = await trainings(manager).getTraining({ id: training.id });
    expect(seen.attendances.map(({ technicianId }) => technicianId)).toEqual([technician.id]);
    expect(seen.allowedActions.map(({ reason }) => reason)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
    const [theirs] = (await certificates().listCertificates({ dealerId: strangerId })).items;
    expect((await certificates(manager).listCertificates({ dealerId: strangerId })).items).toEqual([]);
    expect((await certificates(manager).listCertificates({})).items.every((each) => each.dealerId === dealerId)).toBe(true);
    const missing = await certificates(manager).getCertificate({ id: newId() }).catch((error: unknown) => error);
    await expect(certificates(manager).getCertificate({ id: theirs.id })).rejects.toEqual(missing);
    await expect(certificates(service.dealerCtx(strangerId)).getCertificate({ id: theirs.id })).resolves.toMatchObject({ technicianId: foreign.id });
  });

  it('refuses other roles, a stale version, an unknown or inactive technician and a session to come, and certifies nobody then', async () => {
    const training = await plan(today);
    const record = (attendances: { technicianId: string; result: string }[], ctx = service.ctx(), version = 1) =>
      trainings(ctx).recordAttendance({ id: training.id, version, attendances });
    const passed = { technicianId: technician.id, result: 'passed' };
    await expect(record([passed], service.dealerCtx(dealerId))).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(record([passed], service.ctx(), 7)).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(record([passed, { technicianId: newId(), result: 'passed' }])).rejects.toEqual(refusal('not_found', 'TECHNICIAN_UNKNOWN'));
    const leaver = await hire(dealerId, '前员工');
    await service.client(TechnicianService, service.dealerCtx(dealerId)).deactivateTechnician({ id: leaver.id, version: 1 });
    await expect(record([passed, { technicianId: leaver.id, result: 'passed' }])).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    const disabled = await hire(dealerId, '停用员工');
    await service.publish(AccountStandingChangedSchema, { userId: disabled.userId, dealerId, disabled: true, version: 2 });
    await service.drain();
    await expect(record([passed, { technicianId: disabled.id, result: 'passed' }])).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    expect((await trainings().getTraining({ id: training.id })).attendances).toEqual([]);
    const later = await plan(addDays(today, 1));
    await expect(trainings().recordAttendance({ id: later.id, version: 1, attendances: [passed] })).rejects.toEqual(refusal('failed_precondition', 'TRAINING_NOT_HELD_YET'));
    await expect(trainings().cancelTraining({ id: later.id, version: 1, reason: '改期' })).resolves.toMatchObject({ state: 'cancelled', version: 2 });
    await expect(trainings().planTraining({ courseId: newId(), heldOn: today, place: '台州' })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    const { number } = await course();
    await expect(trainings().createCourse({ code: number, name: 'x', family: 'faucet', validMonths: 1 })).rejects.toEqual(refusal('already_exists', 'COURSE_CODE_TAKEN'));
    await expect(trainings().createCourse({ code: number.toLowerCase(), name: 'x', family: 'faucet', validMonths: 1 })).rejects.toEqual(refusal('already_exists', 'COURSE_CODE_TAKEN'));
    await expect(course(24, 'bathtub')).rejects.toEqual(refusal('invalid_argument', 'FAMILY_UNKNOWN'));
    await expect(course(24, 'shower')).rejects.toEqual(refusal('failed_precondition', 'FAMILY_RETIRED'));
  });

  it('pages sessions from the newest day and courses by code', async () => {
    for (const heldOn of ['2024-01-01', '2024-01-02', '2024-01-02']) await plan(heldOn);
    const days: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await trainings().listTrainings({ page: { limit: 2, cursor } });
      days.push(...page.items.map(({ heldOn }) => heldOn));
      if ((cursor = page.nextCursor) === '') break;
    }
    expect(days).toEqual([...days].sort().reverse());
    expect(days.filter((day) => day.startsWith('2024'))).toEqual(['2024-01-02', '2024-01-02', '2024-01-01']);
    expect((await trainings().listCourses({ family: 'toilet' })).items).toEqual([expect.objectContaining({ family: 'toilet', validMonths: 12 })]);
  });

  it('keeps a technician’s name out of events, audit entries and stored answers', async () => {
    const [{ found }] = await service.sql<{ found: string }>(`select string_agg(t, ' ') as found from (
      select payload as t from outbox union all select changed::text from audit_entry union all select answer::text from idempotency) x`);
    expect(found).not.toContain('李工');
  });

  it('D-5: 30 days before the last day and on it the technician and his manager are told, each once, and not when a longer one came', async () => {
    const someone = await hire(dealerId, '周工');
    const again = await hire(dealerId, '吴工');
    const pass = async (technicianId: string, months: number): Promise<void> => {
      const training = await plan(today, await course(months, 'sink'));
      await trainings().recordAttendance({ id: training.id, version: 1, attendances: [{ technicianId, result: 'passed' }] });
    };
    await pass(someone.id, 2);
    await pass(again.id, 2);
    await pass(again.id, 12);
    const { items } = await certificates().listCertificates({ technicianId: someone.id });
    const notices = async () => (await told(NoticeRequestedSchema, items[0].id)).map(({ kind, recipientRole, recipientUserId }) => [kind, recipientRole || recipientUserId]);
    await service.moveClock(`${addDays(addMonths(today, 2), -30)}T02:00:00Z`);
    await service.drain();
    const soon = [['certificate.expires_soon', 'dealer_manager'], ['certificate.expires_soon', someone.userId]];
    expect(await notices()).toEqual(soon);
    await service.moveClock(`${addMonths(today, 2)}T02:00:00Z`);
    await service.drain();
    expect(await notices()).toEqual([...soon, ['certificate.expires_today', 'dealer_manager'], ['certificate.expires_today', someone.userId]]);
    expect(await told(NoticeRequestedSchema, again.userId)).toEqual([]);
  });

  it('D-5, X-9: the list marks the certificates of those who are given no more work, and leaves them out where only the others are asked for', async () => {
    const training = await plan(today, await course(12, 'basin'));
    const [stays, taken, disabled] = [await hire(dealerId, '郑工'), await hire(dealerId, '王工'), await hire(dealerId, '冯工')];
    const all = [stays, taken, disabled];
    await trainings().recordAttendance({ id: training.id, version: 1, attendances: all.map(({ id }) => ({ technicianId: id, result: 'passed' })) });
    await service.client(TechnicianService, service.dealerCtx(dealerId)).deactivateTechnician({ id: taken.id, version: 1 });
    const account = async (off: boolean, version: number) => {
      await service.publish(AccountStandingChangedSchema, { userId: disabled.userId, dealerId, disabled: off, version });
      await service.drain();
    };
    await account(true, 2);
    const listed = async (asked: object = {}) => {
      const found: { technicianId: string; technicianActive: boolean; valid: boolean }[] = [];
      for (let cursor = ''; ; ) {
        const page = await certificates().listCertificates({ family: 'basin', validOn: today, page: { limit: 1, cursor }, ...asked });
        found.push(...page.items);
        if ((cursor = page.nextCursor) === '') return new Map(found.map(({ technicianId, technicianActive, valid }) => [technicianId, [technicianActive, valid]]));
      }
    };
    expect(await listed()).toEqual(new Map([[stays.id, [true, true]], [taken.id, [false, true]], [disabled.id, [false, true]]]));
    expect(await listed({ onlyActive: true })).toEqual(new Map([[stays.id, [true, true]]]));
    const [{ id }] = (await certificates().listCertificates({ technicianId: taken.id })).items;
    expect((await certificates(service.dealerCtx(dealerId)).getCertificate({ id })).technicianActive).toBe(false);
    await account(false, 3);
    expect([...(await listed({ onlyActive: true })).keys()].sort()).toEqual([stays.id, disabled.id].sort());
  });

  const certificateOf = async (trainingId: string) => {
    const { items } = await certificates().listCertificates({ technicianId: technician.id, page: { limit: 200 } });
    return items.filter((each) => each.trainingId === trainingId);
  };
  const held = async (family: string, result = 'passed', months = 12) => {
    const training = await plan(today, await course(months, family));
    return trainings().recordAttendance({ id: training.id, version: 1, attendances: [{ technicianId: technician.id, result }] });
  };

  it('D-5: a result is corrected with a reason and its trace; who did not pass after all was never certified, and may be again', async () => {
    const training = await held('bidet');
    const correct = (version: number, result: string, given: object = {}) =>
      trainings().correctAttendance({ id: training.id, version, reason: '登记有误', attendances: [{ technicianId: technician.id, result }], ...given });
    await expect(correct(2, 'passed')).rejects.toEqual(refusal('invalid_argument', 'ATTENDANCE_UNCHANGED'));
    await expect(correct(9, 'failed')).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await correct(2, 'failed');
    const [first] = await certificateOf(training.id);
    expect(first).toMatchObject({ valid: false, revokedFrom: today, revokeReason: '登记有误' });
    const failed = await trainings().getTraining({ id: training.id });
    expect(failed.attendances).toMatchObject([{ result: 'failed', certificateId: '', correctionReason: '登记有误', correctedAt: expect.stringMatching(/^20/) as string }]);
    await correct(3, 'passed', { attendances: [{ technicianId: technician.id, result: 'passed' }, { technicianId: foreign.id, result: 'absent' }] });
    const [, again] = await certificateOf(training.id);
    expect(again).toMatchObject({ valid: true, revokedFrom: '' });
    expect((await trainings(service.dealerCtx(dealerId)).getTraining({ id: training.id })).attendances).toMatchObject([{ result: 'passed', certificateId: again.id }]);
    expect((await told(TrainingAttendedSchema, training.id)).map(({ result, version }) => [result, version])).toEqual([['passed', 2], ['failed', 3], ['passed', 4], ['absent', 4]]);
    expect((await told(CertificateRevokedSchema, '"bidet"')).map(({ holdsUntil, version }) => [holdsUntil, version])).toEqual([[addDays(today, -1), 2]]);
    expect((await told(TechnicianCertifiedSchema, '"bidet"')).map(({ holdsUntil, version }) => [holdsUntil, version])).toEqual([[addMonths(today, 12), 1], [addMonths(today, 12), 3]]);
    const audits = await service.sql<{ changed: object }>(`select changed from audit_entry where document_id = $1 and action = 'correct-attendance' order by id`, [training.id]);
    expect(audits[0]?.changed).toMatchObject({ attendances: { before: [{ result: 'passed' }], after: [{ result: 'failed' }] }, reason: { after: '登记有误' } });
    const planned = await plan(today);
    await expect(trainings().correctAttendance({ id: planned.id, version: 1, reason: 'x', attendances: [{ technicianId: technician.id, result: 'passed' }] }))
      .rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
  });

  it('D-5: a revoked certificate ends the day before; what is told says how long all the others hold; nobody is reminded of it', async () => {
    const [short, long] = [await held('bath', 'passed', 6), await held('bath', 'passed', 24)];
    const [certificate] = await certificateOf(long.id);
    const from = addDays(today, 40);
    const revoke = (ctx = service.ctx(), given: object = {}) => certificates(ctx).revokeCertificate({ id: certificate.id, version: 1, reason: '违规操作', revokedFrom: from, ...given });
    await expect(revoke(service.dealerCtx(dealerId))).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(revoke(service.dealerCtx(strangerId))).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(revoke(service.ctx(), { version: 7 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(revoke()).resolves.toMatchObject({ id: certificate.id, state: 'revoked', version: 2 });
    await expect(revoke(service.ctx(), { version: 2 })).rejects.toEqual(refusal('failed_precondition', 'CERTIFICATE_REVOKED'));
    expect(await told(CertificateRevokedSchema, certificate.id)).toMatchObject([
      { userId: technician.userId, family: 'bath', validUntil: addMonths(today, 24), revokedFrom: from, holdsUntil: addMonths(today, 6), version: 3 },
    ]);
    const [other] = await certificateOf(short.id);
    await certificates().revokeCertificate({ id: other.id, version: 1, reason: '违规操作', revokedFrom: today });
    expect(await told(CertificateRevokedSchema, other.id)).toMatchObject([{ holdsUntil: addDays(from, -1), version: 4 }]);
    const valid = async (validOn: string) => (await certificates().listCertificates({ family: 'bath', validOn })).items.map(({ id }) => id);
    expect([await valid(addDays(from, -1)), await valid(from)]).toEqual([[certificate.id], []]);
    expect(await service.sql('select from deadline where ref = any($1)', [[certificate.id, other.id]])).toEqual([]);
    expect((await told(NoticeRequestedSchema, certificate.id)).map(({ kind, recipientRole, recipientUserId }) => [kind, recipientRole || recipientUserId])).toEqual([
      ['certificate.revoked', 'dealer_manager'], ['certificate.revoked', technician.userId],
    ]);
    expect(await certificates(service.dealerCtx(dealerId)).getCertificate({ id: certificate.id })).toMatchObject({
      revokedFrom: from, allowedActions: [{ action: 'revoke', reason: 'ROLE_NOT_ALLOWED' }],
    });
  });

  it('D-5: that the certificate of somebody who gets no more work is revoked counts, and asks nobody to plan a training', async () => {
    const leaver = await hire(dealerId, '王工');
    const training = await plan(today, await course(12, 'bath'));
    await trainings().recordAttendance({ id: training.id, version: 1, attendances: [{ technicianId: leaver.id, result: 'passed' }] });
    const [certificate] = (await certificates().listCertificates({ technicianId: leaver.id })).items;
    await service.client(TechnicianService, service.dealerCtx(dealerId)).deactivateTechnician({ id: leaver.id, version: 1 });
    await certificates().revokeCertificate({ id: certificate.id, version: 1, reason: '违规操作', revokedFrom: today });
    expect(await told(CertificateRevokedSchema, certificate.id)).toMatchObject([{ userId: leaver.userId, revokedFrom: today }]);
    expect(await told(NoticeRequestedSchema, certificate.id)).toEqual([]);
  });
});
