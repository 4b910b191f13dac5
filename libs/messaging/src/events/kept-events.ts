import type { Sql } from './announce.js';

/** A frame of the events a service has told, as OperationsService.ListEvents answers it. */
export interface KeptEvents {
  events: { id: string; eventType: string; payload: string; occurredAt: string }[];
  /** Where to go on. */
  position: string;
  /** Nothing stood behind this position. */
  end: boolean;
}

interface Scanned {
  events: KeptEvents['events'] | null;
  position: string | null;
  end: boolean;
}

const SCANNED_MAX = 2_000;
/** Quotes of the payload double on the wire, so that a frame of this size stays below 256 KB. */
const FRAME_BYTES = 110_000;
const EVENT_BYTES = 200;
const FIRST = '00000000-0000-0000-0000-000000000000';

// By id and not by time: whoever reads to the end has everything that was committed when he began, since ids stand still.
// What is committed later is delivered to him as an event.
const SCAN = `
  with scanned as (
    select id, event_type, payload, occurred_at from outbox where id > $1 order by id limit ${SCANNED_MAX}
  ), wanted as (
    select *, sum(octet_length(payload) + ${EVENT_BYTES}) over (order by id) as bytes, row_number() over (order by id) as place
    from scanned where event_type = any($2::text[])
  ), frame as (
    select * from wanted where bytes <= ${FRAME_BYTES} or place = 1
  ), reached as (
    select (select count(*) from frame) = (select count(*) from wanted) as everything
  )
  select
    (select json_agg(json_build_object('id', id, 'eventType', event_type, 'payload', payload, 'occurredAt',
      to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by id) from frame) as events,
    case when everything then (select id from scanned order by id desc limit 1) else (select id from frame order by id desc limit 1) end as position,
    everything and (select count(*) from scanned) < ${SCANNED_MAX} as end
  from reached`;

/** The events of these types behind a position, in the order of their ids; the outbox keeps them from the first day on. */
export async function keptEvents(sql: Sql, request: { eventTypes: readonly string[]; after: string }): Promise<KeptEvents> {
  const [{ events, position, end }] = await sql.query<Scanned[]>(SCAN, [request.after || FIRST, request.eventTypes]);
  return { events: events ?? [], position: position ?? request.after, end };
}
