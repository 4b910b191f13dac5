import { stageOn, warrantyUntil } from './stage.rules.js';
import type { Term } from './terms.rules.js';

const term = (months: number, partClass = '*'): Term => ({
  partClass, months, coversParts: true, coversLabour: true, startBasis: 'purchase', replacementMonths: 0,
});
const unit = { purchaseDate: '2024-03-15', acceptedOn: '2024-04-01', extendedUntil: null };

describe('the stage of a unit', () => {
  it('W-2: is unboxing from dispatch until an installation is accepted', () => {
    expect(stageOn('2024-03-31', unit, [term(12)])).toBe('unboxing');
    expect(stageOn('2024-04-01', unit, [term(12)])).toBe('in_warranty');
    expect(stageOn('2025-06-01', { ...unit, acceptedOn: null }, [term(12)])).toBe('unboxing');
    expect(stageOn('2030-01-01', { purchaseDate: null, acceptedOn: null, extendedUntil: null }, [term(12)])).toBe('unboxing');
  });

  it('W-2: is in warranty up to and including the last day of the longest term, extensions included', () => {
    expect(stageOn('2025-03-15', unit, [term(12)])).toBe('in_warranty');
    expect(stageOn('2025-03-16', unit, [term(12)])).toBe('out_of_warranty');
    expect(stageOn('2029-03-15', unit, [term(12, 'seal'), term(60, 'body')])).toBe('in_warranty');
    expect(stageOn('2025-09-30', { ...unit, extendedUntil: '2025-09-30' }, [term(12)])).toBe('in_warranty');
    expect(warrantyUntil({ ...unit, extendedUntil: '2024-12-31' }, [term(12)])).toBe('2025-03-15');
    expect(warrantyUntil({ purchaseDate: null, acceptedOn: null, extendedUntil: null }, [term(12)])).toBeNull();
  });
});
