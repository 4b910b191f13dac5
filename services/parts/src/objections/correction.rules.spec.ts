import type { CountedPart, CountedResult } from '../returns/return-parcel.rules.js';
import { correctionOf } from './correction.rules.js';

const piece = (quantity: number, condition: CountedPart['condition'] = 'reusable', partId = 'P'): CountedPart => ({ partId, unitSerial: '', quantity, condition });
const line = (of: CountedPart, fates: Partial<CountedResult> = {}): CountedResult => ({ ...of, metQuantity: 0, surplusQuantity: 0, lateQuantity: 0, refusedQuantity: 0, ...fates });
const refusing = (reason: string) => expect.objectContaining({ reason });

describe('H-5: the corrected count of a line', () => {
  it('H-5: what is more is counted now, and the line stays as it was written', () => {
    expect(correctionOf(line(piece(4), { metQuantity: 4 }), 'P', [piece(5)])).toEqual({ kept: [], added: [piece(1)], replaces: false });
    expect(correctionOf(line(piece(4), { metQuantity: 4 }), 'P', [piece(4), piece(1, 'scrap')])).toEqual({ kept: [], added: [piece(1, 'scrap')], replaces: false });
    expect(correctionOf(null, 'P', [piece(2)])).toEqual({ kept: [], added: [piece(2)], replaces: false });
  });

  it('H-5, H-1: another condition leaves pieces the end they met', () => {
    const graded = line(piece(4, 'scrap'), { metQuantity: 3, surplusQuantity: 1 });
    expect(correctionOf(graded, 'P', [piece(2), piece(2, 'scrap')])).toEqual({
      kept: [line(piece(2, 'scrap'), { metQuantity: 2 }), line(piece(2), { metQuantity: 1, surplusQuantity: 1 })], added: [], replaces: true,
    });
    expect(correctionOf(graded, 'P', [piece(5)])).toEqual({ kept: [line(piece(4), { metQuantity: 3, surplusQuantity: 1 })], added: [piece(1)], replaces: true });
  });

  it('H-5: a wrong part that is the right one is counted now, also as another part; the rest stays wrong', () => {
    expect(correctionOf(line(piece(2, 'wrong_part', 'X')), 'X', [piece(1), piece(1, 'wrong_part', 'X')])).toEqual({
      kept: [line(piece(1, 'wrong_part', 'X'))], added: [piece(1)], replaces: true,
    });
  });

  it('H-5: no counted piece is taken back, nor turned into another part, and a correction changes something', () => {
    const counted = line(piece(4), { metQuantity: 4 });
    expect(() => correctionOf(counted, 'P', [piece(3)])).toThrow(refusing('CORRECTION_LESS'));
    expect(() => correctionOf(counted, 'P', [piece(3), piece(1, 'wrong_part')])).toThrow(refusing('CORRECTION_LESS'));
    expect(() => correctionOf(counted, 'P', [piece(5, 'reusable', 'Q')])).toThrow(refusing('LINE_OTHER_PART'));
    expect(() => correctionOf(null, 'P', [piece(1, 'reusable', 'Q')])).toThrow(refusing('LINE_OTHER_PART'));
    expect(() => correctionOf(counted, 'P', [piece(4)])).toThrow(refusing('CORRECTION_SAME'));
    expect(() => correctionOf(line(piece(1, 'wrong_part')), 'P', [piece(1, 'wrong_part')])).toThrow(refusing('CORRECTION_SAME'));
    expect(() => correctionOf(counted, 'P', [])).toThrow(refusing('LINES_MISSING'));
  });
});
