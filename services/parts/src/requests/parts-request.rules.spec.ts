import fc from 'fast-check';
import { CALL_STATES, LINE_STATES, REQUEST_STATES, type LineState, type RequestPurpose } from '@aftercare/domain';
import {
  acceptLine,
  cancelLine,
  cancelRefusal,
  checkApprover,
  checkCallOpen,
  checkNewRequest,
  checkVisitDay,
  checkWishedDate,
  checkReview,
  checkNotLeft,
  checkStanding,
  checkStillNeeded,
  eventDateOf,
  lineSteps,
  lineUnits,
  quoteExpired,
  quoteValidUntil,
  refusalOfAll,
  requestState,
  stateAfterReceipt,
  stateAfterShipping,
  withdrawRefusal,
  type CancellableLine,
  type LineAction,
  type NewRequest,
} from './parts-request.rules.js';

const refuses = (reason: string): Error => expect.objectContaining({ reason });

describe('lines and requests', () => {
  it('P-4: every state of a line is reached and none is a dead end', () => {
    expect(lineSteps.unreachable()).toEqual([]);
    expect(lineSteps.deadEnds()).toEqual([]);
    expect([...lineSteps.states].sort()).toEqual([...LINE_STATES].sort());
  });

  it('P-3, R-2: a repair\'s parts are asked for from when its dealer has the call until the customer confirmed', () => {
    const takes = CALL_STATES.filter((state) => {
      try {
        checkCallOpen(state);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ reason: 'CALL_CLOSED' });
        return false;
      }
    });
    expect(takes).toEqual(['received', 'assigned', 'on_site', 'resolved']);
  });

  it('P-5, R-2: nothing is given for a call that was cancelled or went to another dealer', () => {
    const asked = { dealerId: 'a', purpose: 'repair' as const };
    const of = (state: string, dealerId = 'a') => () => checkStillNeeded(asked, { standing: 'active', call: { state, dealerId } });
    for (const state of CALL_STATES.filter((each) => each !== 'cancelled')) expect(of(state)).not.toThrow();
    expect(of('cancelled')).toThrow(refuses('CALL_CLOSED'));
    expect(of('assigned', 'b')).toThrow(refuses('CALL_MOVED'));
  });

  it('R-2: a call that its dealer cannot see any more went to another one', () => {
    expect(() => checkStillNeeded({ dealerId: 'a', purpose: 'repair' }, { standing: 'active', call: 'elsewhere' })).toThrow(refuses('CALL_MOVED'));
  });

  it('P-5, D-1: a terminated dealer is given nothing it had asked for; a suspended one is, but for stock', () => {
    const of = (purpose: RequestPurpose, standing: string | null) => () => checkStillNeeded({ dealerId: 'a', purpose }, { standing, call: null });
    for (const purpose of ['repair', 'installation', 'visit', 'stock'] as const) {
      expect(of(purpose, 'terminated')).toThrow(refuses('DEALER_NOT_ACTIVE'));
      for (const standing of ['active', null]) expect(of(purpose, standing)).not.toThrow();
    }
    expect(of('stock', 'suspended')).toThrow(refuses('DEALER_SUSPENDED'));
    for (const purpose of ['repair', 'installation', 'visit'] as const) expect(of(purpose, 'suspended')).not.toThrow();
  });

  it('D-1: what a suspended dealer is to have is picked and shipped, what a terminated one asked for is not', () => {
    for (const standing of ['active', 'suspended', null]) expect(() => checkNotLeft(standing)).not.toThrow();
    expect(() => checkNotLeft('terminated')).toThrow(refuses('DEALER_NOT_ACTIVE'));
  });

  it('P-4: the request is, first that applies, draft, withdrawn, rejected, submitted, in_review, waiting, escalated, fulfilling, fulfilled', () => {
    const of = (...lines: LineState[]): string => requestState(lines, true);
    expect(requestState(['in_review'], false)).toBe('draft');
    expect(requestState(['cancelled', 'cancelled'], false)).toBe('withdrawn');
    expect(of('cancelled', 'cancelled')).toBe('withdrawn');
    expect(of('rejected', 'rejected')).toBe('rejected');
    expect(of('in_review', 'in_review')).toBe('submitted');
    expect(of('in_review', 'cancelled')).toBe('submitted');
    expect(of('in_review', 'approved')).toBe('in_review');
    expect(of('quoted', 'escalated', 'approved')).toBe('waiting_for_dealer');
    expect(of('escalated', 'approved')).toBe('escalated');
    expect(of('approved', 'received')).toBe('fulfilling');
    expect(of('shipped', 'rejected')).toBe('fulfilling');
    expect(of('received', 'rejected', 'cancelled')).toBe('fulfilled');
    expect(of('rejected', 'cancelled')).toBe('fulfilled');
  });

  it('P-4: whatever its lines are, a request is in exactly one known state and is fulfilled only when nothing is open', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LINE_STATES), { minLength: 1, maxLength: 6 }), fc.boolean(), (lines, submitted) => {
        const state = requestState(lines, submitted);
        expect(REQUEST_STATES).toContain(state);
        if (state === 'fulfilled') expect(lines.every((line) => lineSteps.final.includes(line))).toBe(true);
        if (state === 'draft') expect(submitted).toBe(false);
      }),
    );
  });

  it('P-4, P-10, F-5: lines are cancelled together before they are printed or charged on a confirmed slip; withdrawing cancels every open one', () => {
    const line = (state: LineState, given: Partial<CancellableLine> = {}): CancellableLine => ({ state, shippedQuantity: 0, printed: false, slipConfirmed: false, ...given });
    for (const state of ['in_review', 'quoted', 'escalated', 'approved'] as const) expect(cancelRefusal([line(state)])).toBeUndefined();
    for (const state of ['shipped', 'received', 'cancelled', 'rejected'] as const) expect(cancelRefusal([line(state)])).toBe('STEP_NOT_ALLOWED');
    expect(cancelRefusal([line('approved', { printed: true })])).toBe('PICKING_PRINTED');
    expect(cancelRefusal([line('approved', { shippedQuantity: 1 })])).toBe('PICKING_PRINTED');
    expect(cancelRefusal([line('approved'), line('approved', { slipConfirmed: true })])).toBe('SLIP_CONFIRMED');
    expect(withdrawRefusal([line('rejected'), line('quoted'), line('approved')])).toBeUndefined();
    expect(withdrawRefusal([line('rejected'), line('received')])).toBe('STEP_NOT_ALLOWED');
    expect(withdrawRefusal([line('quoted'), line('shipped')])).toBe('STEP_NOT_ALLOWED');
    expect(withdrawRefusal([line('quoted'), line('approved', { slipConfirmed: true })])).toBe('SLIP_CONFIRMED');
  });

  it('P-4: a step of one line can be taken while some line allows it; else the most telling reason is said', () => {
    expect(refusalOfAll(['STEP_NOT_ALLOWED', undefined, 'QUOTE_EXPIRED'])).toBeUndefined();
    expect(refusalOfAll(['STEP_NOT_ALLOWED', 'QUOTE_EXPIRED'])).toBe('QUOTE_EXPIRED');
    expect(refusalOfAll(['CHANGE_NOT_NEEDED', 'ALREADY_PLANNED', 'STEP_NOT_ALLOWED'], 'CHANGE_NOT_NEEDED')).toBe('ALREADY_PLANNED');
    expect(refusalOfAll(['STEP_NOT_ALLOWED', 'CHANGE_NOT_NEEDED'], 'CHANGE_NOT_NEEDED')).toBe('CHANGE_NOT_NEEDED');
    expect(refusalOfAll([])).toBe('STEP_NOT_ALLOWED');
  });

  it('P-4: no walk through the steps leaves a final state', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lineSteps.actions), { maxLength: 12 }), (walk: LineAction[]) => {
        let state: LineState = lineSteps.initial;
        for (const action of walk) {
          const before = state;
          if (lineSteps.can(action, state)) state = lineSteps.next(action, state);
          if (lineSteps.final.includes(before)) expect(state).toBe(before);
        }
      }),
    );
  });

  it('P-5: a quote holds 15 days, the day of review not counted, through the last day', () => {
    const until = quoteValidUntil('2026-02-20', 15);
    expect(until).toBe('2026-03-07');
    expect(quoteExpired(until, '2026-03-07')).toBe(false);
    expect(quoteExpired(until, '2026-03-08')).toBe(true);
    expect(acceptLine({ state: 'quoted', quoteValidUntil: until }, '2026-03-07')).toBe('approved');
    expect(() => acceptLine({ state: 'quoted', quoteValidUntil: until }, '2026-03-08')).toThrow(refuses('QUOTE_EXPIRED'));
    expect(() => acceptLine({ state: 'in_review', quoteValidUntil: null }, '2026-03-08')).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('P-5: a line is looked at once, only after it was handed in, and anew when its quote has run out', () => {
    const quoted = { state: 'quoted' as const, quoteValidUntil: '2026-03-07' };
    expect(() => checkReview({ state: 'in_review', quoteValidUntil: null }, true, '2026-03-01')).not.toThrow();
    expect(() => checkReview({ state: 'in_review', quoteValidUntil: null }, false, '2026-03-01')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => checkReview(quoted, true, '2026-03-07')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => checkReview(quoted, true, '2026-03-08')).not.toThrow();
    expect(() => checkReview({ state: 'approved', quoteValidUntil: null }, true, '2026-03-08')).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('P-5: a lowered price is offered to the dealer again, a waived one is approved, a refused one rejected', () => {
    expect(lineSteps.next('decline', 'quoted')).toBe('escalated');
    expect(lineSteps.next('lower', 'escalated')).toBe('quoted');
    expect(lineSteps.next('waive', 'escalated')).toBe('approved');
    expect(lineSteps.next('refuse', 'escalated')).toBe('rejected');
  });

  it('P-5: who asked for an approval does not give it', () => {
    expect(() => checkApprover('u1', ['u2', null])).not.toThrow();
    expect(() => checkApprover('u1', ['u1'])).toThrow(refuses('APPROVER_IS_REQUESTER'));
  });

  it('P-8: partial shipments are allowed; a line is shipped with its last piece and received with its last answer', () => {
    const pieces = { quantity: 3, shippedQuantity: 2, receivedQuantity: 2, missingQuantity: 0 };
    expect(stateAfterShipping('approved', pieces)).toBe('approved');
    expect(stateAfterShipping('approved', { ...pieces, shippedQuantity: 3 })).toBe('shipped');
    expect(stateAfterReceipt('approved', pieces)).toBe('approved');
    expect(stateAfterReceipt('shipped', { ...pieces, shippedQuantity: 3 })).toBe('shipped');
    expect(stateAfterReceipt('shipped', { ...pieces, shippedQuantity: 3, missingQuantity: 1 })).toBe('received');
  });

  it('P-10: once the picking list is printed a line is no longer cancelled by the dealer', () => {
    expect(cancelLine({ state: 'approved', shippedQuantity: 0 }, false)).toBe('cancelled');
    expect(() => cancelLine({ state: 'approved', shippedQuantity: 0 }, true)).toThrow(refuses('PICKING_PRINTED'));
    expect(() => cancelLine({ state: 'shipped', shippedQuantity: 1 }, true)).toThrow(refuses('STEP_NOT_ALLOWED'));
  });

  it('D-1: a suspended dealer files nothing for stock, one that is not active nothing at all', () => {
    expect(() => checkStanding('active', 'stock')).not.toThrow();
    expect(() => checkStanding('suspended', 'repair')).not.toThrow();
    expect(() => checkStanding('suspended', 'stock')).toThrow(refuses('DEALER_SUSPENDED'));
    for (const status of ['applicant', 'terminated', null] as const) {
      expect(() => checkStanding(status, 'repair')).toThrow(refuses('DEALER_NOT_ACTIVE'));
    }
  });

  it('P-3: a request names purpose, call or installation, urgency and whole pieces', () => {
    const good: NewRequest = {
      purpose: 'repair', callId: 'c', installationId: '', urgency: 'urgent', wishedDate: '', visitOn: '', lines: [{ partId: 'p', quantity: 1 }],
    };
    expect(() => checkNewRequest(good)).not.toThrow();
    expect(() => checkNewRequest({ ...good, purpose: 'visit', callId: '', visitOn: '2026-03-01' })).not.toThrow();
    const wrong: [Partial<NewRequest>, string][] = [
      [{ purpose: 'toy' }, 'PURPOSE_UNKNOWN'],
      [{ urgency: 'asap' }, 'URGENCY_UNKNOWN'],
      [{ callId: '' }, 'CALL_UNKNOWN'],
      [{ purpose: 'stock' }, 'CALL_UNKNOWN'],
      [{ purpose: 'installation', callId: '' }, 'INSTALLATION_UNKNOWN'],
      [{ wishedDate: '2026-02-30' }, 'DATE_INVALID'],
      [{ purpose: 'visit', callId: '' }, 'VISIT_DAY_NEEDED'],
      [{ visitOn: '2026-03-01' }, 'VISIT_DAY_ONLY'],
      [{ lines: [] }, 'LINES_MISSING'],
      [{ lines: [{ partId: 'p', quantity: 0 }] }, 'QUANTITY_INVALID'],
      [{ lines: [{ partId: 'p', quantity: 1.5 }] }, 'QUANTITY_INVALID'],
      [{ lines: [{ partId: 'p', quantity: -1 }] }, 'QUANTITY_INVALID'],
    ];
    for (const [change, reason] of wrong) expect(() => checkNewRequest({ ...good, ...change })).toThrow(refuses(reason));
  });

  it('W-6: the verdict is asked for the day the call was opened, of a visit for the visit’s day, else for the day of submission; a visit has taken place', () => {
    const asked = { visitOn: null, submittedOn: '2026-03-05' };
    expect(eventDateOf(asked, { openedOn: '2026-03-01' }, '2026-03-09')).toBe('2026-03-01');
    expect(eventDateOf({ ...asked, visitOn: '2026-03-02' }, null, '2026-03-09')).toBe('2026-03-02');
    expect([eventDateOf(asked, null, '2026-03-09'), eventDateOf({ visitOn: null, submittedOn: null }, null, '2026-03-09')]).toEqual(['2026-03-05', '2026-03-09']);
    for (const day of ['', '2025-03-01', '2026-03-01', '2026-03-15']) expect(() => checkVisitDay(day, '2026-03-01')).not.toThrow();
    expect(() => checkVisitDay('2025-02-28', '2026-03-01')).toThrow(refuses('DATE_LONG_AGO'));
    expect(() => checkVisitDay('2027-03-02', '2026-03-01')).toThrow(refuses('DATE_TOO_FAR'));
    expect(() => checkVisitDay('2026-02-30', '2026-03-01')).toThrow(refuses('INVALID_DATE'));
  });

  it('P-3: a line is for the unit of its call or installation, named or left out; where no serial is at hand it names its own', () => {
    const lines = (...serials: string[]) => serials.map((unitSerial) => ({ unitSerial }));
    const field = (at: number) => expect.objectContaining({ details: { field: `lines[${at}].unitSerial` } }) as Error;
    for (const kind of ['call', 'installation'] as const) {
      expect(lineUnits(lines('', 'ｓn－1', 'SN-1 '), { serial: 'SN-1', of: kind })).toEqual(['SN-1', 'SN-1', 'SN-1']);
      expect(() => lineUnits(lines('SN-1', 'SN-2'), { serial: 'SN-1', of: kind })).toThrow(refuses(`UNIT_NOT_OF_${kind.toUpperCase()}`));
      expect(() => lineUnits(lines('SN-1', 'SN-2'), { serial: 'SN-1', of: kind })).toThrow(field(1));
      expect(lineUnits(lines('', 'sn-2'), { serial: '', of: kind })).toEqual(['', 'SN-2']);
    }
    expect(lineUnits(lines('sn-2', ''), null)).toEqual(['SN-2', '']);
  });

  it('P-3: parts are wished for today or a later day of the coming year', () => {
    for (const date of ['', '2026-03-01', '2026-04-01']) expect(() => checkWishedDate(date, '2026-03-01')).not.toThrow();
    expect(() => checkWishedDate('2026-02-28', '2026-03-01')).toThrow(refuses('DATE_IN_PAST'));
    expect(() => checkWishedDate('2062-03-01', '2026-03-01')).toThrow(refuses('DATE_TOO_FAR'));
  });
});
