import type { MigrationInterface, QueryRunner } from 'typeorm';

const TOLD = `array['state', 'paid', 'paid_at', 'paid_version', 'invoice_wish', 'wish_version', 'version']`;
const TOLD_BEFORE = `array['state', 'paid', 'paid_at', 'paid_version', 'version']`;

/** F-5: out of draft, a slip's content never changes again; only whether it is void and what invoicing told of it. */
const contentStays = (told: string): string => `
  create or replace function slip_content_stays() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      raise exception 'slips are never deleted' using errcode = '23514', constraint = 'slip_content_stays';
    end if;
    if old.state <> 'draft' and (
      to_jsonb(new) - ${told} <> to_jsonb(old) - ${told}
      or new.state = 'draft' or (old.state = 'void' and new.state <> 'void')) then
      raise exception 'a posted slip does not change' using errcode = '23514', constraint = 'slip_content_stays';
    end if;
    return new;
  end $$`;

/** F-4: a confirmed slip shows the wish that invoicing told last. */
export class WishesTold1800862000000 implements MigrationInterface {
  name = 'WishesTold1800862000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table charge_slip add column wish_version int not null default 0');
    await runner.query(contentStays(TOLD));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(contentStays(TOLD_BEFORE));
    await runner.query('alter table charge_slip drop column wish_version');
  }
}
