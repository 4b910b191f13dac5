/** Files of one dealer with everybody who shares a unit or a merge with them: what hangs together goes over together. */
export const TAKE_FILES = `
  with recursive tied (id) as (
    (select id from customer where dealer_id = $1 order by id limit $2::int)
    union
    select other.id from tied t cross join lateral (
      select c.merged_into as id from customer c where c.id = t.id and c.merged_into is not null
      union all select c.id from customer c where c.merged_into = t.id
      union all select unnest(array[s.customer_id, s.buyer_id]) from unit_sale s where t.id in (s.customer_id, s.buyer_id)
      union all select unnest(array[x.from_customer_id, x.to_customer_id]) from unit_transfer x where t.id in (x.from_customer_id, x.to_customer_id)
      union all select s.customer_id from installation i join unit_sale s on s.unit_id = i.unit_id where i.customer_id = t.id
      union all select i.customer_id from unit_sale s join installation i on i.unit_id = s.unit_id where s.customer_id = t.id) other)
  select c.id, c.number, c.merged_into as "mergedInto", c.version from customer c
  where c.id in (select id from tied) and c.dealer_id = $1 order by c.id for update`;

/** What goes over with the files $1 to the dealer $2: all that the file's dealer reads of them. Units' steps stay. */
export const MOVES: readonly { name: string; text: string }[] = [
  { name: 'files', text: 'update customer set dealer_id = $2::uuid, version = version + 1 where id = any($1::uuid[])' },
  { name: 'phones', text: 'update customer_phone set dealer_id = $2 where customer_id = any($1::uuid[])' },
  { name: 'names', text: 'update customer_name_key set dealer_id = $2 where customer_id = any($1::uuid[])' },
  { name: 'history', text: 'update customer_event set dealer_id = $2 where customer_id = any($1::uuid[])' },
  { name: 'pins', text: 'update customer_class_pin set dealer_id = $2 where customer_id = any($1::uuid[])' },
  { name: 'classes', text: 'update customer_class set dealer_id = $2 where customer_id = any($1::uuid[])' },
  { name: 'sales', text: 'update unit_sale set dealer_id = $2 where customer_id = any($1::uuid[]) or buyer_id = any($1::uuid[])' },
  {
    name: 'proofs',
    text: `update purchase_proof set dealer_id = $2 where unit_id in (select unit_id from unit_sale where customer_id = any($1::uuid[]) or buyer_id = any($1::uuid[]))`,
  },
  { name: 'transfers', text: 'update unit_transfer set dealer_id = $2 where from_customer_id = any($1::uuid[]) or to_customer_id = any($1::uuid[])' },
  { name: 'extensions', text: 'update warranty_extension set dealer_id = $2 where customer_id = any($1::uuid[])' },
  {
    name: 'installations',
    text: `update installation set dealer_id = $2, version = version + 1, technician_user_id = case state when 'scheduled' then '' else technician_user_id end,
      technician_certificate = case state when 'scheduled' then '' else technician_certificate end
      where customer_id = any($1::uuid[])`,
  },
  {
    name: 'unit_lists',
    text: `insert into dealer_unit (dealer_id, unit_id, serial, model_id) select $2::uuid, u.id, u.serial, u.model_id
      from unit_sale s join product_unit u on u.id = s.unit_id where s.customer_id = any($1::uuid[]) on conflict do nothing`,
  },
];

/** The step in the flow of each unit: handed over by the one, taken over by the other. */
export const FLOWED = `
  insert into unit_event (id, unit_id, dealer_id, kind, at, fact_on, document_id, note)
  select gen_random_uuid(), s.unit_id, step.dealer_id, step.kind, $4::timestamptz, $5::date, '', ''
  from unit_sale s cross join (values ($2::uuid, 'handed_over'), ($3::uuid, 'taken_over')) step (dealer_id, kind)
  where s.customer_id = any($1::uuid[])`;

export const REMEMBERED = `
  insert into customer_event (id, dealer_id, customer_id, kind, at, fields)
  select gen_random_uuid(), c.dealer_id, c.id, 'handed_over', $2::timestamptz, '{}' from customer c where c.id = any($1::uuid[]) and c.merged_into is null`;

export const COUNT = `
  select (select count(*)::int from customer where dealer_id = $1 and merged_into is null) as customers,
    (select count(*)::int from unit_sale where dealer_id = $1) as units,
    (select count(*)::int from installation where dealer_id = $1 and state = 'scheduled') as appointments`;
