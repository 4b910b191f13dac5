import { refusalReason } from '@aftercare/domain';
import { UNPAID, type ClaimMoney } from './claim-payment.rules.js';
import {
  claimActions, customerTexts, maskedPayee, refuseCancelledCall, refuseOwnDecision, refuseTelling, refuseUnproved, refuseWrongApproval, refuseWrongClaim, reimbursementSteps,
} from './reimbursement.rules.js';

const draft = {
  reason: 'too_far', performedOn: '2026-03-05', performedBy: '小李五金', description: '更换角阀', amount: '120.00', payeeKind: 'customer', payeeName: '王小明',
  payeeAccount: '6222020000001234',
};
const dates = { calledOn: '2026-03-04', today: '2026-03-06' };
const claim = (changed: object) => refusalReason(() => refuseWrongClaim({ ...draft, ...changed }, dates));
const approval = (approved: string, note = '') => refusalReason(() => refuseWrongApproval('120.00', approved, note));

describe('reimbursement of third-party repairs (R-14)', () => {
  it('R-14: too far or urgent, with who did what, a positive amount and whom to pay', () => {
    expect(claim({})).toBeUndefined();
    expect([claim({ reason: 'cheaper' }), claim({ performedBy: ' ' }), claim({ description: '' })]).toEqual(['REASON_UNKNOWN', 'FIELD_MISSING', 'FIELD_MISSING']);
    expect(['0.00', '-1', '1.234', 'x'].map((amount) => claim({ amount }))).toEqual(Array(4).fill('AMOUNT_INVALID'));
    expect([claim({ payeeKind: 'friend' }), claim({ payeeAccount: '' }), claim({ payeeKind: 'dealer', payeeName: '', payeeAccount: '' })]).toEqual(['PAYEE_INVALID', 'PAYEE_INVALID', undefined]);
  });

  it('R-14: the repair lies between the day of the call and today, both counted', () => {
    expect([claim({ performedOn: '2026-03-04' }), claim({ performedOn: '2026-03-06' })]).toEqual([undefined, undefined]);
    expect([claim({ performedOn: '2026-03-03' }), claim({ performedOn: '2026-03-07' }), claim({ performedOn: '2026-02-30' })]).toEqual(['DATE_BEFORE_CALL', 'DATE_IN_FUTURE', 'DATE_INVALID']);
  });

  it('R-14: is handed in with proof', () => {
    expect([refusalReason(() => refuseUnproved([])), refusalReason(() => refuseUnproved(['photo']))]).toEqual(['EVIDENCE_MISSING', undefined]);
  });

  it('R-14: the supervisor approves at most what was claimed, and says why when it is less', () => {
    expect([approval('120.00'), approval('120'), approval('100.00', '超出标准')]).toEqual([undefined, undefined, undefined]);
    expect([approval('120.01'), approval('100.00'), approval('0')]).toEqual(['APPROVED_TOO_MUCH', 'REASON_MISSING', 'AMOUNT_INVALID']);
  });

  it('R-14: who filed may not decide', () => {
    const filed = { amount: '1.00', createdBy: 'a', submittedBy: 'b' };
    expect(['a', 'b', 'c'].map((user) => refusalReason(() => refuseOwnDecision(filed, user)))).toEqual(['APPROVER_IS_REQUESTER', 'APPROVER_IS_REQUESTER', undefined]);
  });

  it('R-14: draft, submitted, then approved or rejected; withdrawn only before the decision', () => {
    expect([reimbursementSteps.unreachable(), reimbursementSteps.deadEnds()]).toEqual([[], []]);
    const may = (role: string, money: Partial<ClaimMoney> = {}) => reimbursementSteps.states.map((state) =>
      claimActions({ state, amount: '1.00', createdBy: 'a', submittedBy: 'a', callState: 'assigned', ...UNPAID, ...money }, { role, userId: 'b' }).filter(({ reason }) => !reason).map(({ action }) => action).join());
    expect(may('dealer_manager')).toEqual(['update,submit,withdraw', 'withdraw', '', 'tell-customer', 'tell-customer']);
    expect(may('service_supervisor')).toEqual(['', 'approve,reject', '', '', '']);
    expect(may('service_supervisor', { droppedAt: '2026-05-01T02:00:00.000Z' })[reimbursementSteps.states.indexOf('approved')]).toBe('renew');
    expect(may('finance_clerk').join('')).toBe('');
  });

  it('R-14: the customer is told of the decision and the approved amount, and of the payment, in both languages, without a name', () => {
    const [zh, en] = customerTexts({ state: 'approved', callNumber: 'RC-1', approvedAmount: '100.00', payeeKind: 'customer', paidAt: null, droppedAt: null });
    expect([zh, en]).toEqual([
      '您好，叫修 RC-1 的第三方维修费用已批准报销 100.00 元，将支付给您。', '100.00 yuan for the local repair on call RC-1 are approved and will be paid to you.',
    ]);
    expect(customerTexts({ state: 'rejected', callNumber: 'RC-1', approvedAmount: null, payeeKind: 'dealer', paidAt: null, droppedAt: null })[1]).toContain('not reimbursed');
    expect(customerTexts({ state: 'submitted', callNumber: 'RC-1', approvedAmount: null, payeeKind: 'dealer', paidAt: null, droppedAt: null })).toEqual(['', '']);
    const paid = customerTexts({ state: 'approved', callNumber: 'RC-1', approvedAmount: '100.00', payeeKind: 'third_party', paidAt: '2026-05-02T02:00:00.000Z', droppedAt: null });
    expect(paid).toEqual(['您好，叫修 RC-1 的第三方维修费用 100.00 元已支付给维修方。', '100.00 yuan for the local repair on call RC-1 were paid to the repairer.']);
    expect(customerTexts({ state: 'approved', callNumber: 'RC-1', approvedAmount: '100.00', payeeKind: 'customer', paidAt: null, droppedAt: '2026-05-02T02:00:00.000Z' })).toEqual(['', '']);
    const telling = (state: 'approved' | 'submitted', way: string) => refusalReason(() => refuseTelling({ state, droppedAt: null }, way));
    expect([telling('approved', 'phone'), telling('submitted', 'phone'), telling('approved', 'pigeon')]).toEqual([undefined, 'STEP_NOT_ALLOWED', 'WAY_UNKNOWN']);
  });

  it('R-14: while the slip of an approved claim is dropped there is nothing to tell, and nobody is offered to', () => {
    const droppedAt = '2026-05-01T02:00:00.000Z';
    expect(refusalReason(() => refuseTelling({ state: 'approved', droppedAt }, 'phone'))).toBe('NOTHING_TO_TELL');
    const offered = (money: Partial<ClaimMoney>) => claimActions({ state: 'approved', amount: '1.00', createdBy: 'a', submittedBy: 'a', callState: 'resolved', ...UNPAID, ...money }, { role: 'dealer_manager', userId: 'b' })
      .find(({ action }) => action === 'tell-customer')?.reason;
    expect([offered({}), offered({ droppedAt })]).toEqual([undefined, 'NOTHING_TO_TELL']);
  });

  it('R-14: a claim of a cancelled call is neither changed, handed in, approved nor paid anew, and is withdrawn or rejected all the same', () => {
    const refused = (['update', 'submit', 'withdraw', 'approve', 'reject', 'renew', 'tell-customer'] as const).filter((action) => refusalReason(() => refuseCancelledCall(action, 'cancelled')));
    expect(refused).toEqual(['update', 'submit', 'approve', 'renew']);
    expect(refusalReason(() => refuseCancelledCall('approve', 'assigned'))).toBeUndefined();
  });

  it('C-5: payee and third party are masked; of an account the last four signs show', () => {
    expect(maskedPayee(draft)).toEqual({ performedBy: '小**', payeeName: '王**', payeeAccount: '****1234' });
    expect(maskedPayee({ performedBy: '', payeeName: '', payeeAccount: '' }).payeeAccount).toBe('');
  });
});
