import type { DealerStatus } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { scopeValues, type Statement } from '@aftercare/service';
import { isOwnWork, ownWorker } from '../own-work/own-work.js';

/** A customer as it is read: the plain values, and the units with what their stage follows from. */
export interface CustomerRow {
  id: string;
  number: string;
  dealerId: string;
  name: string;
  phones: string[];
  regionCode: string;
  addressDetail: string;
  language: string;
  consentService: boolean;
  consentMarketing: boolean;
  mergedInto: string | null;
  anonymisedAt: string | null;
  /** Its dealer's as this service heard it; null while it heard nothing. */
  dealerStatus: DealerStatus | null;
  class: string;
  askedBy: string;
  version: number;
  createdAt: string;
  today: string;
  units: OwnedUnitRow[];
}

export interface OwnedUnitRow {
  unitId: string;
  serial: string;
  modelId: string;
  modelVersion: number;
  modelCode: string;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
}

const COLUMNS = `c.id, c.number, c.dealer_id as "dealerId", c.name, c.region_code as "regionCode", c.address_detail as "addressDetail", c.language,
  c.consent_service as "consentService", c.consent_marketing as "consentMarketing", c.merged_into as "mergedInto",
  iso(c.anonymised_at) as "anonymisedAt", c.class, c.asked_by as "askedBy", c.version, iso(c.created_at) as "createdAt",
  (select d.status from known_dealer d where d.id = c.dealer_id) as "dealerStatus",
  (select coalesce(array_agg(p.phone order by p.position), '{}') from customer_phone p where p.customer_id = c.id) as phones`;

/** Whether the caller may see the file: the id of the one in use, or nothing. */
export function customerSeen(id: string, ctx: CallContext): Statement {
  return {
    name: 'customer_seen', onePlan: true, values: [id, ...scopeValues(ctx), ownWorker(ctx)],
    text: `select case when c.merged_into is null then c.id else c.merged_into end as id from customer c where c.id = $1 and ($2::boolean or c.dealer_id = any($3::uuid[])) and ${isOwnWork('c', '$4')}`,
  };
}

/** One customer with its units, in one statement. */
export function customerById(id: string, ctx: CallContext): Statement {
  return {
    name: 'customer_get',
    onePlan: true,
    text: `
      select ${COLUMNS}, (business_now() at time zone 'Asia/Shanghai')::date::text as today,
        coalesce((select json_agg(json_build_object(
            'unitId', u.id, 'serial', u.serial, 'modelId', u.model_id, 'modelVersion', m.version, 'modelCode', m.code, 'purchaseDate', u.purchase_date,
            'acceptedOn', u.accepted_on, 'extendedUntil', u.extended_until) order by s.sold_at, u.serial)
          from unit_sale s join product_unit u on u.id = s.unit_id join product_model m on m.id = u.model_id
          where s.customer_id = c.id), '[]') as units
      from customer c where c.id = $1 and ($2::boolean or c.dealer_id = any($3::uuid[])) and ${isOwnWork('c', '$4')}`,
    values: [id, ...scopeValues(ctx), ownWorker(ctx)],
  };
}
