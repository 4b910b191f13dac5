import type { UnitOwned } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { CALL_KIND } from '../calls/call-change.js';

/** A unit's owners as they were told last; an older word changes nothing. */
export async function keepOwners(tx: Tx, { unitId, owners, version }: UnitOwned): Promise<void> {
  await tx.sql({ name: 'owners_in_turn', text: `select pg_advisory_xact_lock(hashtextextended('unit-owners' || $1, 0))`, values: [unitId] });
  await tx.sql({ name: 'owners_before', text: 'delete from known_owner where unit_id = $1 and version < $2', values: [unitId, version] });
  await tx.sql({ name: 'owners_keep', text: KEEP, values: [unitId, version, JSON.stringify(owners)] });
}

/** The file of who owns a unit now. */
export interface OwnerFile {
  id: string;
  unitId: string;
  dealerId: string;
  anonymisedAt: string | null;
}

/** The file in use of who owns a unit, held to the commit as in fileInUse; null for a unit that nobody owns, or whose owner the caller may not know. */
export async function ownerFile(tx: Tx, unitId: string): Promise<OwnerFile | null> {
  const [file] = await tx.sql<OwnerFile>({ name: 'owner_file', text: ownerWhere('o.unit_id = $1'), values: [unitId] });
  return file ?? null;
}

/** As ownerFile, for a unit of which only the serial is at hand: asked for beside the unit itself, which spares a round trip. */
export async function ownerFileBySerial(tx: Tx, serial: string): Promise<OwnerFile | null> {
  const [file] = await tx.sql<OwnerFile>({ name: 'owner_file_by_serial', text: ownerWhere('o.unit_id = (select id from known_unit where serial = $1 limit 1)'), values: [serial] });
  return file ?? null;
}

/** A call as far as it says whose it is. */
interface CallOfUnit {
  customerId: string | null;
  unitId: string | null;
  dealerId: string | null;
  unitByTechnician: boolean;
}

/**
 * C-5, C-6: a call that names no file is its unit's owner's, where the file is the handling dealer's and still has its person. Not by the
 * word of a technician, to whom it would show the customer of any unit he names. Another dealer's file is named to nobody (D-9).
 * `known`: what was found of its owner already.
 */
export async function fileOfCall(tx: Tx, call: CallOfUnit, known: OwnerFile | null = null): Promise<string | null> {
  if (call.customerId !== null || call.unitId === null) return call.customerId;
  const file = known?.unitId === call.unitId ? known : await ownerFile(tx, call.unitId);
  const isTheirs = file !== null && file.dealerId === call.dealerId && file.anonymisedAt === null;
  return isTheirs && !call.unitByTechnician ? file.id : null;
}

/** The calls of before that name no file go to who owns their unit now and did so when they were opened. Answers them. */
export async function giveToOwner(tx: Tx, unitId: string): Promise<GivenCall[]> {
  const file = await ownerFile(tx, unitId);
  if (file === null || file.anonymisedAt !== null) return [];
  const given = await tx.sql<GivenCall>({ name: 'calls_to_owner', text: GIVE, values: [unitId, file.id, file.dealerId] });
  for (const { id, dealerId, customerId } of given) await tx.audit({ action: 'follow-owner', kind: CALL_KIND, id, dealerId, changed: { customerId: { after: customerId } } });
  return given;
}

/** A call that names a file now. */
interface GivenCall {
  id: string;
  dealerId: string | null;
  customerId: string;
}

/**
 * C-5: the calls on these files' units that name no file, opened in the time they owned them, whoever handles them. Without `before` up to now.
 */
export async function callsWithoutFile(tx: Tx, files: string[], before: string | null = null): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>({ name: 'calls_without_file', text: WITHOUT_FILE, values: [files, before] });
  return rows.map(({ id }) => id);
}

/** Erased files among a unit's owners, with the moment from which a call is somebody else's. */
export function erasedOwners(tx: Tx, unitId: string): Promise<{ id: string; anonymisedAt: string }[]> {
  return tx.sql({ name: 'erased_owners', text: ERASED_OWNERS, values: [unitId] });
}

const KEEP = `
  insert into known_owner (unit_id, place, customer_id, since, until, version)
  select $1::uuid, o.place, (o.owner ->> 'customerId')::uuid, nullif(o.owner ->> 'since', '')::timestamptz, nullif(o.owner ->> 'until', '')::timestamptz, $2::int
  from jsonb_array_elements($3::jsonb) with ordinality o(owner, place) where not exists (select 1 from known_owner where unit_id = $1::uuid)`;

const ownerWhere = (isUnit: string): string => `
  select coalesce(s.id, k.id) as id, o.unit_id as "unitId", coalesce(s.dealer_id, k.dealer_id) as "dealerId", coalesce(k.anonymised_at, s.anonymised_at) as "anonymisedAt"
  from known_owner o join known_customer k on k.id = o.customer_id left join known_customer s on s.id = k.merged_into
  where ${isUnit} and o.until is null for share of k`;

const GIVE = `
  update repair_call c set customer_id = $2 from known_owner o
  where o.unit_id = $1 and o.until is null and c.unit_id = $1 and c.customer_id is null and c.dealer_id = $3 and not c.unit_by_technician
    and (o.since is null or c.opened_at >= o.since)
  returning c.id, c.dealer_id as "dealerId", c.customer_id as "customerId"`;

/** A call may have been opened with a serial before its unit was registered. */
export const OF_OWNED_UNITS = `
  select c.id, c.opened_at, c.state from known_owner o join known_unit u on u.id = o.unit_id join repair_call c on c.unit_serial = u.serial
  where o.customer_id in (select id from known_customer where id = any($1::uuid[]) or merged_into = any($1::uuid[]))
    and c.customer_id is null and (o.since is null or c.opened_at >= o.since) and (o.until is null or c.opened_at < o.until)`;

const WITHOUT_FILE = `select distinct id from (${OF_OWNED_UNITS}) c where $2::timestamptz is null or opened_at <= $2`;

const ERASED_OWNERS = `
  select distinct on (k.id) k.id, coalesce(k.anonymised_at, s.anonymised_at) as "anonymisedAt"
  from known_owner o join known_customer k on k.id = o.customer_id left join known_customer s on s.id = k.merged_into
  where o.unit_id = $1 and coalesce(k.anonymised_at, s.anonymised_at) is not null`;
