import { eventMap } from '@aftercare/contracts';
import { GOODS_TOLD } from './told-goods.js';
import { callNumber, INSTALLATION_NUMBER, OWNED_SINCE, SOLD_VERSION, type Step } from './world.js';

/** Events of documents that were made past the bus: the rows they come from, and what each says. */
export interface Told {
  event: keyof typeof eventMap;
  teller: string;
  from: string;
  where: string;
  /** Instant of the fact. */
  at: string;
  /** The payload's fields as pairs for json_build_object. */
  payload: string;
}

const iso = (column: string): string => `coalesce(iso(${column}), '')`;

/** What every event after a call's routing says of it. */
const CALL = `'callNumber', ${callNumber()}, 'unitSerial', serial`;

/** Solved calls with what was found. */
const SOLVED = 'g_call join g_found using (n)';

export const TOLD: readonly Told[] = [
  {
    event: 'aftercare.customers.v1.CustomerChanged', teller: 'customers', from: 'g_customer', where: 'true', at: 'at',
    payload: `'customerId', id, 'dealerId', dealer_id, 'fields', array['language','regionCode','consentService','consentMarketing','name','addressDetail','phones'],
      'version', 1, 'mergedInto', ''`,
  },
  {
    event: 'aftercare.customers.v1.UnitDispatched', teller: 'customers', from: 'g_unit', where: 'true', at: 'at',
    payload: `'unitId', id, 'serial', serial, 'modelId', model_id, 'dealerId', dispatched_to, 'dispatchedOn', dispatched_on, 'manufacturedOn', made_on`,
  },
  {
    event: 'aftercare.customers.v1.UnitSold', teller: 'customers', from: 'g_unit', where: 'sold_at is not null', at: 'sold_at',
    payload: `'unitId', id, 'serial', serial, 'modelId', model_id, 'dealerId', dealer_id, 'customerId', customer_id, 'purchaseDate', coalesce(purchase_date::text, ''),
      'salePrice', pg_temp.whole('price', n, 300, 4000) || '.00', 'crossTerritory', dispatched_to <> dealer_id`,
  },
  {
    event: 'aftercare.customers.v1.UnitOwned', teller: 'customers', from: 'g_unit', where: 'sold_at is not null', at: 'sold_at',
    payload: `'unitId', id, 'owners', json_build_array(json_build_object('customerId', customer_id, 'since', ${iso(OWNED_SINCE)}, 'until', '')), 'version', ${SOLD_VERSION}`,
  },
  {
    event: 'aftercare.customers.v1.InstallationCompleted', teller: 'customers', from: 'g_unit', where: 'installed_at is not null', at: 'installed_at',
    payload: `'installationId', pg_temp.uid('installation', n, sold_at), 'unitId', id, 'dealerId', dealer_id, 'customerId', customer_id, 'technicianUserId', technician,
      'acceptedOn', pg_temp.day(installed_at), 'installationNumber', ${INSTALLATION_NUMBER}, 'serial', serial, 'modelCode', model_code, 'registeredAfterwards', false`,
  },
  {
    event: 'aftercare.repairs.v1.CallRouted', teller: 'repairs', from: 'g_call', where: 'true', at: 'opened_at',
    payload: `'callId', id, 'number', ${callNumber()}, 'dealerId', dealer_id, 'previousDealerId', '', 'unitId', unit_id,
      'customerId', customer_id, 'receivedAt', ${iso('opened_at')}, 'dueAt', ${iso(`opened_at + interval '24 hours'`)},
      'regionCode', region_code, 'family', family, 'version', 1`,
  },
  {
    event: 'aftercare.repairs.v1.CallAssigned', teller: 'repairs', from: 'g_call', where: 'worked', at: 'assigned_at',
    payload: `'callId', id, 'dealerId', dealer_id, 'customerId', customer_id, 'unitId', unit_id,
      'userIds', json_build_array(technician, (select d.manager from g_dealer d where d.id = dealer_id)), 'version', 2`,
  },
  {
    event: 'aftercare.repairs.v1.CallResolved', teller: 'repairs', from: SOLVED, where: 'true', at: 'resolved_at',
    payload: `'callId', id, 'dealerId', dealer_id, 'resolvedAt', ${iso('resolved_at')}, 'onTime', resolved_at <= opened_at + interval '24 hours', 'firstVisit', true, 'version', 3,
      'clockSeconds', floor(extract(epoch from resolved_at - opened_at))::int, 'special', false, 'reopened', false, 'technicianUserId', technician,
      ${CALL}, 'faultCodes', codes, 'pieces', pieces, 'windowsKept', 0, 'windowsMissed', 0`,
  },
  {
    event: 'aftercare.repairs.v1.CallCancelled', teller: 'repairs', from: 'g_call', where: 'cancelled_at is not null', at: 'cancelled_at',
    payload: `'callId', id, 'dealerId', dealer_id, 'cancelledAt', ${iso('cancelled_at')}, 'version', 2, 'resolvedAt', '', 'special', false, 'clockSeconds', 0, 'technicianUserId', ''`,
  },
  {
    event: 'aftercare.repairs.v1.RecordConfirmed', teller: 'repairs', from: SOLVED, where: 'confirmed_at is not null', at: 'confirmed_at',
    payload: `'callId', id, 'recordId', pg_temp.uid('record', n, resolved_at), 'dealerId', dealer_id, 'unitId', unit_id, 'customerId', customer_id, 'partsUsed', parts,
      'confirmedAt', ${iso('confirmed_at')}, 'confirmedOn', pg_temp.day(confirmed_at), ${CALL}, 'resolvedAt', ${iso('resolved_at')},
      'faultCodes', codes, 'version', 5,
      'records', json_build_array(json_build_object('recordId', pg_temp.uid('record', n, resolved_at), 'confirmedOn', pg_temp.day(confirmed_at), 'partsUsed', parts,
        'solvedAt', ${iso('resolved_at')}))`,
  },
  {
    event: 'aftercare.repairs.v1.FaultsRecorded', teller: 'repairs', from: SOLVED, where: 'confirmed_at is not null', at: 'confirmed_at',
    payload: `'caseId', id, 'kind', 'repair-call', 'number', ${callNumber()}, 'dealerId', dealer_id, 'unitId', unit_id, 'serial', serial, 'stage', stage, 'family', family,
      'faults', (select jsonb_agg(fault - 'faultDescription' - 'cause' - 'action') from jsonb_array_elements(faults) fault), 'partsUsed', parts, 'labourFee', labour::text,
      'travelFee', travel::text, 'photoHashes', '[]'::json, 'openedAt', ${iso('opened_at')}, 'resolvedAt', ${iso('resolved_at')}, 'recordedAt', ${iso('confirmed_at')}, 'version', 5, 'warrantyOver', false, 'labourNotCovered', false,
      'serialKey', encode(sha256(convert_to(serial, 'UTF8')), 'hex'), 'usedAgain', '[]'::json`,
  },
  {
    event: 'aftercare.repairs.v1.RecordFiled', teller: 'repairs', from: 'g_call', where: 'confirmed_at is not null', at: 'confirmed_at',
    payload: `'callId', id, 'dealerId', dealer_id, 'filedAt', ${iso('confirmed_at')}, ${CALL}, 'resolvedAt', ${iso('resolved_at')}`,
  },
  ...GOODS_TOLD,
];

const shortName = (event: string): string => event.slice(event.lastIndexOf('.') + 1);
const eventId = ({ event, at }: Told): string => `pg_temp.uid('event ${shortName(event)}', n, ${at})`;

/**
 * The outbox rows of a teller, as sent and confirmed: the bus carries none of them, and a read model that is rebuilt from
 * the outbox finds them all.
 */
export function outboxOf(teller: string, all = TOLD): Step[] {
  return all.filter((told) => told.teller === teller).map((told) => ({
    what: `outbox ${shortName(told.event)}`,
    sql: `insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at, published_at, confirmed_at)
      select ${eventId(told)}, '${told.event}', json_build_object(${told.payload})::text, 'registry', '', ${told.at}, now(), now()
      from ${told.from} where ${told.where}`,
  }));
}

/**
 * The inbox rows of a listener: what the events would have done to it stands in its tables, or is for its rebuild. After an interrupted
 * run the platform may have sent it some of them itself.
 */
export function inboxOf(listener: string, all = TOLD): Step[] {
  return all.filter(({ event }) => eventMap[event].listeners.includes(listener)).map((told) => ({
    what: `inbox ${shortName(told.event)}`,
    sql: `insert into inbox (consumer, event_id) select '${listener}-${shortName(told.event)}', ${eventId(told)} from ${told.from} where ${told.where}
      on conflict do nothing`,
  }));
}

/** Services that listen to any of these events. */
export function bulkListeners(all = TOLD): string[] {
  return [...new Set(all.flatMap(({ event }) => eventMap[event].listeners))];
}
