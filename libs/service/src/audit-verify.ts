import type { DataSource, EntityManager } from 'typeorm';
import { personalHash } from './audit.js';
import { readAnchors, type Anchor } from './sealer.js';

const VERIFY_LIMIT = '60s';
const NO_HASH = '0'.repeat(64);

/** What the verification of a chain found. */
export interface AuditVerdict {
  intact: boolean;
  /** Entries checked. */
  entries: number;
  /** Sequence of the first broken entry; 0 when intact, or when an entry stands outside the chain. */
  firstBroken: number;
  /** What is broken, in words; empty when intact. */
  problem: string;
  /** The chain's head, hex. */
  head: string;
}

interface Break {
  sequence: number;
  problem: string;
}

/** Recomputes the chain, the personal values' hashes and the anchors, and names the first broken entry (X-4). */
export function verifyAudit(dataSource: DataSource, anchorFile: string): Promise<AuditVerdict> {
  return dataSource.transaction('REPEATABLE READ', async (em) => {
    await em.query(
      `select set_config('app.dealers', '*', true), set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`,
      [VERIFY_LIMIT],
    );
    const [{ entries }] = await em.query<{ entries: string }[]>('select count(*) as entries from audit_seal');
    const heads = await em.query<{ hash: string }[]>('select hash from audit_seal order by sequence desc limit 1');
    const anchors = await readAnchors(anchorFile);
    const breaks = [await brokenLink(em), await brokenPersonal(em), await brokenAnchor(em, anchors)].filter((found) => found !== null);
    breaks.sort((a, b) => a.sequence - b.sequence);
    const found = breaks[0] ?? (await outsideTheChain(em));
    return {
      intact: found === null,
      entries: Number(entries),
      firstBroken: found?.sequence ?? 0,
      problem: found?.problem ?? '',
      head: heads[0]?.hash ?? '',
    };
  });
}

/** The first link that is missing, out of order, or does not fit its entry. */
async function brokenLink(em: EntityManager): Promise<Break | null> {
  const rows = await em.query<{ expected: string; sequence: string; entry: string | null; entry_fits: boolean; linked: boolean; hash_fits: boolean }[]>(`
    select * from (
      select row_number() over w as expected, s.sequence, e.id as entry,
             coalesce(audit_entry_hash(e) = s.entry_hash, false) as entry_fits,
             s.previous = coalesce(lag(s.hash) over w, '${NO_HASH}') as linked,
             audit_link_hash(s.previous, s.entry_hash) = s.hash as hash_fits
      from audit_seal s left join audit_entry e on e.id = s.entry_id window w as (order by s.sequence)) link
    where expected <> sequence or entry is null or not entry_fits or not linked or not hash_fits
    order by expected limit 1`);
  const link = rows[0];
  if (!link) return null;
  const sequence = Number(link.expected);
  if (link.expected !== link.sequence) return { sequence, problem: `entry ${sequence} is missing from the chain` };
  if (link.entry === null) return { sequence, problem: `entry ${sequence} was deleted` };
  if (!link.entry_fits) return { sequence, problem: `entry ${sequence} was changed after it was sealed` };
  return { sequence, problem: `entry ${sequence} does not follow the one before it` };
}

/** The first entry whose kept personal values are not those it was written with; erased ones are in order. */
async function brokenPersonal(em: EntityManager): Promise<Break | null> {
  const rows = await em.query<{ sequence: string; salt: string | null; personal_values: string | null; personal_hash: string | null; erased: boolean | null }[]>(`
    select s.sequence, p.salt, p.personal_values, e.personal_hash, p.erased_at is not null as erased
    from audit_seal s join audit_entry e on e.id = s.entry_id left join audit_personal p on p.entry_id = e.id
    where e.personal_hash is not null or p.entry_id is not null order by s.sequence`);
  for (const row of rows) {
    const hash = row.erased ? row.personal_hash : personalHash(row.salt ?? '', row.personal_values ?? '');
    if (hash !== row.personal_hash) {
      return { sequence: Number(row.sequence), problem: `the personal values of entry ${row.sequence} were changed` };
    }
  }
  return null;
}

/** The first anchor that the chain no longer has: the tail was cut or the chain was written anew. */
async function brokenAnchor(em: EntityManager, anchors: Anchor[]): Promise<Break | null> {
  let held = 0;
  for (const anchor of anchors) {
    const rows = await em.query<{ hash: string }[]>('select hash from audit_seal where sequence = $1', [anchor.sequence]);
    if (rows[0]?.hash !== anchor.hash) {
      const how = rows.length === 0 ? 'was cut off' : 'was written anew';
      return { sequence: held + 1, problem: `the chain after entry ${held} ${how}: it differs from the anchor of ${anchor.at} at entry ${anchor.sequence}` };
    }
    held = anchor.sequence;
  }
  return null;
}

/** An entry that is neither sealed nor waiting for the sealer was put in, or its link was taken away. */
async function outsideTheChain(em: EntityManager): Promise<Break | null> {
  const rows = await em.query<{ id: string }[]>(`
    select e.id from audit_entry e
    where not exists (select from audit_seal s where s.entry_id = e.id) and not exists (select from audit_pending p where p.entry_id = e.id)
    order by e.id limit 1`);
  return rows[0] ? { sequence: 0, problem: `entry ${rows[0].id} stands outside the chain` } : null;
}
