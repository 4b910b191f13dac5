import { MonthListService } from '@aftercare/contracts';
import { addDays, businessDate, monthOf } from '@aftercare/domain';
import type { PartsWorld } from '../parts.fixture.js';

export type Terms = Record<string, number>;

/** Terms of the lists that an event tells under another name. */
const ENDS: Readonly<Record<string, string>> = {
  shortage: 'shortage_due', conversion_reversed: 'undone_charged', return_reversed: 'undone_returned', credit_reversed: 'undone_credit', excuse_reversed: 'undone_excused',
};

const BESIDE = ['opened', 'credit_kept', 'credit_used', 'late_reversed', 'shortage_free', 'shortage_due', 'returned_met', 'returned_late', 'returned_surplus'];

/** What specs compare: the lists of months from this service's documents, and what its events come to. */
export function monthTermsOf(world: PartsWorld) {
  const lists = () => world.service.client(MonthListService, world.as('auditor'));
  return {
    /** The terms of a part by month, with the pieces of each. */
    async byMonth(partId: string): Promise<Map<string, Terms>> {
      const found = new Map<string, Terms>();
      const last = monthOf(businessDate(await world.service.now()));
      const { firstMonth } = await lists().listMonth({ month: last });
      for (let month = firstMonth; month <= last; month = monthOf(addDays(`${month}-28`, 5))) {
        const terms: Terms = {};
        for (const { term, pieces } of (await lists().listMonth({ month, partId })).lines) terms[term] = (terms[term] ?? 0) + pieces;
        found.set(month, terms);
      }
      return found;
    },
    /** The terms of a part over all months. */
    async termsOf(partId: string): Promise<Terms> {
      const found: Terms = {};
      for (const terms of (await this.byMonth(partId)).values()) for (const [term, pieces] of Object.entries(terms)) found[term] = (found[term] ?? 0) + pieces;
      return found;
    },
    /** What the events of a part come to, by their own words. */
    async toldOf(partId: string): Promise<Terms> {
      const rows = await world.service.sql<{ name: string; payload: string }>(`select split_part(event_type, '.', 4) as name, payload from outbox order by created_at, id`);
      const found: Terms = {};
      const add = (name: string, pieces: number): void => { found[name] = (found[name] ?? 0) + pieces; };
      for (const { name, payload } of rows) {
        const event = JSON.parse(payload) as { partId?: string; kind?: string; quantity?: number; lines?: { partId?: string; outcome?: string; quantity?: number; originKind?: string }[] };
        if (name === 'ReturnAccepted') for (const line of event.lines ?? []) if (line.partId === partId) add(`returned_${line.outcome}`, line.quantity ?? 0);
        if (event.partId !== partId) continue;
        if (name === 'ObligationOpened') add('opened', event.quantity ?? 0);
        if (name === 'ReturnCreditChanged') add((event.quantity ?? 0) > 0 ? 'credit_kept' : 'credit_used', Math.abs(event.quantity ?? 0));
        if (name === 'LateReturnReversed') add('late_reversed', event.quantity ?? 0);
        if (name === 'ShortageAgreed') add('shortage_free', event.quantity ?? 0);
        if (name === 'ObligationSettled') add(ENDS[event.kind ?? ''] ?? `settled_${event.kind}`, event.quantity ?? 0);
      }
      return found;
    },
    /** The terms that events tell piece by piece. */
    told: (terms: Terms): Terms =>
      Object.fromEntries(Object.entries(terms).filter(([term]) => BESIDE.includes(term) || term.startsWith('settled_') || term.startsWith('undone_')).sort()),
  };
}
