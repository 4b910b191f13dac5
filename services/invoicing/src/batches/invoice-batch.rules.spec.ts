import { amountsByRate, assertOpenBatch, assertSomethingToSend } from './invoice-batch.rules.js';

const refuses = (reason: string) => expect.objectContaining({ reason });

describe('B-3: the file for the tax platform', () => {
  it('B-3: has a row for each tax rate of a document, those of a red letter negative', () => {
    const lines = [{ taxRate: '13', netAmount: '37.04', taxAmount: '4.82' }, { taxRate: '6', netAmount: '10.00', taxAmount: '0.60' }, { taxRate: '13', netAmount: '0.30', taxAmount: '0.04' }];
    expect(amountsByRate(lines, 1)).toEqual([{ taxRate: '6', netAmount: '10.00', taxAmount: '0.60' }, { taxRate: '13', netAmount: '37.34', taxAmount: '4.86' }]);
    expect(amountsByRate(lines, -1)[1]).toEqual({ taxRate: '13', netAmount: '-37.34', taxAmount: '-4.86' });
  });

  it('B-3: is not empty, and is closed once', () => {
    expect(() => assertSomethingToSend([])).toThrow(refuses('NOTHING_TO_SEND'));
    expect(() => assertOpenBatch('closed')).toThrow(refuses('STEP_NOT_ALLOWED'));
    expect(() => assertOpenBatch('open')).not.toThrow();
  });
});
