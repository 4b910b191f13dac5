import { assertArrived, assertNamed, neverAtHand, reasonOfLine, type NamedLine } from './named-line.rules.js';

const line: NamedLine = { dealerId: 'd', partId: 'p', quantity: 3, supplyKind: 'warranty', returnDue: false, charged: 1 };
const asked = { dealerId: 'd', partId: 'p', quantity: 2 };
const refusing = (reason: string) => expect.objectContaining({ reason });

describe('F-1: a manual slip names the free line that turned out to be excluded', () => {
  it('F-1: of this dealer and part, no more pieces than were shipped and not charged yet', () => {
    expect(() => assertNamed(line, asked, 'lines[0]')).not.toThrow();
    expect(() => assertNamed(line, { ...asked, quantity: 3 }, 'lines[0]')).toThrow(refusing('QUANTITY_INVALID'));
    expect(() => assertNamed(undefined, asked, 'lines[0]')).toThrow(refusing('LINE_UNKNOWN'));
    expect(() => assertNamed(line, { ...asked, dealerId: 'other' }, 'lines[0]')).toThrow(refusing('LINE_UNKNOWN'));
    expect(() => assertNamed(line, { ...asked, partId: 'other' }, 'lines[0]')).toThrow(refusing('LINE_UNKNOWN'));
  });

  it('F-1: pieces that must come back are charged on their obligation, charged ones have their slip', () => {
    expect(() => assertNamed({ ...line, returnDue: true }, asked, 'lines[0]')).toThrow(refusing('OBLIGATION_FIRST'));
    expect(() => assertNamed({ ...line, supplyKind: 'charged' }, asked, 'lines[0]')).toThrow(refusing('LINE_HAS_SLIP'));
  });

  it('P-8, F-1: of pieces that never arrived no more stay charged than arrived, the newest slip is given back first', () => {
    const slips = [{ id: 'newest', pieces: 1 }, { id: 'older', pieces: 2 }];
    expect(neverAtHand(3, slips)).toEqual([]);
    expect(neverAtHand(1, slips)).toEqual([{ id: 'newest', pieces: 1 }, { id: 'older', pieces: 1 }]);
    expect(neverAtHand(0, slips)).toEqual(slips);
  });

  it('P-8, F-1: a draft whose pieces did arrive is confirmed, one that has to give pieces back is not, and is told how many', () => {
    const slips = [{ id: 'newest', pieces: 1 }, { id: 'older', pieces: 2 }];
    expect(() => assertArrived('older', 2, slips)).not.toThrow();
    expect(() => assertArrived('newest', 2, slips)).toThrow(expect.objectContaining({ reason: 'NEVER_ARRIVED', details: { pieces: 1 } }));
    expect(() => assertArrived('older', 1, slips)).toThrow(expect.objectContaining({ reason: 'NEVER_ARRIVED', details: { pieces: 1 } }));
  });

  it('W-5, F-1: it says which exclusion of the closed list, with a photo; what names no line is entered by hand', () => {
    const photo = [{}];
    expect(reasonOfLine({ shippingLineId: 'l', exclusion: 'misuse' }, photo, 'lines[0]')).toBe('misuse');
    expect(reasonOfLine({ shippingLineId: '', exclusion: '' }, [], 'lines[0]')).toBe('manual');
    expect(() => reasonOfLine({ shippingLineId: 'l', exclusion: 'careless' }, photo, 'lines[0]')).toThrow(refusing('EXCLUSION_UNKNOWN'));
    expect(() => reasonOfLine({ shippingLineId: 'l', exclusion: 'misuse' }, [], 'lines[0]')).toThrow(refusing('EVIDENCE_MISSING'));
    expect(() => reasonOfLine({ shippingLineId: '', exclusion: 'misuse' }, photo, 'lines[0]')).toThrow(refusing('FIELD_MISSING'));
  });
});
