import { checkFirstDay, checkParts, checkPercent, checkPrice, copied, endUserPrice, requirePriceRole } from './part-price.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;

describe('end-user part prices', () => {
  it('D-3: the dealer’s own price counts, else the suggested one, and its deviation is shown', () => {
    expect(endUserPrice('120.0000', '100.0000')).toEqual({ unitPrice: '120.0000', source: 'own', deviationPercent: '20.0' });
    expect(endUserPrice('', '100.0000')).toEqual({ unitPrice: '100.0000', source: 'suggested', deviationPercent: '' });
    expect(endUserPrice('0.0000', '100.0000')).toEqual({ unitPrice: '0.0000', source: 'own', deviationPercent: '-100.0' });
    expect(endUserPrice('5.0000', '')).toEqual({ unitPrice: '5.0000', source: 'own', deviationPercent: '' });
    expect(endUserPrice('', '')).toEqual({ unitPrice: '', source: '', deviationPercent: '' });
  });

  it('D-3: the dealer sets its own prices, from today or a later day on', () => {
    expect(() => requirePriceRole('dealer_manager')).not.toThrow();
    for (const role of ['dealer_technician', 'service_clerk', 'finance_clerk']) expect(() => requirePriceRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(() => checkFirstDay('2026-03-01', '2026-03-01', 'suspended')).not.toThrow();
    expect(() => checkFirstDay('2026-02-28', '2026-03-01', 'active')).toThrow(refusal('DATE_IN_PAST'));
    expect(() => checkFirstDay('2026-02-30', '2026-01-01', 'active')).toThrow(refusal('INVALID_DATE'));
    expect(() => checkFirstDay('2026-03-01', '2026-03-01', 'terminated')).toThrow(refusal('DEALER_NOT_ACTIVE'));
  });

  it('D-3: a change names 1 to 200 parts, each once, with prices of at most four decimals', () => {
    expect(() => checkParts(['a', 'b'], 'partIds')).not.toThrow();
    expect(() => checkParts([], 'partIds')).toThrow(refusal('PRICES_MISSING'));
    expect(() => checkParts(Array.from({ length: 201 }, (_each, at) => String(at)), 'partIds')).toThrow(refusal('PRICES_MISSING'));
    expect(() => checkParts(['a', 'b', 'a'], 'partIds')).toThrow(expect.objectContaining({ reason: 'PART_DOUBLE', details: { field: 'partIds[2]' } }));
    for (const price of ['0', '12.3456', '9999999999']) expect(() => checkPrice(price)).not.toThrow();
    for (const price of ['', '-1', '1.23456', 'x', '10000000000']) expect(() => checkPrice(price)).toThrow(refusal('PRICE_INVALID'));
  });

  it('D-3: a copy of the suggestion is raised or lowered by a percentage', () => {
    expect([copied('12.3450', ''), copied('12.3450', '10'), copied('100', '-12.5')]).toEqual(['12.3450', '13.5795', '87.5000']);
    for (const percent of ['-90', '500', '0', '12.34']) expect(() => checkPercent(percent)).not.toThrow();
    for (const percent of ['-90.01', '501', '1e2', '12.345', 'x']) expect(() => checkPercent(percent)).toThrow(refusal('PERCENT_INVALID'));
  });
});
