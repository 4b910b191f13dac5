import type { MigrationInterface, QueryRunner } from 'typeorm';

const LIVE = 'exists (select from invoice_line i where i.live and i.line_id = l.line_id)';

/** What of a slip is still to be invoiced, and whether it is on a live invoice with all that can be. */
const LEFT = `
  select coalesce(sum(l.net_amount - l.released_net) filter (where l.open), 0) as net, coalesce(sum(l.tax_amount - l.released_tax) filter (where l.open), 0) as tax,
         coalesce(bool_or(l.live) and not bool_or(l.open), false) as invoiced
    from (select l.*, ${LIVE} as live, l.quantity > l.released_quantity and not ${LIVE} as open from receivable_line l where l.slip_id = r.slip_id) l`;

const KEEP = `
  create or replace function keep_stub() returns trigger language plpgsql as $$
    begin
      update receivable r set stub_net = s.net, stub_tax = s.tax, on_invoice = s.invoiced
        from (select r.slip_id as id, s.* from receivable r join (select distinct slip_id from written) w on w.slip_id = r.slip_id cross join lateral (${LEFT}) s) s
       where s.id = r.slip_id and (r.stub_net, r.stub_tax, r.on_invoice) is distinct from (s.net, s.tax, s.invoiced);
      return null;
    end $$`;

const LEFT_BEFORE = `
  select coalesce(sum(l.net_amount - l.released_net), 0) as net, coalesce(sum(l.tax_amount - l.released_tax), 0) as tax
    from receivable_line l where l.slip_id = r.slip_id and l.quantity > l.released_quantity and not ${LIVE}`;

const KEEP_BEFORE = `
  create or replace function keep_stub() returns trigger language plpgsql as $$
    begin
      update receivable r set stub_net = s.net, stub_tax = s.tax
        from (select r.slip_id as id, s.* from receivable r join (select distinct slip_id from written) w on w.slip_id = r.slip_id cross join lateral (${LEFT_BEFORE}) s) s
       where s.id = r.slip_id and (r.stub_net, r.stub_tax) is distinct from (s.net, s.tax);
      return null;
    end $$`;

const ANY_LIVE = 'exists (select from invoice_line l where l.live and l.slip_id = r.slip_id)';

const KEEP_ON_INVOICE_BEFORE = `
  create function keep_on_invoice() returns trigger language plpgsql as $$
    begin
      update receivable r set on_invoice = ${ANY_LIVE}
      from (select distinct slip_id from written) w where r.slip_id = w.slip_id and r.on_invoice <> ${ANY_LIVE};
      return null;
    end $$`;

/** B-2: a slip of which a red letter has freed a line is not invoiced: the list of what is not shows it. One trigger keeps this and what is still to be invoiced. */
export class WhollyInvoiced1800791000000 implements MigrationInterface {
  name = 'WhollyInvoiced1800791000000';

  async up(runner: QueryRunner): Promise<void> {
    // The owner role is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    for (const step of ['insert', 'update']) await runner.query(`drop trigger invoice_line_on_invoice_${step} on invoice_line`);
    await runner.query('drop function keep_on_invoice');
    await runner.query(KEEP);
    await runner.query(`
      update receivable r set on_invoice = false
        from (select r.slip_id as id, s.invoiced from receivable r cross join lateral (${LEFT}) s where r.on_invoice) s where s.id = r.slip_id and not s.invoiced`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(KEEP_BEFORE);
    await runner.query(KEEP_ON_INVOICE_BEFORE);
    for (const step of ['insert', 'update']) {
      await runner.query(`create trigger invoice_line_on_invoice_${step} after ${step} on invoice_line
        referencing new table as written for each statement execute function keep_on_invoice()`);
    }
    await runner.query(`update receivable r set on_invoice = ${ANY_LIVE} where r.on_invoice <> ${ANY_LIVE}`);
  }
}
