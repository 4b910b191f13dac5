import { CorrectiveActionService, NoticeRequestedSchema, QualityReviewService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { calls, noticesOf, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
let engineer: CallContext;
let today: string;
beforeAll(async () => {
  world = await startRepairs();
  engineer = world.service.ctx({ role: 'quality_engineer' });
  today = businessDate(new Date());
});
afterAll(() => world?.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const actions = (ctx = engineer) => world.service.client(CorrectiveActionService, ctx);
const inDays = (days: number): string => addDays(today, days);
const days = () => ({ containmentDueOn: inDays(1), rootCauseDueOn: inDays(7), actionDueOn: inDays(14), checkDueOn: inDays(60) });
const bar = [{ name: 'fault', value: 'F-01' }, { name: 'family', value: 'faucet' }];
const opened = (changed: object = {}) => actions().openCorrectiveAction({ title: '阀芯滴水', problem: '三个月内 40 起', figure: bar, ...days(), ...changed });
const kinds = async (id: string) => (await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`);

/** Contained, its cause found and the action done. */
async function implemented(): Promise<{ id: string; version: number }> {
  let ref = await opened();
  for (const step of ['containment', 'root_cause', 'action']) ref = await actions().recordCorrectiveStep({ id: ref.id, version: ref.version, step, text: `已完成 ${step}`, files: [] });
  return ref;
}

describe('corrective actions', () => {
  it('Q-4: opened from a bar of the figures by the quality engineer, numbered, with its plan and its trace', async () => {
    const { id, number, state } = await opened();
    expect({ number, state }).toEqual({ number: expect.stringMatching(/^CA-\d{4}-\d{6}$/) as string, state: 'open' });
    expect(await actions(world.clerk).getCorrectiveAction({ id })).toMatchObject({
      origin: 'figure', figure: bar, ownerUserId: engineer.userId, nextStep: 'containment', nextDueOn: inDays(1), overdue: false, round: 1,
      steps: [{ step: 'containment', dueOn: inDays(1) }, { step: 'root_cause' }, { step: 'action' }, { step: 'check', dueOn: inDays(60), doneAt: '' }],
      history: [{ action: 'open', fromState: '', toState: 'open', userId: engineer.userId }],
    });
  });

  it('Q-4: opened from a quality report; one that is not there, no source or both is refused', async () => {
    const call = await calls(world, world.manager).openCall(phoneCall);
    const report = await world.service.client(QualityReviewService, world.manager).markCallDesignDefect({ id: call.id, reason: '结构' });
    const { id } = await opened({ figure: [], reportId: report.id });
    expect(await actions().getCorrectiveAction({ id })).toMatchObject({ origin: 'quality-report', reportId: report.id, reportNumber: report.number, figure: [] });
    expect((await actions().listCorrectiveActions({ reportId: report.id })).items.map((item) => item.id)).toEqual([id]);
    await expect(opened({ figure: [], reportId: newId() })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(opened({ figure: [] })).rejects.toThrow(reason('SOURCE_INVALID'));
    await expect(opened({ reportId: report.id })).rejects.toThrow(reason('SOURCE_INVALID'));
    await expect(opened({ rootCauseDueOn: inDays(0) })).rejects.toThrow(reason('DUE_DATES_UNORDERED'));
    await expect(opened({ containmentDueOn: inDays(-1) })).rejects.toThrow(reason('DATE_IN_PAST'));
  });

  it('Q-4: is changed by the quality engineer only, read by the staff, and unknown to dealers', async () => {
    const { id, version } = await opened();
    const step = { id, version, step: 'containment', text: '封存', files: [] };
    for (const ctx of [world.clerk, world.supervisor]) await expect(actions(ctx).recordCorrectiveStep(step)).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(actions(world.service.ctx({ role: 'auditor' })).cancelCorrectiveAction({ id, version, reason: '停' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    for (const ctx of [world.manager, world.technician]) {
      await expect(actions(ctx).getCorrectiveAction({ id })).rejects.toThrow(reason('NOT_FOUND'));
      await expect(actions(ctx).listCorrectiveActions({})).rejects.toThrow(reason('NOT_FOUND'));
      await expect(actions(ctx).recordCorrectiveStep(step)).rejects.toThrow(reason('NOT_FOUND'));
      await expect(actions(ctx).openCorrectiveAction({ title: '甲', problem: '乙', figure: bar, ...days() })).rejects.toThrow(reason('NOT_FOUND'));
    }
    expect(await actions().recordCorrectiveStep(step)).toMatchObject({ state: 'contained', version: version + 1 });
    await expect(actions().recordCorrectiveStep(step)).rejects.toThrow(reason('STALE_VERSION'));
  });

  it('Q-4: containment, root cause, action and check follow each other; a check that finds it effective ends it', async () => {
    const { id, version } = await opened();
    await expect(actions().recordCorrectiveStep({ id, version, step: 'action', text: '换料' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    await expect(actions().recordCorrectiveStep({ id, version, step: 'check', text: '有效' })).rejects.toThrow(reason('FIELD_MISSING'));
    await expect(actions().recordCorrectiveStep({ id, version, step: 'containment', text: ' ' })).rejects.toThrow(reason('FIELD_MISSING'));
    const done = await implemented();
    expect(await actions().checkCorrectiveAction({ ...done, effective: true, text: '三个月无复发' })).toMatchObject({ state: 'closed' });
    const whole = await actions().getCorrectiveAction({ id: done.id });
    expect(whole).toMatchObject({ state: 'closed', nextStep: '', nextDueOn: '', overdue: false, steps: [{ text: '已完成 containment', doneBy: engineer.userId }, {}, {}, { outcome: 'effective' }] });
    expect(whole.history.map(({ action, toState }) => `${action} ${toState}`)).toEqual(['open open', 'containment contained', 'root_cause cause_found', 'action implemented', 'check closed']);
    expect(whole.allowedActions.filter(({ allowed }) => allowed)).toEqual([]);
  });

  it('Q-4: an action that was not effective goes back to the search for the cause, with new days, and the supervisor is told', async () => {
    const done = await implemented();
    await expect(actions().checkCorrectiveAction({ ...done, effective: false, text: '复发 3 起' })).rejects.toThrow(reason('INVALID_DATE'));
    const again = { rootCauseDueOn: inDays(10), actionDueOn: inDays(20), checkDueOn: inDays(90) };
    const back = await actions().checkCorrectiveAction({ ...done, effective: false, text: '复发 3 起', ...again });
    expect(back.state).toBe('contained');
    expect(await kinds(done.id)).toContain('corrective_action.not_effective service_supervisor');
    const whole = await actions().getCorrectiveAction({ id: done.id });
    expect(whole).toMatchObject({ round: 2, nextStep: 'root_cause', nextDueOn: inDays(10) });
    expect(whole.steps.map(({ round, step, outcome }) => `${round} ${step} ${outcome}`.trim())).toEqual(
      ['1 containment', '1 root_cause', '1 action', '1 check not_effective', '2 root_cause', '2 action', '2 check']);
    expect(await actions().recordCorrectiveStep({ id: done.id, version: back.version, step: 'root_cause', text: '另一原因' })).toMatchObject({ state: 'cause_found' });
  });

  it('Q-4: owner and days are planned anew with a reason and stand in the trace; a new owner is told', async () => {
    const { id, version } = await opened();
    const owner = newId();
    await expect(actions().planCorrectiveAction({ id, version, reason: ' ', ownerUserId: owner })).rejects.toThrow(reason('REASON_MISSING'));
    await expect(actions().planCorrectiveAction({ id, version, reason: '无变化' })).rejects.toThrow(reason('FIELD_MISSING'));
    await expect(actions().planCorrectiveAction({ id, version, reason: '提前', checkDueOn: inDays(2) })).rejects.toThrow(reason('DUE_DATES_UNORDERED'));
    const planned = await actions().planCorrectiveAction({ id, version, reason: '供应商延期', ownerUserId: owner, containmentDueOn: inDays(3) });
    const whole = await actions().getCorrectiveAction({ id });
    expect(whole).toMatchObject({ ownerUserId: owner, nextDueOn: inDays(3), version: planned.version });
    expect(whole.history.at(-1)).toMatchObject({ action: 'plan', reason: '供应商延期', changes: `containment: ${inDays(1)} → ${inDays(3)}; owner: ${engineer.userId} → ${owner}` });
    expect(await kinds(id)).toEqual([`corrective_action.given ${owner}`]);
    const contained = await actions().recordCorrectiveStep({ id, version: planned.version, step: 'containment', text: '封存' });
    await expect(actions().planCorrectiveAction({ id, version: contained.version, reason: '改', containmentDueOn: inDays(4) })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    expect(await actions().cancelCorrectiveAction({ id, version: contained.version, reason: '误开' })).toMatchObject({ state: 'cancelled' });
  });

  it('Q-4: the list filters by state, owner and the bar it comes from, and pages', async () => {
    const lot = `${newId()}/2026-01`;
    for (let each = 0; each < 3; each += 1) await opened({ figure: [{ name: 'lot', value: lot }] });
    const first = await actions().listCorrectiveActions({ figureName: 'lot', figureValue: lot, page: { limit: 2 } });
    const rest = await actions().listCorrectiveActions({ figureName: 'lot', figureValue: lot, page: { limit: 2, cursor: first.nextCursor } });
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([2, 1, '']);
    expect((await actions().listCorrectiveActions({ figureName: 'lot', figureValue: lot, state: 'closed' })).items).toEqual([]);
    expect((await actions().listCorrectiveActions({ ownerUserId: newId() })).items).toEqual([]);
    expect((await actions().listCorrectiveActions({ figureName: 'lot' })).items.length).toBe(3);
    await expect(actions().listCorrectiveActions({ figureValue: lot })).rejects.toMatchObject({ reason: 'FIELD_MISSING', details: { field: 'figureName' } });
  });
});

/** Moves the business clock, so it comes last. */
describe('overdue', () => {
  it('Q-4: a step that is not done by the end of its day is told once to owner, quality engineer and supervisor; one planned anew is told then', async () => {
    const late = await opened();
    const moved = await opened();
    await actions().planCorrectiveAction({ id: moved.id, version: moved.version, reason: '延期', containmentDueOn: inDays(5) });
    await world.service.moveClock('49h');
    await world.service.drain();
    // The owner and the quality engineers are told together: an owner who is one of them reads it once.
    const notices = await world.service.sql<{ kind: string; role: string; who: string }>(
      `select payload::jsonb ->> 'kind' as kind, payload::jsonb ->> 'recipientRole' as role, payload::jsonb ->> 'recipientUserId' as who from outbox
       where event_type = $1 and payload::jsonb ->> 'documentId' = $2 order by id`, [NoticeRequestedSchema.typeName, late.id]);
    const kind = 'corrective_action.overdue';
    expect(notices).toEqual([{ kind, role: 'quality_engineer', who: engineer.userId }, { kind, role: 'service_supervisor', who: '' }]);
    expect(await kinds(moved.id)).toEqual([]);
    expect(await actions().getCorrectiveAction({ id: late.id })).toMatchObject({ overdue: true, steps: [{ overdue: true }, { overdue: false }, {}, {}] });
    expect((await actions().listCorrectiveActions({ overdue: true })).items.map(({ id }) => id)).toContain(late.id);
    await world.service.drain();
    expect(await kinds(late.id)).toHaveLength(2);
  });
});
