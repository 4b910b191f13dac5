import type { MigrationInterface, QueryRunner } from 'typeorm';

/** F-7: a draft may be withdrawn; what was published never changes, also not by hand. */
export class PriceLists1800500100000 implements MigrationInterface {
  name = 'PriceLists1800500100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [STATES, IN_FORCE, STAYS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger price_list_stays on price_list; drop trigger price_line_stays on price_line; drop function price_list_stays, price_line_stays');
    await runner.query('drop index price_list_in_force, price_line_position');
    await runner.query(`delete from price_line where price_list_id in (select id from price_list where state = 'withdrawn')`);
    await runner.query(`delete from price_list where state = 'withdrawn'`);
    await runner.query(`alter table price_list drop constraint price_list_state_check, add constraint price_list_state_check check (state in ('draft', 'published')), drop column withdraw_reason`);
  }
}

const STATES = `
alter table price_list
  drop constraint price_list_state_check,
  add constraint price_list_state_check check (state in ('draft', 'published', 'withdrawn')),
  add column withdraw_reason text not null default ''`;

const IN_FORCE = `
create index price_list_in_force on price_list (effective_from, published_at) where state = 'published';
create unique index price_line_position on price_line (price_list_id, position)`;

const STAYS = `
create function price_list_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state <> 'draft' then
    raise exception 'a price list out of draft does not change' using errcode = '23514', constraint = 'price_list_stays';
  end if;
  return new;
end $$;
create trigger price_list_stays before update or delete on price_list for each row execute function price_list_stays();
create function price_line_stays() returns trigger language plpgsql as $$
begin
  if exists (select from price_list where id = case tg_op when 'DELETE' then old.price_list_id else new.price_list_id end and state = 'draft') then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception 'prices of a list out of draft do not change' using errcode = '23514', constraint = 'price_line_stays';
end $$;
create trigger price_line_stays before insert or update or delete on price_line for each row execute function price_line_stays()`;
