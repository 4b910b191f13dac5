import { refusalReason } from '@aftercare/domain';
import { customerOfReceipt, payerOf, receiptLines, receiptSteps, seesPayer } from './receipt.rules.js';

const line = { kind: 'fee', description: '上门服务费', quantity: 1, unitPrice: '80' };
const refused = (changed: object) => refusalReason(() => receiptLines([{ ...line, ...changed }]));

describe('receipts of dealers to their customers', () => {
  it('B-7, F-2: a receipt is the sum of its lines, each rounded to the fen', () => {
    const { lines, total } = receiptLines([line, { kind: 'part', description: ' 阀芯 ', quantity: 3, unitPrice: '12.35' }]);
    expect(lines.map(({ description, unitPrice, amount }) => [description, unitPrice, amount])).toEqual([['上门服务费', '80.00', '80.00'], ['阀芯', '12.35', '37.05']]);
    expect(total).toBe('117.05');
  });

  it('B-7: each line says what was paid for, how often and at which price, and the whole is more than nothing', () => {
    const wrong = [{ kind: 'gift' }, { description: ' ' }, { quantity: 0 }, { quantity: 1.5 }, { quantity: 1001 }, { unitPrice: '-1' }, { unitPrice: '1e3' }, { unitPrice: '1.234' }, { unitPrice: '0' }];
    expect(wrong.map(refused)).toEqual([
      'KIND_UNKNOWN', 'FIELD_MISSING', 'INVALID_QUANTITY', 'INVALID_QUANTITY', 'INVALID_QUANTITY', 'AMOUNT_INVALID', 'AMOUNT_INVALID', 'AMOUNT_INVALID', 'AMOUNT_INVALID',
    ]);
    expect(refusalReason(() => receiptLines([]))).toBe('FIELD_MISSING');
    expect(refusalReason(() => receiptLines(Array.from({ length: 50 }, () => ({ ...line, quantity: 1_000, unitPrice: '9999999999.99' }))))).toBe('AMOUNT_TOO_LARGE');
    expect([refusalReason(() => payerOf(' ')), payerOf(' 王小明 ')]).toEqual(['FIELD_MISSING', '王小明']);
  });

  it('B-7: on a call it is its customer’s, of a cancelled one there is none', () => {
    const call = { dealerId: 'd', customerId: 'c', state: 'resolved' };
    expect([customerOfReceipt(call, ''), customerOfReceipt(call, 'c'), customerOfReceipt({ ...call, customerId: '' }, 'x'), customerOfReceipt(undefined, 'x'), customerOfReceipt(undefined, '')])
      .toEqual(['c', 'c', 'x', 'x', '']);
    expect(refusalReason(() => customerOfReceipt(call, 'x'))).toBe('CUSTOMER_MISMATCH');
    expect(refusalReason(() => customerOfReceipt({ ...call, state: 'cancelled' }, ''))).toBe('STEP_NOT_ALLOWED');
  });

  it('B-7: given it is final: it can only be voided, once', () => {
    expect([receiptSteps.can('void', 'given'), receiptSteps.can('void', 'void')]).toEqual([true, false]);
  });

  it('C-5: the dealer’s own people read who paid, as long as it serves', () => {
    const of = (dealerId: string | null, dealerStatus: string | null) => seesPayer({ dealerId, dealerStatus }, { dealerId: 'd' });
    expect([of('d', 'active'), of('d', 'terminated'), of('e', 'active'), of(null, null)]).toEqual([true, false, false, false]);
  });
});
