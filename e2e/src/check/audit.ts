import { createHash } from 'node:crypto';
import type { Invariant } from './invariant.js';
import type { World } from './world.js';

interface Link {
  sequence: string;
  entry_id: string;
  entry_hash: string;
  previous: string;
  hash: string;
  /** The hash of the entry's fields as they are now; null when the entry is gone. */
  present: string | null;
  personal_hash: string | null;
  salt: string | null;
  personal_values: string | null;
  erased: boolean;
}

const BATCH = 5_000;
const FIRST = '0'.repeat(64);

// The documented hash: SHA-256 of the fields as one JSON array. Written out here and not called, so that a service
// whose own function is wrong is found out.
const LINKS = `
  select s.sequence::text, s.entry_id::text, s.entry_hash, s.previous, s.hash,
         case when e.id is not null then encode(sha256(convert_to(jsonb_build_array(
           e.id, extract(epoch from e.at)::text, e.user_id, e.role, e.action, e.kind, e.document_id, e.dealer_id, e.changed,
           e.request_id, e.personal_hash)::text, 'UTF8')), 'hex') end as present,
         e.personal_hash, p.salt, p.personal_values, p.erased_at is not null as erased
  from audit_seal s left join audit_entry e on e.id = s.entry_id left join audit_personal p on p.entry_id = s.entry_id
  where s.sequence > $1 order by s.sequence limit ${BATCH}`;

const UNSEALED = `
  select 'entry ' || e.id || ' (' || e.action || ' ' || e.kind || ') is not in the chain' as violation
  from audit_entry e where not exists (select from audit_seal s where s.entry_id = e.id) order by e.id`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const auditChainHolds: Invariant = {
  id: 'I10',
  sentence: 'the audit chain verifies when computed anew, every entry is sealed, and the anchors outside match',
  async find(world) {
    const found: string[] = [];
    for (const service of world.services) {
      const chain = await walk(world, service);
      const unsealed = await world.rows<{ violation: string }>(service, UNSEALED);
      const anchors = brokenAnchors(world.anchorLines(service), chain.hashOf);
      found.push(...[...chain.violations, ...unsealed.map(({ violation }) => violation), ...anchors].map((each) => `${service}: ${each}`));
    }
    return found;
  },
};

/** Computes the whole chain anew; the hash at each sequence is kept for the anchors. */
async function walk(world: World, service: string): Promise<{ violations: string[]; hashOf: Map<number, string> }> {
  const violations: string[] = [];
  const hashOf = new Map<number, string>();
  let previous = FIRST;
  for (let last = 0; ; ) {
    const links = await world.rows<Link>(service, LINKS, [last]);
    for (const link of links) {
      const sequence = Number(link.sequence);
      violations.push(...brokenLink(link, { expected: last + 1, previous }));
      hashOf.set(sequence, link.hash);
      previous = link.hash;
      last = sequence;
    }
    if (links.length < BATCH) return { violations, hashOf };
  }
}

function brokenLink(link: Link, before: { expected: number; previous: string }): string[] {
  const { sequence } = link;
  const found: string[] = [];
  if (Number(sequence) !== before.expected) found.push(`seals ${before.expected} to ${Number(sequence) - 1} are missing`);
  if (link.present === null) found.push(`the entry of seal ${sequence} is gone`);
  else if (link.present !== link.entry_hash) found.push(`the entry of seal ${sequence} was changed`);
  if (link.previous !== before.previous || link.hash !== sha256(before.previous + link.entry_hash)) found.push(`seal ${sequence} does not follow the one before it`);
  const kept = link.erased ? link.personal_hash : personalHash(link);
  if (link.present !== null && kept !== link.personal_hash) found.push(`the personal values of seal ${sequence} were changed`);
  return found;
}

function personalHash({ salt, personal_values: values }: Link): string | null {
  return values === null ? null : sha256(`${salt ?? ''}\n${values}`);
}

/** Each anchor names a sequence and the hash that the chain had there; a last line cut by a crash says nothing. */
function brokenAnchors(lines: string[], hashOf: Map<number, string>): string[] {
  return lines.flatMap((line, index) => {
    const anchor = parseAnchor(line);
    if (!anchor) return index === lines.length - 1 ? [] : [`line ${index + 1} of the anchors cannot be read`];
    const hash = hashOf.get(anchor.sequence);
    if (hash === anchor.hash) return [];
    return [hash === undefined ? `seal ${anchor.sequence}, anchored ${anchor.at}, is gone` : `seal ${anchor.sequence} differs from its anchor of ${anchor.at}`];
  });
}

function parseAnchor(line: string): { at: string; sequence: number; hash: string } | null {
  try {
    return JSON.parse(line) as { at: string; sequence: number; hash: string };
  } catch {
    return null;
  }
}
