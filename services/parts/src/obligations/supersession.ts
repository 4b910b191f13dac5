import type { Tx } from '@aftercare/service';

const CHAINS = `
  with recursive link as (
    select id as a, supersedes_part_id as b from part where supersedes_part_id is not null
    union all select supersedes_part_id, id from part where supersedes_part_id is not null),
  chain as (
    select asked.id as origin, asked.id as member from unnest($1::uuid[]) as asked (id)
    union select chain.origin, link.b from chain join link on link.a = chain.member)
  select origin, array_agg(member) as members from chain group by origin`;

/** Of each part, all parts of its supersession chain, older and newer, with the part itself (P-1, H-1a). */
export async function supersessionChains(tx: Tx, partIds: readonly string[]): Promise<Map<string, ReadonlySet<string>>> {
  const rows = await tx.sql<{ origin: string; members: string[] }>({ name: 'supersession_chains', text: CHAINS, values: [partIds] });
  return new Map(rows.map((row) => [row.origin, new Set(row.members)]));
}
