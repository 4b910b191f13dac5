import { assertObjectable, assertObjectionRole, checkClaim, countObjectionSteps, objectionRefusal, objectRefusal } from './count-objection.rules.js';

const refusing = (reason: string) => expect.objectContaining({ reason });
const counted = { state: 'counted' as const, objectUntil: '2026-04-08', today: '2026-04-08' };
const claim = { kind: 'quantity', quantity: 5, condition: '' };

describe('H-5: objections to a count', () => {
  it('H-5: open, then upheld, refused or taken back; every state is reached', () => {
    expect([countObjectionSteps.unreachable(), countObjectionSteps.deadEnds()]).toEqual([[], []]);
    for (const step of ['refuse', 'withdraw'] as const) expect(() => countObjectionSteps.next(step, 'upheld')).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('H-5: the window’s last day counts to its end; then the count is final', () => {
    expect(() => assertObjectable(counted)).not.toThrow();
    expect(() => assertObjectable({ ...counted, today: '2026-04-09' })).toThrow(refusing('OBJECTION_WINDOW_OVER'));
    expect(() => assertObjectable({ state: 'received', objectUntil: null, today: '2026-04-01' })).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('H-5: the dealer’s manager objects and takes back, the clerk decides; each answers why the other may not', () => {
    expect(objectRefusal(counted, 'dealer_manager')).toBeUndefined();
    expect(objectRefusal(counted, 'dealer_technician')).toBe('ROLE_NOT_ALLOWED');
    expect(objectionRefusal('uphold', 'open', 'service_clerk')).toBeUndefined();
    expect(objectionRefusal('withdraw', 'open', 'dealer_manager')).toBeUndefined();
    expect(objectionRefusal('withdraw', 'open', 'service_clerk')).toBe('ROLE_NOT_ALLOWED');
    expect(objectionRefusal('uphold', 'refused', 'service_clerk')).toBe('STEP_NOT_ALLOWED');
    expect(objectionRefusal('refuse', 'open', 'warehouse_keeper')).toBe('ROLE_NOT_ALLOWED');
    expect(() => assertObjectionRole('refuse', 'dealer_manager')).toThrow(refusing('ROLE_NOT_ALLOWED'));
  });

  it('H-5: an objection says what should be otherwise: more pieces, another condition, or the right part', () => {
    const four = { quantity: 4, condition: 'scrap' as const };
    const wrong = { quantity: 1, condition: 'wrong_part' as const };
    expect(checkClaim(claim, four)).toEqual({ kind: 'quantity', quantity: 5, condition: '' });
    expect(checkClaim({ ...claim, quantity: 1 }, null)).toEqual({ kind: 'quantity', quantity: 1, condition: '' });
    expect(checkClaim({ kind: 'condition', quantity: 0, condition: 'reusable' }, four)).toEqual({ kind: 'condition', quantity: 4, condition: 'reusable' });
    expect(checkClaim({ kind: 'wrong_part', quantity: 0, condition: '' }, wrong)).toEqual({ kind: 'wrong_part', quantity: 1, condition: '' });
    for (const [asked, of] of [
      [{ ...claim, quantity: 4 }, four], [{ kind: 'condition', quantity: 0, condition: 'scrap' }, four], [{ kind: 'condition', quantity: 0, condition: 'wrong_part' }, four],
      [{ kind: 'condition', quantity: 0, condition: 'scrap' }, null], [{ kind: 'condition', quantity: 0, condition: 'scrap' }, wrong], [{ kind: 'wrong_part', quantity: 0, condition: '' }, four],
    ] as const) expect(() => checkClaim(asked, of)).toThrow(refusing('CLAIM_AS_COUNTED'));
    expect(() => checkClaim({ ...claim, kind: 'colour' }, four)).toThrow(refusing('KIND_UNKNOWN'));
  });
});
