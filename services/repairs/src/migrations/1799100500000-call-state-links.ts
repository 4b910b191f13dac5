import type { MigrationInterface, QueryRunner } from 'typeorm';

/** links by which customers look after the calls they opened at the label. */
export class CallStateLinks1799100500000 implements MigrationInterface {
  name = 'CallStateLinks1799100500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table call_state_link (
      id uuid primary key,
      call_id uuid not null references repair_call (id),
      token_hash text not null unique,
      expires_at timestamptz not null)`);
    await runner.query('create index call_state_link_call on call_state_link (call_id)');
    await runner.query('alter table call_state_link enable row level security');
    await runner.query('alter table call_state_link force row level security');
    const condition = 'exists (select 1 from repair_call c where c.id = call_state_link.call_id)';
    await runner.query(`create policy call_state_link_tenant on call_state_link using (${condition}) with check (${condition})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_state_link');
  }
}
