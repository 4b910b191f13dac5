import type { CertificateRevokedSchema, DealerChangedSchema, MonthlyReportChangedSchema, PurchaseDateProvedSchema, TechnicianCertifiedSchema, TechnicianStandingChangedSchema, TrainingAttendedSchema, UnitSoldSchema } from '@aftercare/contracts';
import { addDays, businessDate } from '@aftercare/domain';
import { placeSales } from '../quality/quality-facts.js';
import { takeTurns } from '../quality/fault-store.js';
import type { Keep, KeepTogether } from './fact.js';

/** D-4: the basics of a dealer; the newest version counts, and one that says the region counts before one that does not. */
export const dealerChanged: Keep<typeof DealerChangedSchema> = async ({ tx, generation }, event) => {
  const { dealerId, code, name, nameEn, status, regionCode, territoryRegionCodes, parentId, version } = event;
  await tx.sql({
    name: 'dealer_keep', text: KEEP_DEALER,
    values: [generation, dealerId, code, name, nameEn, status, regionCode, territoryRegionCodes, parentId || null, version],
  });
};

/** D-4, D-5: who came to a training, and how it went; what was corrected last counts. */
export const trainingAttended: Keep<typeof TrainingAttendedSchema> = async ({ tx, generation }, event) => {
  const { trainingId, technicianId, dealerId, family, heldOn, result, version } = event;
  await tx.sql({ name: 'training_keep', text: KEEP_TRAINING, values: [generation, trainingId, technicianId, dealerId, family, heldOn, result, version] });
};

/** D-4, D-5: a certificate, valid from the day it was told where that was not told with it. */
export const technicianCertified: Keep<typeof TechnicianCertifiedSchema> = async ({ tx, generation }, event, told) => {
  const { technicianId, dealerId, family, validUntil } = event;
  const validFrom = event.validFrom || businessDate(told.occurredAt);
  await tx.sql({ name: 'certificate_keep', text: KEEP_CERTIFICATE, values: [generation, technicianId, family, validUntil, dealerId, validFrom, event.certificateId] });
};

/** D-4, D-5: a certificate ends before its last day, whether it was told before or comes later. */
export const certificateRevoked: Keep<typeof CertificateRevokedSchema> = async ({ tx, generation }, event) => {
  const { technicianId, dealerId, family, validFrom, validUntil, certificateId, revokedFrom } = event;
  const holdsUntil = addDays(revokedFrom, -1);
  await tx.sql({ name: 'certificate_revoke', text: REVOKE, values: [generation, technicianId, family, validUntil, dealerId, validFrom, certificateId, holdsUntil] });
  await tx.sql({ name: 'certificate_revoke_unnamed', text: REVOKE_UNNAMED, values: [generation, technicianId, family, validUntil, holdsUntil] });
};

/** D-4, D-5: a technician is given no more work from a day on, or is again. Each word is kept, so that a period looks at the newest one up to its end. */
export const technicianStandingChanged: Keep<typeof TechnicianStandingChangedSchema> = async ({ tx, generation }, event) => {
  const { technicianId, dealerId, active, changedOn, version } = event;
  await tx.sql({ name: 'technician_keep', text: KEEP_TECHNICIAN, values: [generation, technicianId, version, dealerId, active, changedOn] });
};

/** D-4, D-7: a monthly report that a dealer owes, was late with or submitted; the newest version counts, and of it what was told last: time alone makes it late. */
export const monthlyReportChanged: Keep<typeof MonthlyReportChangedSchema> = async ({ tx, generation }, event, told) => {
  const { reportId, dealerId, state, dueOn, late, version } = event;
  await tx.sql({ name: 'report_keep', text: KEEP_REPORT, values: [generation, reportId, dealerId, state, dueOn, late, version, told.occurredAt] });
};

/** D-4, Q-2: units sold, on the day of purchase or, where nobody knows it, of registering, with the model and lot of each where they were told. */
export const unitsSold: KeepTogether<typeof UnitSoldSchema> = async (place, events) => {
  await takeTurns(place, events.map(({ event }) => `unit ${event.unitId}`));
  const days = events.map(({ event, told }) => event.purchaseDate || businessDate(told.occurredAt));
  const values = [place.generation, events.map(({ event }) => event.unitId), events.map(({ event }) => event.dealerId), days];
  await place.tx.sql({ name: 'sale_keep', text: KEEP_SALES, values });
};

/** D-4, W-4: the day of purchase proved afterwards counts, the newest of them, also when it is told before the sale. */
export const purchaseDateProved: Keep<typeof PurchaseDateProvedSchema> = async (place, event) => {
  const { tx, generation } = place;
  await takeTurns(place, [`unit ${event.unitId}`]);
  const { unitId, dealerId, purchaseDate, version } = event;
  const [first] = await tx.sql<{ dealerId: string }>({ name: 'sale_first_dated', text: FIRST_DATED, values: [generation, unitId, dealerId, purchaseDate, version] });
  if (first) {
    await tx.sql({ name: 'sale_day_more', text: DAY_MORE, values: [generation, dealerId, purchaseDate] });
    await placeSales(place, [unitId]);
    return;
  }
  const [sale] = await tx.sql<{ dealerId: string; soldOn: string }>({ name: 'sale_older', text: OLDER_SALE, values: [generation, unitId, version] });
  if (!sale) return;
  await tx.sql({ name: 'sale_dated', text: 'update sale_fact set sold_on = $3, version = $4 where generation = $1 and unit_id = $2', values: [generation, unitId, purchaseDate, version] });
  await tx.sql({ name: 'sale_day_less', text: DAY_LESS, values: [generation, sale.dealerId, sale.soldOn] });
  await tx.sql({ name: 'sale_day_more', text: DAY_MORE, values: [generation, sale.dealerId, purchaseDate] });
};

const FIRST_DATED = `
  insert into sale_fact (generation, unit_id, dealer_id, sold_on, version) values ($1, $2, $3, $4, $5)
  on conflict do nothing returning dealer_id as "dealerId"`;

const OLDER_SALE = `
  select dealer_id as "dealerId", sold_on::text as "soldOn" from sale_fact where generation = $1 and unit_id = $2 and version < $3 for update`;

const DAY_LESS = `
  with months as (update sale_month set units = units - 1 where generation = $1 and dealer_id = $2 and month = date_trunc('month', $3::date)::date)
  update sale_day set units = units - 1 where generation = $1 and dealer_id = $2 and day = $3::date`;

const DAY_MORE = `
  with months as (
    insert into sale_month as m (generation, dealer_id, month, units) values ($1, $2, date_trunc('month', $3::date)::date, 1)
    on conflict (generation, dealer_id, month) do update set units = m.units + 1)
  insert into sale_day as s (generation, dealer_id, day, units) values ($1, $2, $3::date, 1)
  on conflict (generation, dealer_id, day) do update set units = s.units + 1`;

const KEEP_DEALER = `
  insert into dealer_fact as d (generation, dealer_id, code, name, name_en, status, region_code, territory, parent_id, version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (generation, dealer_id) do update set code = excluded.code, name = excluded.name, name_en = excluded.name_en, status = excluded.status,
    region_code = excluded.region_code, territory = excluded.territory, parent_id = excluded.parent_id, version = excluded.version
    where d.version < excluded.version or (d.version = excluded.version and d.region_code = '')`;

const KEEP_TRAINING = `
  insert into training_fact as t (generation, training_id, technician_id, dealer_id, family, held_on, result, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (generation, training_id, technician_id) do update set result = excluded.result, version = excluded.version where t.version < excluded.version`;

/** Told twice, the earlier first day counts: the later one is only the day of telling. */
const KEEP_CERTIFICATE = `
  insert into certificate_fact as c (generation, technician_id, family, valid_until, dealer_id, valid_from, certificate_id, holds_until)
  values ($1, $2, $3, $4, $5, $6, $7, $4)
  on conflict (generation, technician_id, family, valid_until, certificate_id) do update set valid_from = least(c.valid_from, excluded.valid_from)`;

const REVOKE = `
  insert into certificate_fact (generation, technician_id, family, valid_until, dealer_id, valid_from, certificate_id, holds_until)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (generation, technician_id, family, valid_until, certificate_id) do update set holds_until = excluded.holds_until`;

/** A certificate that was told before ids were. */
const REVOKE_UNNAMED = `
  update certificate_fact set holds_until = $5 where generation = $1 and technician_id = $2 and family = $3 and valid_until = $4 and certificate_id = ''`;

const KEEP_TECHNICIAN = `
  insert into technician_fact (generation, technician_id, version, dealer_id, active, changed_on) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`;

const KEEP_REPORT = `
  insert into report_fact as r (generation, report_id, dealer_id, state, due_on, late, version, told_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (generation, report_id) do update set state = excluded.state, due_on = excluded.due_on, late = excluded.late, version = excluded.version,
    told_at = excluded.told_at where (r.version, r.told_at) < (excluded.version, excluded.told_at)`;

const KEEP_SALES = `
  with fresh as (
    insert into sale_fact (generation, unit_id, dealer_id, sold_on, model_id, lot)
    select distinct on (told.unit_id) $1::int, told.unit_id, told.dealer_id, told.sold_on, u.model_id, coalesce(u.lot, '')
    from unnest($2::uuid[], $3::uuid[], $4::date[]) with ordinality as told (unit_id, dealer_id, sold_on, at)
      left join unit_fact u on u.generation = $1::int and u.unit_id = told.unit_id
    order by told.unit_id, told.at
    on conflict do nothing returning dealer_id, sold_on),
  months as (
    insert into sale_month as m (generation, dealer_id, month, units)
    select $1::int, dealer_id, date_trunc('month', sold_on)::date, count(*) from fresh group by 2, 3 order by 2, 3
    on conflict (generation, dealer_id, month) do update set units = m.units + excluded.units)
  insert into sale_day as s (generation, dealer_id, day, units) select $1::int, dealer_id, sold_on, count(*) from fresh group by 2, 3 order by 2, 3
  on conflict (generation, dealer_id, day) do update set units = s.units + excluded.units`;
