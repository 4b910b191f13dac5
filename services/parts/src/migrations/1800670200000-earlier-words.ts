import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last entry of the audit about a line's stocktake l that names the line. */
const said = (action: string, names: string): string => `
  left join lateral (select e.role, e.user_id, e.at from audit_entry e
    where e.kind = 'stocktake' and e.document_id = l.stocktake_id::text and e.action = '${action}' and ${names} order by e.id desc limit 1)`;

const word = (kind: string, columns: { reason: string; decision: string; dueOn: string; role: string; by: string; at: string }): string =>
  `jsonb_build_object('kind', '${kind}', 'reason', ${columns.reason}, 'decision', ${columns.decision}, 'dueOn', ${columns.dueOn}, 'role', ${columns.role}, 'by', ${columns.by}, 'at', iso(${columns.at}))`;

const OBJECTION = word('objection', {
  reason: 'l.objection', decision: `''`, dueOn: `''`, role: `coalesce(o.role, 'dealer_manager')`, by: `coalesce(o.user_id, '')`, at: 'coalesce(o.at, s.closed_at, s.opened_at)',
});
const DECISION = word('decision', {
  reason: 'l.decision_reason', decision: 'l.decision', dueOn: `coalesce(l.decision_due_on::text, '')`, role: `coalesce(d.role, 'service_supervisor')`, by: 'l.decided_by',
  at: 'coalesce(d.at, s.closed_at, s.opened_at)',
});

const SEED = `
  update stocktake_line kept set words = seed.words from (
    select l.id,
           case when o.at > d.at then decided || objected else objected || decided end as words
      from stocktake_line l join stocktake s on s.id = l.stocktake_id
      ${said('object', `e.changed -> 'lines' -> 'after' ? l.id::text`)} o on true
      ${said('decide', 'e.changed ? l.id::text')} d on true
      cross join lateral (select case when l.objection = '' then '[]'::jsonb else jsonb_build_array(${OBJECTION}) end as objected,
                                 case when l.decision = '' then '[]'::jsonb else jsonb_build_array(${DECISION}) end as decided) said
     where l.words = '[]' and (l.objection <> '' or l.decision <> '')) seed
   where kept.id = seed.id`;

/** H-7: what was said of stocktakes before all of it was kept; of each line its last objection and its last decision. */
export class EarlierWords1800670200000 implements MigrationInterface {
  name = 'EarlierWords1800670200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(SEED);
  }

  /** What was said stays said. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
