import { payerOf, slipNumbersIn, type PayersKnown } from './payer.rules.js';

describe('B-4: whose money it is', () => {
  const known: PayersKnown = {
    payers: [{ dealerId: 'A', names: ['某经销商', '上海某公司'], bankAccount: '1001-0000-0001' }, { dealerId: 'B', names: ['别的公司'], bankAccount: '' }, { dealerId: 'C', names: ['别的公司'], bankAccount: '2' }],
    slips: new Map([['CS-2026-000001', 'A'], ['CS-2026-000002', 'B']]),
  };
  const of = (reference: string, payerName = '', payerAccount = '') => payerOf({ reference, payerName, payerAccount }, known);

  it('B-4: the dealer of the slips it names, else of the account, else the only one of that name', () => {
    expect(of('货款cs-2026-000001号')).toEqual({ dealerId: 'A', foundBy: 'slip_named' });
    expect(of('货款', '不知道', '1001 0000 0001')).toEqual({ dealerId: 'A', foundBy: 'account' });
    expect(of('货款', '上海 某公司')).toEqual({ dealerId: 'A', foundBy: 'name' });
    expect(of('货款', '别的公司')).toEqual({ dealerId: '', foundBy: '' });
    expect(of('', '')).toEqual({ dealerId: '', foundBy: '' });
    expect(slipNumbersIn('CS-2026-000001、cs-2026-000002 CS-2026-000001')).toEqual(['CS-2026-000001', 'CS-2026-000002']);
  });

  it('B-4: where these differ a person decides', () => {
    expect(of('CS-2026-000001 CS-2026-000002')).toEqual({ dealerId: '', foundBy: 'conflict' });
    expect(of('CS-2026-000002', '', '1001-0000-0001')).toEqual({ dealerId: 'B', foundBy: 'conflict' });
  });
});
