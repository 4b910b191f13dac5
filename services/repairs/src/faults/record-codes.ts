import type { Tx } from '@aftercare/service';
import type { NamedCodes, PublishedCode } from './record-codes.rules.js';

/** The published codes that faults name, in whatever family; one below a code that is out of use is out of use with it. */
export async function publishedCodes(tx: Tx, faults: readonly NamedCodes[]): Promise<PublishedCode[]> {
  const codes = faults.flatMap(({ faultCode, causeCode, actionCode }) => [faultCode, causeCode, actionCode]).filter((code) => code !== '');
  if (codes.length === 0) return [];
  return tx.sql<PublishedCode>({ name: 'published_codes', text: PUBLISHED, values: [codes] });
}

/** The codes that faults name, in whatever family and state: what a record named may be out of use since. */
export async function catalogueCodes(tx: Tx, faults: readonly NamedCodes[]): Promise<PublishedCode[]> {
  const codes = faults.flatMap(({ faultCode, causeCode, actionCode }) => [faultCode, causeCode, actionCode]).filter((code) => code !== '');
  if (codes.length === 0) return [];
  return tx.sql<PublishedCode>({ name: 'catalogue_codes', text: CATALOGUED, values: [codes] });
}

const CATALOGUED = `select kind, family, code, parent_code as "parentCode" from fault_code where code = any($1::text[])`;
const PARENT = (child: string, parent: string): string => `left join fault_code ${parent} on ${parent}.family = ${child}.family
  and ${parent}.code = ${child}.parent_code and ${parent}.kind = case ${child}.kind when 'cause' then 'fault' when 'action' then 'cause' end`;
const PUBLISHED = `
  select c.kind, c.family, c.code, c.parent_code as "parentCode" from fault_code c ${PARENT('c', 'p')} ${PARENT('p', 'g')}
  where c.code = any($1::text[]) and c.state = 'published' and coalesce(p.state, 'published') = 'published' and coalesce(g.state, 'published') = 'published'`;
