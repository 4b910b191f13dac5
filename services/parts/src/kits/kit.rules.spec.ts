import fc from 'fast-check';
import { kitLine, suggestedKit, type KitFigures, type KitGiven } from './kit.rules.js';

const terms = { coverMonths: 3, unitsPerPiece: 20 };
const figures = (given: Partial<KitFigures> = {}): KitFigures => ({ partId: 'cartridge', consumedQuantity: 0, onHandQuantity: 0, onTheWayQuantity: 0, ...given });
const kit = (given: Partial<KitGiven>) => suggestedKit({ figures: [], fits: new Map(), unitsByModel: new Map(), newest: (id) => id, ...given }, terms);

describe('the suggested kit of a dealer', () => {
  it('P-12: what was used in 12 months says what lasts for the cover months', () => {
    expect(kitLine(figures({ consumedQuantity: 12 }), 0, terms)).toMatchObject({ targetQuantity: 3, suggestedQuantity: 3, reason: 'consumption' });
  });

  it('P-12: half a piece is rounded up, less is none', () => {
    expect([1, 2, 5, 6].map((consumedQuantity) => kitLine(figures({ consumedQuantity }), 0, terms).targetQuantity)).toEqual([0, 1, 1, 2]);
  });

  it('P-12: units that the part fits say it where more is expected of them than was used', () => {
    expect(kitLine(figures({ consumedQuantity: 3 }), 400, terms)).toMatchObject({ targetQuantity: 5, suggestedQuantity: 5, reason: 'installed_base' });
    expect(kitLine(figures({ consumedQuantity: 20 }), 400, terms)).toMatchObject({ targetQuantity: 5, reason: 'consumption' });
  });

  it('P-12: what the dealer has and what is on its way is not suggested again', () => {
    expect(kitLine(figures({ consumedQuantity: 40, onHandQuantity: 3, onTheWayQuantity: 2 }), 0, terms)).toMatchObject({ targetQuantity: 10, suggestedQuantity: 5 });
    expect(kitLine(figures({ consumedQuantity: 40, onHandQuantity: 9, onTheWayQuantity: 2 }), 0, terms)).toMatchObject({ suggestedQuantity: 0, reason: 'covered' });
  });

  it('P-12: a part is counted for every model it fits, once for each', () => {
    const fits = new Map([['cartridge', new Set(['faucet', 'shower', 'bidet'])]]);
    expect(kit({ fits, unitsByModel: new Map([['faucet', 100], ['shower', 60]]) })).toMatchObject([{ installedUnits: 160, targetQuantity: 2 }]);
  });

  it('P-12, P-1: what was used, is there and fits under an older number counts for the newest, which is suggested', () => {
    const lines = kit({
      figures: [figures({ partId: 'old', consumedQuantity: 8, onHandQuantity: 1 }), figures({ partId: 'new', consumedQuantity: 8, onTheWayQuantity: 1 })],
      fits: new Map([['old', new Set(['faucet'])], ['new', new Set(['faucet', 'shower'])]]),
      unitsByModel: new Map([['faucet', 10], ['shower', 5]]),
      newest: () => 'new',
    });
    expect(lines).toEqual([{
      partId: 'new', consumedQuantity: 16, onHandQuantity: 1, onTheWayQuantity: 1, installedUnits: 15, targetQuantity: 4, suggestedQuantity: 2, reason: 'consumption',
    }]);
  });

  it('P-12: a part of which no piece is expected is not in the kit', () => {
    expect(kit({ figures: [figures({ onHandQuantity: 5 })], fits: new Map([['seal', new Set(['faucet'])]]), unitsByModel: new Map([['faucet', 1]]) })).toEqual([]);
  });

  it('P-12: a kit that is asked for whole is never suggested again, and never reaches beyond its target', () => {
    const pieces = fc.nat(10_000);
    const given = fc.record({ partId: fc.constant('cartridge'), consumedQuantity: pieces, onHandQuantity: pieces, onTheWayQuantity: pieces });
    fc.assert(fc.property(given, pieces, fc.integer({ min: 1, max: 12 }), (had, units, coverMonths) => {
      const line = kitLine(had, units, { coverMonths, unitsPerPiece: 20 });
      const after = kitLine({ ...had, onTheWayQuantity: had.onTheWayQuantity + line.suggestedQuantity }, units, { coverMonths, unitsPerPiece: 20 });
      expect(after).toMatchObject({ suggestedQuantity: 0, targetQuantity: line.targetQuantity, reason: 'covered' });
      if (line.suggestedQuantity > 0) expect(had.onHandQuantity + had.onTheWayQuantity + line.suggestedQuantity).toBe(line.targetQuantity);
    }));
  });
});
