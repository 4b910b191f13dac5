/** Cases of a lot or a part, and the days that units were in service for them: what its rate is made of. */
export interface Exposed {
  cases: number;
  unitDays: number;
}

/** A lot or a part to be judged, beside what it is compared with. */
export interface Judged {
  kind: 'lot' | 'part';
  key: string;
  /** Lots are compared within their family; empty for a part. */
  family: string;
  point: Exposed;
  /** The other lots of the family, or the part in the year before. */
  compared: Exposed;
}

export interface ControlPoint extends Judged {
  rate: number;
  /** Null where there is nothing to compare with. */
  centre: number | null;
  limit: number | null;
  beyond: boolean;
}

export interface LimitTerms {
  /** How many standard deviations above the centre line the limit lies. */
  sigma: number;
  /** Fewer cases than these say nothing. */
  casesMin: number;
}

/**
 * a u-chart. The rate is cases for each day that a unit was in service, so that lots of any size and age compare; the centre line is
 * the rate of what it is compared with, in which it is not itself, lest a bad lot hide behind its own cases. Counted cases scatter as the root of
 * their number (Poisson), so that the upper limit is centre + sigma × √(centre / unit-days). Beyond it is what lies above the limit, the limit itself not, with
 * enough cases. Without unit-days on either side nothing is said.
 */
export function controlPoint(judged: Judged, { sigma, casesMin }: LimitTerms): ControlPoint {
  const { point, compared } = judged;
  const rate = point.unitDays > 0 ? point.cases / point.unitDays : 0;
  if (point.unitDays <= 0 || compared.unitDays <= 0) return { ...judged, rate, centre: null, limit: null, beyond: false };
  const centre = compared.cases / compared.unitDays;
  const limit = centre + sigma * Math.sqrt(centre / point.unitDays);
  return { ...judged, rate, centre, limit, beyond: rate > limit && point.cases >= casesMin };
}

/** each lot beside the other lots of its family. */
export function lotsJudged(lots: readonly ({ key: string; family: string } & Exposed)[]): Judged[] {
  const families = new Map<string, Exposed>();
  for (const { family, cases, unitDays } of lots) {
    const sum = families.get(family) ?? { cases: 0, unitDays: 0 };
    families.set(family, { cases: sum.cases + cases, unitDays: sum.unitDays + unitDays });
  }
  return lots.map(({ key, family, cases, unitDays }) => {
    const whole = families.get(family) ?? { cases, unitDays };
    return { kind: 'lot', key, family, point: { cases, unitDays }, compared: { cases: whole.cases - cases, unitDays: whole.unitDays - unitDays } };
  });
}

/** What changes in the alerts by an evaluation. */
export interface AlertChanges {
  opened: ControlPoint[];
  kept: ControlPoint[];
  /** Keys of open alerts that are over. */
  ended: string[];
}

/** which alert a point belongs to. */
export const alertKey = ({ kind, key }: { kind: string; key: string }): string => `${kind} ${key}`;

/**
 * an alert is told once, when a rate leaves its limit, and stays open while it is beyond. Back within the limit, or gone, it is over,
 * and the next time is a new alert.
 */
export function alertChanges(open: readonly string[], points: readonly ControlPoint[]): AlertChanges {
  const beyond = points.filter((point) => point.beyond);
  const keys = new Set(beyond.map(alertKey));
  return {
    opened: beyond.filter((point) => !open.includes(alertKey(point))),
    kept: beyond.filter((point) => open.includes(alertKey(point))),
    ended: open.filter((key) => !keys.has(key)),
  };
}
