import { assert, integer, property, record } from 'fast-check';
import { alertChanges, alertKey, controlPoint, lotsJudged, type ControlPoint, type Exposed } from './control-limit.rules.js';

const TERMS = { sigma: 3, casesMin: 5 };
const judge = (point: Exposed, compared: Exposed, terms = TERMS) => controlPoint({ kind: 'lot', key: 'l', family: 'f', point, compared }, terms);

describe('the control limit', () => {
  it('Q-3: is the centre line and three standard deviations of a count, by days in service', () => {
    // 100 cases in 1 000 000 unit-days expect 4 in 40 000, whose root is 2: the limit is 4 + 3 × 2 = 10 cases.
    const { centre, limit, beyond } = judge({ cases: 11, unitDays: 40_000 }, { cases: 100, unitDays: 1_000_000 });
    expect([centre, limit, beyond]).toEqual([0.0001, expect.closeTo(0.00025, 12), true]);
    expect(judge({ cases: 9, unitDays: 40_000 }, { cases: 100, unitDays: 1_000_000 }).beyond).toBe(false);
    expect(judge({ cases: 10, unitDays: 40_000 }, { cases: 100, unitDays: 1_000_000 }, { sigma: 2, casesMin: 5 }).beyond).toBe(true);
  });

  it('Q-3: few cases say nothing, and neither does what cannot be compared', () => {
    expect(judge({ cases: 4, unitDays: 10 }, { cases: 1, unitDays: 1_000_000 }).beyond).toBe(false);
    expect(judge({ cases: 5, unitDays: 10 }, { cases: 1, unitDays: 1_000_000 }).beyond).toBe(true);
    expect(judge({ cases: 50, unitDays: 10 }, { cases: 0, unitDays: 0 })).toMatchObject({ centre: null, limit: null, beyond: false });
    expect(judge({ cases: 50, unitDays: 0 }, { cases: 1, unitDays: 10 })).toMatchObject({ rate: 0, limit: null, beyond: false });
    expect(judge({ cases: 5, unitDays: 10 }, { cases: 0, unitDays: 10 })).toMatchObject({ centre: 0, limit: 0, beyond: true });
  });

  it('Q-3: a lot is compared with the other lots of its family, not with itself', () => {
    const lots = [{ key: 'a', family: 'f', cases: 3, unitDays: 10 }, { key: 'b', family: 'f', cases: 4, unitDays: 20 }, { key: 'c', family: 'g', cases: 9, unitDays: 30 }];
    expect(lotsJudged(lots).map(({ key, compared }) => [key, compared])).toEqual([
      ['a', { cases: 4, unitDays: 20 }], ['b', { cases: 3, unitDays: 10 }], ['c', { cases: 0, unitDays: 0 }],
    ]);
  });

  it('Q-3: more cases never bring a rate back within its limit, more days in service never beyond it', () => {
    const exposed = record({ cases: integer({ min: 0, max: 500 }), unitDays: integer({ min: 1, max: 1_000_000 }) });
    assert(property(exposed, exposed, (point, compared) => {
      const now = judge(point, compared).beyond;
      expect(judge({ ...point, cases: point.cases + 1 }, compared).beyond || !now).toBe(true);
      expect(!judge({ ...point, unitDays: 2 * point.unitDays }, compared).beyond || now).toBe(true);
    }));
  });
});

describe('alerts', () => {
  const point = (key: string, beyond: boolean): ControlPoint => ({ ...judge({ cases: 1, unitDays: 1 }, { cases: 1, unitDays: 1 }), key, beyond });

  it('Q-3: are told once, stay open while the rate is beyond, and are told again only after it was back', () => {
    const days = [['a', true], ['a', true], ['a', false], ['a', false], ['a', true]] as const;
    let open: string[] = [];
    const told = days.map(([key, beyond]) => {
      const { opened, kept, ended } = alertChanges(open, [point(key, beyond), point('b', false)]);
      open = [...open.filter((each) => !ended.includes(each)), ...opened.map(alertKey)];
      return `${opened.length} ${kept.length} ${ended.length}`;
    });
    expect(told).toEqual(['1 0 0', '0 1 0', '0 0 1', '0 0 0', '1 0 0']);
  });

  it('Q-3: what has no cases any more is over', () => {
    expect(alertChanges(['lot a'], []).ended).toEqual(['lot a']);
  });
});
