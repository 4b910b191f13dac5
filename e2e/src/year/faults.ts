import { rowsIn, type Running } from '../http/running.js';

type Databases = Running['databases'];

/** Lets the events of obligations of a part go lost before they are sent, and keeps them aside: each row is taken from the outbox as it comes. */
export async function loseOpenings(databases: Databases, partId: string): Promise<void> {
  await rowsIn(databases, 'parts', 'create table kept_event as select * from outbox where false');
  await rowsIn(databases, 'parts', `create function lose_event() returns trigger language plpgsql security definer as $$ begin insert into public.kept_event select new.*; return null; end $$`);
  await rowsIn(databases, 'parts', `create trigger lose_event before insert on outbox for each row
    when (new.event_type = 'aftercare.parts.v1.ObligationOpened' and new.payload like '%${partId}%') execute function lose_event()`);
}

/** From now on no event goes lost any more. */
export async function loseNoMore(databases: Databases): Promise<void> {
  await rowsIn(databases, 'parts', 'drop trigger lose_event on outbox');
}

/** What had gone lost is told after all. */
export async function tellKept(databases: Databases): Promise<void> {
  await rowsIn(databases, 'parts', 'insert into outbox select * from kept_event');
  await rowsIn(databases, 'parts', 'drop table kept_event');
  await rowsIn(databases, 'parts', 'drop function lose_event');
}

/** A row of the read model stands twice: what an obligation of a part opened. */
export async function doubleOpening(databases: Databases, partId: string): Promise<void> {
  await rowsIn(databases, 'insights', `insert into tie_line select (jsonb_populate_record(null::tie_line, to_jsonb(t) || jsonb_build_object('key', gen_random_uuid()::text))).*
    from tie_line t where term = 'opened' and part_id = $1`, [partId]);
}

/** A row of the read model is edited: the shipments of a part are of so many pieces. */
export async function editShipment(databases: Databases, partId: string, pieces: number): Promise<void> {
  await rowsIn(databases, 'insights', `update tie_line set pieces = $2 where term = 'shipped_due' and part_id = $1`, [partId, pieces]);
}
