import fc from 'fast-check';
import { arrivedOf, missingOf, transferSteps } from './transfer.rules.js';

const sent = [{ partId: 'p', quantity: 5, receivedQuantity: 1 }, { partId: 'q', quantity: 2, receivedQuantity: 0 }];

describe('transfer', () => {
  it('P-2: every state of a transfer is reached; received, written off and cancelled ones stay so', () => {
    expect([transferSteps.unreachable(), transferSteps.deadEnds()]).toEqual([[], []]);
    expect(() => transferSteps.next('writeOff', 'sent')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
    expect(() => transferSteps.next('cancel', 'short')).toThrow(expect.objectContaining({ reason: 'STEP_NOT_ALLOWED' }));
  });

  it('P-2: later parcels of a transfer add to earlier ones; what is missing stays in transit', () => {
    const after = arrivedOf(sent, [{ partId: 'p', quantity: 4 }]);
    expect(after.map(({ receivedQuantity }) => receivedQuantity)).toEqual([5, 0]);
    expect(missingOf(after)).toEqual([{ partId: 'q', quantity: 2 }]);
  });

  it('P-2: neither a part that was not sent nor more than was sent arrives', () => {
    expect(() => arrivedOf(sent, [{ partId: 'p', quantity: 5 }])).toThrow(expect.objectContaining({ reason: 'MORE_THAN_SENT' }));
    expect(() => arrivedOf(sent, [{ partId: 'x', quantity: 1 }])).toThrow(expect.objectContaining({ reason: 'LINE_UNKNOWN' }));
  });

  it('P-2: sent is received and missing together, whatever arrives', () => {
    const line = fc.record({ partId: fc.constantFrom('p', 'q'), quantity: fc.integer({ min: 0, max: 3 }) });
    fc.assert(fc.property(fc.uniqueArray(line, { selector: ({ partId }) => partId }), (arrived) => {
      try {
        const after = arrivedOf(sent, arrived);
        for (const each of after) expect(each.receivedQuantity + (missingOf(after).find(({ partId }) => partId === each.partId)?.quantity ?? 0)).toBe(each.quantity);
      } catch (error) {
        expect(error).toMatchObject({ reason: 'MORE_THAN_SENT' });
      }
    }));
  });
});
