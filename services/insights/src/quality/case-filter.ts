import { Conditions } from '@aftercare/service';
import type { Period } from '../files/dealer-file.rules.js';
import { UNSAID, unsaidOf, type CaseFilter, type Unsaid } from './opens.rules.js';

/** Conditions on a case, r, with those on one of its faults, l, and on one of its parts, p, which a bar of faults or parts narrows by as well. */
export interface CaseConditions {
  where: Conditions;
  lines: string[];
  parts: string[];
}

/** The cases of a generation that a filter finds, before the period is named. */
export function caseConditions(filter: CaseFilter, generation: number): CaseConditions {
  const where = new Conditions().add('', (place) => `r.generation = ${place}::int`, generation);
  where.names.pop();
  where
    .when(filter.stage, 's', (stage) => `r.stage = ${stage}`)
    .when(filter.family, 'f', (family) => `r.family = ${family}`)
    .when(filter.modelId, 'm', (id) => `r.model_id = ${id}::uuid`)
    .when(filter.lot, 'l', (lot) => `r.lot = ${lot}`)
    .when(filter.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`);
  const absent = unsaidOf(filter.without, UNSAID);
  // One short name for all of them: a statement's name has its limit.
  if (absent.length > 0) where.names.push(`w${absent.reduce((bits, name) => bits + 2 ** UNSAID.indexOf(name), 0)}`);
  where.texts.push(...absent.flatMap((name) => UNSAID_CASE[name] ?? []));
  const line = (given: string, name: string, column: string): string[] => (given === '' ? [] : [where.part(name, (code) => `l.${column} = ${code}`, given)]);
  const lines = [
    ...absent.flatMap((name) => UNSAID_LINE[name] ?? []),
    ...line(filter.faultCode, 'lf', 'fault_code'), ...line(filter.causeCode, 'lc', 'cause_code'), ...line(filter.actionCode, 'la', 'action_code'), ...line(filter.problem, 'lp', 'problem'),
  ];
  const parts = filter.partId === '' ? [] : [where.part('p', (id) => `p.part_id = ${id}::uuid`, filter.partId)];
  if (lines.length > 0) where.texts.push(`exists (select from fault_line l where l.generation = r.generation and l.case_id = r.case_id and ${lines.join(' and ')})`);
  if (parts.length > 0) where.texts.push(`exists (select from fault_part p where p.generation = r.generation and p.case_id = r.case_id and ${parts.join(' and ')})`);
  return { where, lines, parts };
}

const UNSAID_CASE: Partial<Record<Unsaid, string>> = { stage: `r.stage = ''`, family: `r.family = ''`, model: 'r.model_id is null', lot: `r.lot = ''` };
const UNSAID_LINE: Partial<Record<Unsaid, string>> = { fault: `l.fault_code = ''`, cause: `l.cause_code = ''`, action: `l.action_code = ''`, problem: `l.problem = ''` };

/** Adds a half-open period of local dates. */
export function inPeriod(where: Conditions, { from, to }: Period): void {
  where.texts.push(where.part('', (first, last) => `r.happened_on >= ${first}::date and r.happened_on < ${last}::date`, from, to));
  where.names.pop();
}
