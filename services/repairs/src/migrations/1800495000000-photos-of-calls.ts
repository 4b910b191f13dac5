import type { MigrationInterface, QueryRunner } from 'typeorm';

/** which call names a photo sent from a label's link; a photo is one call's. */
export class PhotosOfCalls1800495000000 implements MigrationInterface {
  name = 'PhotosOfCalls1800495000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table call_public_photo (
      photo_id uuid primary key,
      call_id uuid not null references repair_call (id))`);
    await runner.query('create index call_public_photo_call on call_public_photo (call_id)');
    // The owner is under row-level security as well.
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`insert into call_public_photo (photo_id, call_id)
      select (p ->> 'id')::uuid, c.id from repair_call c cross join jsonb_array_elements(c.photos) p where c.channel = 'qr' on conflict do nothing`);
    await runner.query('alter table call_public_photo enable row level security');
    await runner.query('alter table call_public_photo force row level security');
    const condition = 'exists (select 1 from repair_call c where c.id = call_public_photo.call_id)';
    await runner.query(`create policy call_public_photo_tenant on call_public_photo using (${condition}) with check (${condition})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_public_photo');
  }
}
