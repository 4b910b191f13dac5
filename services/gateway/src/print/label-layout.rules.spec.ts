import fc from 'fast-check';
import { LABEL_LAYOUTS, labelParts, labelPlace, labelsPerSheet, type LabelLayout } from './label-layout.rules.js';

const layouts: [string, LabelLayout][] = Object.entries(LABEL_LAYOUTS);
const ROUNDING = 1e-6;
const A4 = { width: 210, height: 297 };

describe('label sheets', () => {
  it.each(layouts)('X-1: a sheet of %s labels has as many places, all of them on the paper', (name, layout) => {
    expect(labelsPerSheet(layout)).toBe(Number(name));
    for (let index = 0; index < labelsPerSheet(layout); index += 1) {
      const { page, x, y } = labelPlace(layout, 1, index);
      expect([page, x >= 0, y >= 0, x + layout.width <= A4.width, y + layout.height <= A4.height]).toEqual([0, true, true, true, true]);
    }
  });

  it.each(layouts)('X-1: no two labels of a sheet of %s lie on each other', (_name, layout) => {
    const places = Array.from({ length: labelsPerSheet(layout) }, (_, index) => labelPlace(layout, 1, index));
    const touching = places.flatMap((a, at) => places.slice(at + 1).filter((b) => layout.width - Math.abs(a.x - b.x) > ROUNDING && layout.height - Math.abs(a.y - b.y) > ROUNDING));
    expect(touching).toEqual([]);
  });

  it('X-1: a sheet that was begun goes on at the position named, and the next sheet at its first one', () => {
    const layout = LABEL_LAYOUTS[24];
    expect(labelPlace(layout, 5, 0)).toEqual({ page: 0, x: 70, y: 37.5 });
    expect(labelPlace(layout, 24, 0)).toEqual({ page: 0, x: 140, y: 259.5 });
    expect(labelPlace(layout, 24, 1)).toEqual({ page: 1, x: 0, y: 0.5 });
  });

  it('X-1: wherever a sheet is begun, every label has a place of its own', () => {
    fc.assert(fc.property(fc.constantFrom(...layouts.map(([, layout]) => layout)), fc.nat(64), fc.integer({ min: 1, max: 650 }), (layout, skipped, count) => {
      const start = 1 + (skipped % labelsPerSheet(layout));
      const places = Array.from({ length: count }, (_, index) => JSON.stringify(labelPlace(layout, start, index)));
      expect(new Set(places).size).toBe(count);
    }));
  });
});

it('X-1: many labels are drawn in parts that end with a full sheet, also when the first sheet is begun further down', () => {
  expect(labelParts(325, { sheet: 65, start: 1 })).toEqual([{ from: 0, to: 325, start: 1 }]);
  expect(labelParts(700, { sheet: 65, start: 61 })).toEqual([{ from: 0, to: 265, start: 61 }, { from: 265, to: 590, start: 1 }, { from: 590, to: 700, start: 1 }]);
  expect(labelParts(313, { sheet: 24, start: 1 })).toEqual([{ from: 0, to: 312, start: 1 }, { from: 312, to: 313, start: 1 }]);
  expect(labelParts(0, { sheet: 24, start: 1 })).toEqual([]);
});
