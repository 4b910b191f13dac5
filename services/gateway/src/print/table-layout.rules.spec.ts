import { gridOf, rowShape } from './table-layout.rules.js';

const A4 = 510;

describe('X-1: tables of forms', () => {
  it('X-1: columns without a width share what is left beside the others, their room and the lines', () => {
    expect(gridOf([100, '*', '*'], 500).columns).toEqual([100, 183.8, 183.8]);
    expect(gridOf([100, '*'], 500).columns[1]).toBeCloseTo(500 - 100 - 4 * 5 - 3 * 0.6);
    expect(gridOf([...Array.from({ length: 8 }, () => 40), '*'], A4)).toMatchObject({ side: 2.5, columns: { length: 9 } });
  });

  it('X-1: columns that do not fit on the paper, or leave one no room to write in, are an error', () => {
    expect(() => gridOf([300, 300], A4)).toThrow(RangeError);
    expect(() => gridOf([400, '*'], 460)).toThrow(RangeError);
  });

  it('X-1: a row is as high as its longest text, written over its columns', () => {
    const grid = gridOf([90, '*'], A4);
    const shape = (text: string, span = 1) => rowShape([{ text, span }], grid, 9).height;
    expect(shape('阀芯')).toBe(shape(''));
    expect(shape('阀'.repeat(100))).toBeGreaterThanOrEqual(10 * shape('阀'));
    expect(shape('阀'.repeat(100), 2)).toBeLessThan(shape('阀'.repeat(100)) / 3);
    expect(shape('一\n二\n三')).toBe(3 * shape('一'));
  });

  it('X-1: a word that is longer than a line is broken anywhere, texts with places to break are not', () => {
    const grid = gridOf([50, '*'], A4);
    const broken = (text: string): boolean => rowShape([{ text, span: 1 }, { text, span: 1 }], grid, 9).broken[0];
    expect(broken('FA1000001234')).toBe(true);
    for (const text of ['FA-100-0001', '滴水滴水滴水滴水滴水', 'it drips now and then', '']) expect(broken(text)).toBe(false);
  });
});
