import type { Page } from './page.js';

/** The list that all services' parts of a customer's time line are of, so that one cursor continues each of them (C-6). */
export const TIMELINE = { list: 'customer-timeline', key: 'instant' } as const;

/**
 * A page of entries, newest first by what is answered of their moment, so that services' pages can be put together by it. `entry` is
 * made before with the columns id, at, on_day, unit_id, serial, document_id, kind, number, amount, quantity, part_number, part_name, fields.
 * The places are those of pageValues, from `first` on.
 */
export function timelinePage(entry: string, first: number): string {
  const [at, id, limit] = [0, 1, 2].map((place) => `$${first + place}`);
  return `
    select e.id, e.moment::text as key, json_build_object('id', e.id, 'kind', e.kind, 'at', iso(e.moment), 'on', coalesce(e.on_day::text, ''),
        'unitId', coalesce(e.unit_id::text, ''), 'serial', coalesce(e.serial, ''), 'documentId', coalesce(e.document_id::text, ''), 'fields', e.fields,
        'number', e.number, 'amount', e.amount, 'quantity', e.quantity, 'partNumber', e.part_number, 'partName', e.part_name)::text as item
    from (select *, date_trunc('milliseconds', at) as moment from (${entry}) found) e
    where ${at}::timestamptz is null or (e.moment, e.id) < (${at}, ${id}::uuid)
    order by e.moment desc, e.id desc limit ${limit}::int + 1`;
}

/** The values of its last three places. */
export function timelineValues({ after, limit }: Page): [string | null, string | null, number] {
  return [after?.key ?? null, after?.id ?? null, limit];
}
