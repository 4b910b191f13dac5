import { cellText, neutralised } from './cells.rules.js';

describe('cells', () => {
  it('X-2: text that would run as a formula is neutralised, also behind full-width signs', () => {
    for (const text of ['=1+1', '+1', '-cmd', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－x', '＠x']) expect(neutralised(text)).toBe(`'${text}`);
  });

  it('X-2: negative numbers stay numbers and plain text stays as it is', () => {
    expect(neutralised(-3.5)).toBe(-3.5);
    expect(neutralised('-12.00')).toBe('-12.00');
    expect(neutralised('水龙头 A-1')).toBe('水龙头 A-1');
  });

  it('X-2: dates and numbers of a sheet are read as text', () => {
    expect(cellText(new Date(Date.UTC(2026, 1, 28)))).toBe('2026-02-28');
    expect(cellText(12.5)).toBe('12.5');
    expect(cellText(' SN1 ')).toBe('SN1');
    expect(cellText(null)).toBe('');
    expect([cellText(999_999_999_999_999), cellText(6_222_600_000_000_001_000)]).toEqual(['999999999999999', '≈6222600000000001000']);
  });
});
