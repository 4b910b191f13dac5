import { CUSTOMER_NUMBER, INSTALLATION_NUMBER, type Step } from './world.js';

/** The rows of `customers`: files with phones, models, and units with all that happened to them. */
export function customersSteps(until: string): Step[] {
  return [
    { what: 'models', sql: `${TERMS};` },
    { what: 'customers', sql: CUSTOMERS },
    { what: 'phones', sql: PHONES },
    { what: 'keys of names', sql: NAME_KEYS },
    { what: 'first entries of files', sql: CUSTOMER_EVENTS },
    { what: 'units', sql: UNITS },
    { what: 'dispatches', sql: 'insert into unit_dispatch (unit_id, dealer_id) select id, dispatched_to from g_unit' },
    { what: 'sales', sql: SALES },
    { what: 'installations', sql: installations(until) },
    { what: 'extensions', sql: EXTENSIONS },
    { what: 'flow of units', sql: FLOW },
    { what: 'replaced parts', sql: REPLACED },
    { what: 'known calls', sql: KNOWN_CALLS },
  ];
}

const TERMS = `
  insert into model_terms (model_id, version, effective_from, published, terms)
  select id, 1, '1900-01-01', true, jsonb_build_array(
    jsonb_build_object('partClass', '*', 'months', months, 'coversParts', true, 'coversLabour', true, 'startBasis', 'purchase', 'replacementMonths', 0),
    jsonb_build_object('partClass', 'seal', 'months', 12, 'coversParts', true, 'coversLabour', true, 'startBasis', 'purchase', 'replacementMonths', 0))
  from g_model`;

const CUSTOMERS = `
  insert into customer (id, dealer_id, number, name, masked_name, masked_phone, region_code, address_detail, language, consent_service,
    consent_marketing, version, created_at)
  select id, dealer_id, ${CUSTOMER_NUMBER}, name, left(name, 1) || '**', left(phone, 3) || '****' || right(phone, 4), region_code, address,
    'zh-CN', true, pg_temp.roll('marketing', n) < 0.3, 1, at
  from g_customer`;

const PHONES = `
  insert into customer_phone (dealer_id, customer_id, position, phone)
  select dealer_id, id, 1, phone from g_customer union all select dealer_id, id, 2, second_phone from g_customer where second_phone is not null`;

/** A key from each character of a name to its end; names have two or three. */
const NAME_KEYS = `
  insert into customer_name_key (dealer_id, customer_id, file_id, position, part, pinyin, initials, created_at)
  select dealer_id, id, id, k, substr(name, k), array_to_string(sounds[k:], ''),
    left(sounds[k], 1) || coalesce(left(sounds[k + 1], 1), '') || coalesce(left(sounds[k + 2], 1), ''), at
  from g_customer, generate_series(1, char_length(name)) k`;

const CUSTOMER_EVENTS = `
  insert into customer_event (id, dealer_id, customer_id, kind, at, fields)
  select pg_temp.uid('file', n, at), dealer_id, id, 'registered', at, '{}' from g_customer`;

/** The day a warranty is extended to: a year beyond the model's own months. */
const EXTENDED_TO = `(sold_day + interval '1 month' * (months + 12))::date`;
const EXTENDED = `(select *, coalesce(purchase_date, pg_temp.day(sold_at)) as sold_day from g_unit) u`;

const UNITS = `
  insert into product_unit (id, serial, model_id, manufactured_on, dispatched_on, sold, purchase_date, accepted_on, extended_until, extension_basis, version, created_at)
  select id, serial, model_id, made_on, dispatched_on, sold_at is not null, purchase_date, pg_temp.day(installed_at), case when extended then ${EXTENDED_TO} end,
    case when extended then 'campaign' end,
    1 + (sold_at is not null)::int + (installed_at is not null)::int + extended::int, at
  from ${EXTENDED}`;

const SALES = `
  insert into unit_sale (unit_id, dealer_id, seller_id, customer_id, buyer_id, sale_price, proof, cross_territory, sold_at)
  select id, dealer_id, dealer_id, customer_id, customer_id, pg_temp.whole('price', n, 300, 4000), null, dispatched_to <> dealer_id, sold_at
  from g_unit where sold_at is not null`;

const installations = (until: string): string => `
  insert into installation (id, dealer_id, installer_id, number, unit_id, customer_id, technician_user_id, appointment_from, appointment_to, state, checklist,
    customer_instructed, photos, note, completed_at, completed_on, days_from_sale, version, created_at)
  select pg_temp.uid('installation', n, sold_at), dealer_id, case when installed_at is not null then dealer_id end, ${INSTALLATION_NUMBER}, id, customer_id, technician, visit_at - interval '1 hour',
    visit_at + interval '1 hour', case when installed_at is null then 'scheduled' else 'accepted' end,
    case when installed_at is null then '[]' else '[{"code":"no_leak","passed":true,"note":""}]' end::jsonb, installed_at is not null, '[]', '',
    installed_at, pg_temp.day(installed_at), pg_temp.day(installed_at) - purchase_date, case when installed_at is null then 1 else 2 end, sold_at
  from g_unit where visit_at is not null and (installed_at is not null or visit_at > timestamptz '${until}')`;

const EXTENSIONS = `
  insert into warranty_extension (id, unit_id, dealer_id, customer_id, until, basis, reference, reason, granted_by, granted_at)
  select pg_temp.uid('extension', n, sold_at + interval '25 days'), id, dealer_id, customer_id, ${EXTENDED_TO}, 'campaign', 'registry', 'campaign', 'registry', sold_at + interval '25 days'
  from ${EXTENDED} where extended`;

// Ids rise with the instant, and a unit's flow is read in their order.
const FLOW = `
  insert into unit_event (id, unit_id, dealer_id, kind, at, fact_on, document_id, note)
  select pg_temp.uid('dispatched', n, at), id, dispatched_to, 'dispatched', at, dispatched_on, '', '' from g_unit
  union all select pg_temp.uid('sold', n, sold_at), id, dealer_id, 'sold', sold_at, coalesce(purchase_date, pg_temp.day(sold_at)), customer_id::text, ''
    from g_unit where sold_at is not null
  union all select pg_temp.uid('installed', n, installed_at), id, dealer_id, 'installed', installed_at, pg_temp.day(installed_at),
    pg_temp.uid('installation', n, sold_at)::text, '' from g_unit where installed_at is not null
  union all select pg_temp.uid('extended', n, sold_at + interval '25 days'), id, dealer_id, 'extended', sold_at + interval '25 days',
    pg_temp.day(sold_at + interval '25 days'), pg_temp.uid('extension', n, sold_at + interval '25 days')::text, 'until ' || ${EXTENDED_TO} from ${EXTENDED} where extended`;

/** As the assignment of a call tells it (C-5). */
const KNOWN_CALLS = `
  insert into known_call (id, dealer_id, customer_id, unit_id, user_ids, version)
  select c.id, c.dealer_id, c.customer_id, c.unit_id, array[c.technician::text, d.manager::text], 2 from g_call c join g_dealer d on d.id = c.dealer_id where c.worked`;

/** As the confirmation of a record tells it (W-9). */
const REPLACED = `
  insert into replaced_part (unit_id, part_id, record_id, replaced_on, quantity)
  select unit_id, part_id, pg_temp.uid('record', n, resolved_at), pg_temp.day(confirmed_at), pieces from g_call join g_found using (n) where confirmed_at is not null and part_id is not null;
  insert into unit_event (id, unit_id, dealer_id, kind, at, fact_on, document_id, note)
  select pg_temp.uid('part replaced', n, confirmed_at), unit_id, dealer_id, 'part_replaced', confirmed_at, pg_temp.day(confirmed_at), pg_temp.uid('record', n, resolved_at)::text, '1 parts'
  from g_call join g_found using (n) where confirmed_at is not null and part_id is not null`;
