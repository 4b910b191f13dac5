import {
  assertClosable, assertConfirmable, assertFollows, assertObjectable, assertRemindable, checkDecision, finalReturnUntil, objectionEnd, reminderDays, returnDeadline,
  stocktakeRefusal, stocktakeSteps, type StocktakeFacts,
} from './stocktake.rules.js';

const refusing = (reason: string) => expect.objectContaining({ reason });
const open: StocktakeFacts = { state: 'open', returnUntil: '2026-04-30', objectUntil: null, today: '2026-04-01', outstanding: 6 };
const closed: StocktakeFacts = { ...open, state: 'closed', objectUntil: '2026-05-08', today: '2026-05-09', outstanding: 1 };
const settled = { undecided: 0, uncounted: [], disputed: [], unpriced: [] };
const photo = [{ id: 'p' }];

describe('H-2, H-3: opening', () => {
  const on = { today: '2026-04-01', returnDays: 30 };

  it('H-3: opened on 04-01 for the cut-off day 03-31, returns are due by 04-30', () => {
    expect(returnDeadline({ cutOffOn: '2026-03-31', returnUntil: '' }, on)).toBe('2026-04-30');
    expect(returnDeadline({ cutOffOn: '2026-03-31', returnUntil: '2026-05-15' }, on)).toBe('2026-05-15');
  });

  it('H-2: the cut-off day is over, also when it is opened later; the deadline has not passed', () => {
    expect(() => returnDeadline({ cutOffOn: '2026-04-01', returnUntil: '' }, on)).toThrow(refusing('CUT_OFF_NOT_OVER'));
    expect(() => returnDeadline({ cutOffOn: '2026-02-30', returnUntil: '' }, on)).toThrow(refusing('DATE_INVALID'));
    expect(() => returnDeadline({ cutOffOn: '2026-02-01', returnUntil: '' }, on)).toThrow(refusing('DATE_IN_PAST'));
    expect(returnDeadline({ cutOffOn: '2026-02-01', returnUntil: '2026-04-01' }, on)).toBe('2026-04-01');
    expect(() => returnDeadline({ cutOffOn: '2026-03-31', returnUntil: '2028-01-01' }, on)).toThrow(refusing('DATE_TOO_FAR'));
  });

  it('D-1, H-3: a final stocktake that waited for another gives the usual days from its opening on', () => {
    expect(finalReturnUntil('2026-03-31', on)).toBe('');
    expect(finalReturnUntil('2026-03-31', { ...on, today: '2026-04-20' })).toBe('2026-05-20');
  });

  it('H-7: one after the other for a dealer', () => {
    expect(() => assertFollows('2026-03-31', { unfinished: null, lastCutOffOn: '2026-02-28' })).not.toThrow();
    expect(() => assertFollows('2026-03-31', { unfinished: 'ST-2026-000001', lastCutOffOn: null })).toThrow(refusing('STOCKTAKE_OPEN'));
    expect(() => assertFollows('2026-03-31', { unfinished: null, lastCutOffOn: '2026-03-31' })).toThrow(refusing('CUT_OFF_BEFORE_LAST'));
  });

  it('H-3: reminders at half time, 3 days before and on the day, each once, none for days that have passed', () => {
    expect(reminderDays({ cutOffOn: '2026-03-31', returnUntil: '2026-04-30', today: '2026-04-01' })).toEqual(['2026-04-15', '2026-04-27', '2026-04-30']);
    expect(reminderDays({ cutOffOn: '2026-03-31', returnUntil: '2026-04-30', today: '2026-04-20' })).toEqual(['2026-04-27', '2026-04-30']);
    expect(reminderDays({ cutOffOn: '2026-03-31', returnUntil: '2026-04-03', today: '2026-04-01' })).toEqual(['2026-04-03']);
  });
});

describe('H-7: from the deadline to the confirmation', () => {
  it('H-7: every state is reached and leads on', () => {
    expect([stocktakeSteps.unreachable(), stocktakeSteps.deadEnds()]).toEqual([[], []]);
    expect(() => stocktakeSteps.next('confirm', 'open')).toThrow(refusing('STEP_NOT_ALLOWED'));
    expect(() => stocktakeSteps.next('cancel', 'confirmed')).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('H-3, H-7: the dealer has its whole time, unless everything came back', () => {
    expect(() => assertClosable({ ...open, today: '2026-04-30' })).toThrow(refusing('RETURN_DEADLINE_RUNS'));
    expect(() => assertClosable({ ...open, today: '2026-05-01' })).not.toThrow();
    expect(() => assertClosable({ ...open, outstanding: 0 })).not.toThrow();
    expect(() => assertRemindable({ ...open, outstanding: 0 })).toThrow(refusing('NOTHING_OUTSTANDING'));
  });

  it('H-7: closed on 05-01, objections are heard through 05-08 24:00, confirmed on 05-09', () => {
    expect(objectionEnd('2026-05-01', 7)).toBe('2026-05-08');
    expect(() => assertObjectable({ ...closed, today: '2026-05-08' })).not.toThrow();
    expect(() => assertObjectable(closed)).toThrow(refusing('OBJECTION_WINDOW_OVER'));
    expect(() => assertObjectable(open)).toThrow(refusing('STEP_NOT_ALLOWED'));
    expect(() => assertConfirmable({ ...closed, today: '2026-05-08' }, settled)).toThrow(refusing('OBJECTION_WINDOW_RUNS'));
    expect(() => assertConfirmable(closed, settled)).not.toThrow();
    expect(() => assertConfirmable({ ...closed, today: '2026-05-01', outstanding: 0 }, settled)).not.toThrow();
  });

  it('H-7: an undecided objection, a parcel that came in time and is not counted, pieces in dispute and a missing price stand against it', () => {
    expect(() => assertConfirmable(closed, { ...settled, undecided: 1 })).toThrow(refusing('OBJECTION_UNDECIDED'));
    expect(() => assertConfirmable(closed, { ...settled, uncounted: ['RT-2026-000001'] })).toThrow(refusing('PARCEL_NOT_COUNTED'));
    expect(() => assertConfirmable(closed, { ...settled, disputed: ['SO-2026-000001'] })).toThrow(refusing('DISCREPANCY_OPEN'));
    expect(() => assertConfirmable(closed, { ...settled, unpriced: ['p'] })).toThrow(refusing('PRICE_MISSING'));
  });

  it('H-7: a decision is extension, excuse or charge, with its reason; an excuse with evidence, an extension with a day to come', () => {
    const asked = { decision: 'charge', dueOn: '', reason: 'kept', evidence: [] };
    expect(checkDecision(asked, '2026-05-03', 'lines[0]')).toBe('charge');
    expect(checkDecision({ ...asked, decision: 'excuse', evidence: photo }, '2026-05-03', 'lines[0]')).toBe('excuse');
    expect(checkDecision({ ...asked, decision: 'extend', dueOn: '2026-06-01' }, '2026-05-03', 'lines[0]')).toBe('extend');
    expect(() => checkDecision({ ...asked, decision: 'forget' }, '2026-05-03', 'lines[0]')).toThrow(refusing('DECISION_UNKNOWN'));
    expect(() => checkDecision({ ...asked, reason: '' }, '2026-05-03', 'lines[0]')).toThrow(refusing('REASON_MISSING'));
    expect(() => checkDecision({ ...asked, decision: 'excuse' }, '2026-05-03', 'lines[0]')).toThrow(refusing('EVIDENCE_MISSING'));
    expect(() => checkDecision({ ...asked, decision: 'extend', dueOn: '2026-05-03' }, '2026-05-03', 'lines[0]')).toThrow(refusing('DATE_INVALID'));
  });

  it('H-7: clerk, dealer and supervisor each see what they may do and why not', () => {
    expect(stocktakeRefusal('close', open, settled, 'service_clerk')).toBe('RETURN_DEADLINE_RUNS');
    expect(stocktakeRefusal('object', { ...closed, today: '2026-05-03' }, settled, 'dealer_manager')).toBeUndefined();
    expect(stocktakeRefusal('object', closed, settled, 'service_clerk')).toBe('ROLE_NOT_ALLOWED');
    expect(stocktakeRefusal('confirm', closed, settled, 'service_supervisor')).toBeUndefined();
    expect(stocktakeRefusal('confirm', closed, settled, 'service_clerk')).toBe('ROLE_NOT_ALLOWED');
    expect(stocktakeRefusal('decide', open, settled, 'service_supervisor')).toBe('STEP_NOT_ALLOWED');
    expect(stocktakeRefusal('cancel', open, settled, 'service_clerk')).toBeUndefined();
  });
});
