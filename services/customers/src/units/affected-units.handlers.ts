import { Controller } from '@nestjs/common';
import { AffectedUnitService, type ListAffectedUnitsRequest } from '@aftercare/contracts';
import { isId, isRealDate, Refusal } from '@aftercare/domain';
import { isManufacturer, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { normaliseSerial } from './unit.rules.js';

const SERIALS_MAX = 200;
const DATES = ['manufacturedFrom', 'manufacturedTo', 'dispatchedFrom', 'dispatchedTo'] as const;

/** which units a problem of manufacture concerns; facts for whoever works on it, page by page, ids only. */
@Controller()
export class AffectedUnitHandlers implements Handlers<typeof AffectedUnitService> {
  constructor(private readonly database: Database) {}

  @Rpc(AffectedUnitService.method.listAffectedUnits)
  async listAffectedUnits(request: ListAffectedUnitsRequest, ctx: CallContext): ReturnType<Handlers<typeof AffectedUnitService>['listAffectedUnits']> {
    if (!isManufacturer(ctx) || request.modelIds.some((id) => !isId(id))) throw notFound('affected units');
    const page = pageOf(request.page, { list: 'affected-units' });
    const where = request.serials.length > 0 ? named(request.serials) : matching(request);
    const statement = listStatement({ name: 'affected_units', table: 'product_unit', order: BY_SERIAL, where, page, columns: LINE, joins: JOINS });
    return jsonPage(await this.database.many<JsonRow>(ctx, statement), page);
  }
}

function named(serials: string[]): Conditions {
  if (serials.length > SERIALS_MAX) throw new Refusal('invalid_argument', 'FIELD_MISSING', `At most ${SERIALS_MAX} serials at once.`, { field: 'serials' });
  return new Conditions().add('s', (all) => `r.serial = any(${all}::text[])`, serials.map(normaliseSerial));
}

/** The beginning of a serial is a boundary as well. */
const boundary = (serial: string): string => serial.trim().toUpperCase();

/** All of the conditions that were given. Refuses FIELD_MISSING without any, INVALID_DATE. */
function matching(request: ListAffectedUnitsRequest): Conditions {
  for (const field of DATES) if (request[field] !== '' && !isRealDate(request[field])) throw new Refusal('invalid_argument', 'INVALID_DATE', 'There is no such date.', { field });
  const where = new Conditions()
    .when(boundary(request.serialFrom), 'sf', (from) => `r.${SERIAL} >= ${from}`)
    .when(boundary(request.serialTo), 'st', (to) => `r.${SERIAL} <= ${to}`)
    .when(request.manufacturedFrom, 'mf', (from) => `r.manufactured_on >= ${from}::date`)
    .when(request.manufacturedTo, 'mt', (to) => `r.manufactured_on <= ${to}::date`)
    .when(request.dispatchedFrom, 'df', (from) => `r.dispatched_on >= ${from}::date`)
    .when(request.dispatchedTo, 'dt', (to) => `r.dispatched_on <= ${to}::date`);
  if (request.modelIds.length > 0) where.add('m', (models) => `r.model_id = any(${models}::uuid[])`, request.modelIds);
  if (where.texts.length === 0) throw new Refusal('invalid_argument', 'FIELD_MISSING', 'Name serials or at least one condition.', { field: 'serials' });
  return where;
}

/** Serials are compared byte by byte, whatever the database's language is. */
const SERIAL = `serial collate "C"`;
const BY_SERIAL: ListOrder = { by: `r.${SERIAL}`, direction: 'asc', type: 'text' };
const JOINS = 'join product_model m on m.id = r.model_id left join unit_dispatch d on d.unit_id = r.id left join unit_sale s on s.unit_id = r.id';
const LINE = `r.id, r.serial as key, json_build_object('unitId', r.id, 'serial', r.serial, 'modelId', r.model_id, 'modelCode', m.code,
  'dealerId', coalesce(s.dealer_id::text, d.dealer_id::text, ''), 'customerId', coalesce(s.customer_id::text, ''))::text as item`;
