import type { DataSource, EntityManager } from 'typeorm';
import { readAnchors, type Anchor } from './sealer.js';

const VERIFY_LIMIT = '60s';
const NO_HASH = '0'.repeat(64);
const PAGE = 2_000;
/** Before every sequence, also before one that somebody put in by hand. */
const LOWEST = '-9223372036854775808';

/** What the verification of a chain found. */
export interface AuditVerdict {
  /** Nothing is broken in what was looked at. */
  intact: boolean;
  /** Entries of the chain. */
  entries: number;
  /** Sequence of the first broken entry; 0 when intact, or when an entry stands outside the chain. */
  firstBroken: number;
  /** What is broken, in words; empty when intact. */
  problem: string;
  /** The chain's head, hex. */
  head: string;
  /** Sequence of the last entry that was looked at. */
  verifiedTo: number;
  /** The end was reached, anchors and entries outside the chain included. */
  complete: boolean;
}

export interface VerifyOptions {
  /** The entry up to which an earlier verification came. */
  after?: number;
  /** After this time no further page is begun, each call has one at least; without it the chain is verified to its end. */
  budgetMs?: number;
}

interface Break {
  sequence: number;
  problem: string;
}

/** Entries from `after` (not included) to `to`; `previous` is the hash they follow. */
interface Page {
  after: number;
  to: number;
  previous: string;
}

/**
 * Recomputes the chain, the personal values' hashes and the anchors page by page, and names the first broken entry
 * (X-4). A long chain is verified in several calls, each from where the one before it came to.
 */
export function verifyAudit(dataSource: DataSource, anchorFile: string, { after = 0, budgetMs = Infinity }: VerifyOptions = {}): Promise<AuditVerdict> {
  const until = performance.now() + budgetMs;
  return dataSource.transaction('REPEATABLE READ', async (em) => {
    await em.query(
      `select set_config('app.dealers', '*', true), set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`,
      [VERIFY_LIMIT],
    );
    const anchors = await readAnchors(anchorFile);
    const [last] = await em.query<{ sequence: string; hash: string }[]>('select sequence, hash from audit_seal order by sequence desc limit 1');
    const entries = Number(last?.sequence ?? 0);
    let verifiedTo = Math.min(after, entries);
    const verdict = (found: Break | null, complete: boolean): AuditVerdict => ({
      intact: found === null, entries, firstBroken: found?.sequence ?? 0, problem: found?.problem ?? '', head: last?.hash ?? '', verifiedTo, complete,
    });
    while (verifiedTo < entries) {
      const page = await pageAfter(em, verifiedTo, entries);
      verifiedTo = page.to;
      const breaks = [await brokenLink(em, page), await brokenPersonal(em, page), await brokenAnchor(em, anchors, page)].filter((found) => found !== null);
      breaks.sort((a, b) => a.sequence - b.sequence);
      if (breaks.length > 0) return verdict(breaks[0], true);
      if (performance.now() > until) return verdict(null, false);
    }
    return verdict((await brokenAnchor(em, anchors, { after: entries, to: Infinity })) ?? (await outsideTheChain(em, entries)), true);
  });
}

async function pageAfter(em: EntityManager, after: number, entries: number): Promise<Page> {
  const [next] = await em.query<{ sequence: string }[]>('select sequence from audit_seal where sequence > $1 order by sequence offset $2 limit 1', [after, PAGE - 1]);
  const [before] = after === 0 ? [{ hash: NO_HASH }] : await em.query<{ hash: string }[]>('select hash from audit_seal where sequence = $1', [after]);
  return { after, to: Number(next?.sequence ?? entries), previous: before?.hash ?? '' };
}

const rangeOf = ({ after, to }: Page): (string | number)[] => [after === 0 ? LOWEST : after, to];

/** The first link that is missing, out of order, or does not fit its entry. */
async function brokenLink(em: EntityManager, page: Page): Promise<Break | null> {
  const rows = await em.query<{ expected: string; sequence: string; entry: string | null; entry_fits: boolean; linked: boolean; hash_fits: boolean }[]>(
    `select * from (
      select $3::bigint + row_number() over w as expected, s.sequence, e.id as entry,
             coalesce(audit_entry_hash(e) = s.entry_hash, false) as entry_fits,
             s.previous = coalesce(lag(s.hash) over w, $4) as linked,
             audit_link_hash(s.previous, s.entry_hash) = s.hash as hash_fits
      from audit_seal s left join audit_entry e on e.id = s.entry_id
      where s.sequence > $1 and s.sequence <= $2 window w as (order by s.sequence)) link
    where expected <> sequence or entry is null or not entry_fits or not linked or not hash_fits
    order by expected limit 1`,
    [...rangeOf(page), page.after, page.previous],
  );
  const link = rows[0];
  if (!link) return null;
  const sequence = Number(link.expected);
  if (link.expected !== link.sequence) return { sequence, problem: `entry ${sequence} is missing from the chain` };
  if (link.entry === null) return { sequence, problem: `entry ${sequence} was deleted` };
  if (!link.entry_fits) return { sequence, problem: `entry ${sequence} was changed after it was sealed` };
  return { sequence, problem: `entry ${sequence} does not follow the one before it` };
}

/** The first entry whose kept personal values are not those it was written with; erased ones are in order. */
async function brokenPersonal(em: EntityManager, page: Page): Promise<Break | null> {
  const rows = await em.query<{ sequence: string }[]>(
    `select s.sequence
    from audit_seal s join audit_entry e on e.id = s.entry_id left join audit_personal p on p.entry_id = e.id
    where s.sequence > $1 and s.sequence <= $2 and (e.personal_hash is not null or p.entry_id is not null) and p.erased_at is null
      and encode(sha256(convert_to(coalesce(p.salt, '') || E'\\n' || coalesce(p.personal_values, ''), 'UTF8')), 'hex') is distinct from e.personal_hash
    order by s.sequence limit 1`,
    rangeOf(page),
  );
  return rows[0] ? { sequence: Number(rows[0].sequence), problem: `the personal values of entry ${rows[0].sequence} were changed` } : null;
}

/** The first anchor of a page that the chain no longer has: the tail was cut or the chain was written anew. */
async function brokenAnchor(em: EntityManager, anchors: Anchor[], { after, to }: Pick<Page, 'after' | 'to'>): Promise<Break | null> {
  const wanted = anchors.filter(({ sequence }) => sequence > after && sequence <= to);
  if (wanted.length === 0) return null;
  const rows = await em.query<{ hash: string | null }[]>(
    'select s.hash from unnest($1::bigint[]) with ordinality as a (sequence, place) left join audit_seal s on s.sequence = a.sequence order by a.place',
    [wanted.map(({ sequence }) => sequence)],
  );
  let held = anchors.findLast(({ sequence }) => sequence <= after)?.sequence ?? 0;
  for (const [place, anchor] of wanted.entries()) {
    const hash = rows[place]?.hash ?? null;
    if (hash !== anchor.hash) {
      const how = hash === null ? 'was cut off' : 'was written anew';
      return { sequence: held + 1, problem: `the chain after entry ${held} ${how}: it differs from the anchor of ${anchor.at} at entry ${anchor.sequence}` };
    }
    held = anchor.sequence;
  }
  return null;
}

/**
 * Entries that are neither sealed nor waiting for the sealer were put in, or their links were taken away. The links up
 * to here are proved, so each stands for one entry and counting is enough; it is fast where comparing is not.
 */
async function outsideTheChain(em: EntityManager, entries: number): Promise<Break | null> {
  const [{ outside }] = await em.query<{ outside: string }[]>(
    `select (select count(*) from audit_entry) - $1::bigint - (select count(*) from audit_pending p
      where exists (select from audit_entry e where e.id = p.entry_id)
        and not exists (select from audit_seal s where s.entry_id = p.entry_id)) as outside`,
    [entries],
  );
  return Number(outside) > 0 ? { sequence: 0, problem: `${outside} entries stand outside the chain` } : null;
}
