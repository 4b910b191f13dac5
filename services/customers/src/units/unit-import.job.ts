import { Injectable } from '@nestjs/common';
import { UnitDispatchedSchema } from '@aftercare/contracts';
import { businessDate, codeKey, newId } from '@aftercare/domain';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { cell, checkSheet, type CheckedSheet, type DispatchRow, type Registry } from './import.rules.js';
import { normaliseSerial } from './unit.rules.js';

const CHUNK_ROWS = 500;

/** C-3: job "import-units": serials dispatched to dealers, all or nothing; the same file again changes nothing. */
@Injectable()
@JobKind('import-units', { roles: ['service_clerk', 'warehouse_keeper'] })
export class UnitImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<CheckedSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).errors);
  }

  /** Runs in the transaction that validated, so nothing can have become wrong in between but a serial entered by another. */
  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    const units = fresh.map((row) => ({ ...row, id: newId() }));
    for (let at = 0; at < units.length; at += CHUNK_ROWS) {
      const chunk = units.slice(at, at + CHUNK_ROWS);
      await register(chunk, tx);
      progress(unchanged + at + chunk.length);
    }
    await tx.audit({ action: 'import-units', kind: 'unit_import', id: newId(), changed: { rows: { after: rows.length }, registered: { after: units.length } } });
    return { registered: units.length, unchanged };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<CheckedSheet> {
    return this.sheets.of(rows, async () => checkSheet(rows, await registryFor(rows, tx)));
  }
}

async function register(units: (DispatchRow & { id: string })[], tx: Tx): Promise<void> {
  const column = <K extends keyof (DispatchRow & { id: string })>(name: K) => units.map((unit) => unit[name]);
  await tx.sql({
    name: 'import_units', text: INSERT_UNITS,
    values: [column('id'), column('serial'), column('modelId'), column('manufacturedOn'), column('dispatchedOn')],
  });
  await tx.sql({
    name: 'import_dispatch', text: INSERT_DISPATCH,
    values: [column('id'), column('dealerId'), column('dispatchedOn'), units.map(() => newId())],
  });
  await Promise.all(units.map((unit) => tx.announce(UnitDispatchedSchema, {
    unitId: unit.id, serial: unit.serial, modelId: unit.modelId, dealerId: unit.dealerId, dispatchedOn: unit.dispatchedOn,
    manufacturedOn: unit.manufacturedOn,
  })));
}

const INSERT_UNITS = `
  insert into product_unit (id, serial, model_id, manufactured_on, dispatched_on, sold, version)
  select id, serial, model_id, made, sent, false, 1
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::date[], $5::date[]) u(id, serial, model_id, made, sent)`;

const INSERT_DISPATCH = `
  with row as (select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::uuid[]) r(unit_id, dealer_id, sent, event_id)),
  sent as (insert into unit_dispatch (unit_id, dealer_id) select unit_id, dealer_id from row)
  insert into unit_event (id, unit_id, dealer_id, kind, fact_on, document_id, note)
  select event_id, unit_id, dealer_id, 'dispatched', sent, '', '' from row`;

/** The models, dealers and units that the sheet names. */
async function registryFor(rows: JobRow[], tx: Tx): Promise<Registry> {
  const named = (column: 'modelCode' | 'dealerCode'): string[] => [...new Set(rows.map((row) => codeKey(cell(row, column))))];
  const serials = rows.map((row) => normaliseSerial(cell(row, 'serial'))).filter(Boolean);
  const [models, dealers, units] = await Promise.all([
    tx.sql<{ code: string; id: string; state: string }>({
      name: 'import_models', text: 'select code, id, state from product_model where lower(code) = any($1::text[])', values: [named('modelCode')],
    }),
    tx.sql<{ code: string; id: string; status: string }>({
      name: 'import_dealers', text: 'select code, id, status from known_dealer where lower(code) = any($1::text[])', values: [named('dealerCode')],
    }),
    tx.sql<DispatchRow>({
      name: 'import_known', values: [serials],
      text: `select u.serial, u.model_id as "modelId", d.dealer_id as "dealerId", u.manufactured_on as "manufacturedOn", u.dispatched_on as "dispatchedOn"
             from product_unit u join unit_dispatch d on d.unit_id = u.id where u.serial = any($1::text[])`,
    }),
  ]);
  return {
    models: new Map(models.map((model) => [codeKey(model.code), model])),
    dealers: new Map(dealers.map((dealer) => [codeKey(dealer.code), dealer])),
    units: new Map(units.map((unit) => [unit.serial, unit])),
    today: businessDate(await tx.now()),
  };
}
