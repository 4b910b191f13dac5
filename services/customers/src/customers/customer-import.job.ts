import { Injectable } from '@nestjs/common';
import { businessDate, codeKey, ImportRowReader, isDealerRole, type DealerStatus } from '@aftercare/domain';
import { jobErrors, JobKind, JobRefusal, paced, seesDealer, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { In } from 'typeorm';
import { keepSale } from '../units/unit-sale.js';
import { UnitEntity } from '../units/unit.entity.js';
import { normaliseSerial } from '../units/unit.rules.js';
import { holdCustomer } from './customer-change.js';
import { checkCustomerSheet, phonesIn, type CustomerColumn, type ImportedFile, type KnownFile, type KnownUnit, type Registry } from './customer-import.rules.js';
import { customerData, holdAllPhones, registerCustomer } from './customer-register.js';

const CHUNK_FILES = 100;

interface DealerRow {
  id: string;
  code: string;
  status: DealerStatus;
  territory: string[];
}

type Found = Registry & { territories: Map<string, string[]> };

/**
 * job "import-customers": customers with phones, consents and the units they own, all or nothing; the same file again changes
 * nothing. A dealer's manager imports his own, the clerk on a dealer's behalf.
 */
@Injectable()
@JobKind('import-customers', { roles: ['dealer_manager', 'service_clerk'] })
export class CustomerImportJob implements JobHandler {
  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await paced(checkCustomerSheet(rows, await registryFor(rows, tx, await dealersOf(rows, tx))))).faults);
  }

  /**
   * The units of the sheet, the files it may mean and the phones of its dealers are held from here to the commit, so that nobody sells
   * one or enters a phone meanwhile; so they are checked again, and what became wrong since refuses the whole sheet.
   */
  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    await tx.sql({ name: 'customer_import_hold', text: 'select id from product_unit where serial = any($1::text[]) order by id for update', values: [serialsOf(rows)] });
    const dealers = await dealersOf(rows, tx);
    const dealerIds = dealers.map(({ id }) => id);
    await tx.sql({ name: 'customer_import_hold_files', text: HOLD_FILES, values: [dealerIds, phonesOf(rows)] });
    await holdAllPhones(tx, dealerIds);
    const registry = await registryFor(rows, tx, dealers);
    const { files, unchanged, faults } = await paced(checkCustomerSheet(rows, registry));
    if (faults.length > 0) throw new JobRefusal(jobErrors(tx.ctx, faults));
    const units = new Map((await tx.em.findBy(UnitEntity, { serial: In(files.flatMap(({ sales }) => sales.map(({ serial }) => serial))) })).map((unit) => [unit.serial, unit]));
    for (let at = 0; at < files.length; at += CHUNK_FILES) {
      await allKept(files.slice(at, at + CHUNK_FILES).map((file) => this.keep(tx, file, { registry, units })));
      progress(unchanged + at + CHUNK_FILES);
    }
    const registered = files.filter(({ existingId }) => existingId === '').length;
    return { registered, sold: files.reduce((sum, { sales }) => sum + sales.length, 0), unchanged };
  }

  private async keep(tx: Tx, file: ImportedFile, known: { registry: Found; units: Map<string, UnitEntity> }): Promise<void> {
    const { dealerId, regionCode, addressDetail, phones, ...form } = file.data;
    if (file.existingId !== '') await holdCustomer(tx, file.existingId);
    const customer = file.existingId === ''
      ? (await registerCustomer(tx, { dealerId, phones, data: customerData({ ...form, address: { regionCode, detail: addressDetail } }, phones) })).customer
      : { id: file.existingId, dealerId, regionCode };
    for (const { serial, purchaseDate, salePrice } of file.sales) {
      const unit = known.units.get(serial);
      if (!unit) throw new Error('a unit that was checked is gone');
      await keepSale(tx, {
        unit, dispatchedTo: known.registry.units.get(serial)?.dispatchedTo ?? null, customer, territory: known.registry.territories.get(dealerId) ?? [],
        purchaseDate, salePrice, proof: null,
      });
    }
  }
}

/** What is begun together travels together; it ends before a failure is told, so that nothing is written after the transaction. */
async function allKept(begun: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(begun)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

const reader = (row: JobRow): ImportRowReader<CustomerColumn> => new ImportRowReader<CustomerColumn>(row, []);

function serialsOf(rows: JobRow[]): string[] {
  return [...new Set(rows.map((row) => normaliseSerial(reader(row).text('serial'))).filter(Boolean))];
}

function phonesOf(rows: JobRow[]): string[] {
  return [...new Set(rows.flatMap((row) => phonesIn(reader(row))))];
}

/** The dealers that the sheet names, and the importer's own, as far as he may see them. */
async function dealersOf(rows: JobRow[], tx: Tx): Promise<DealerRow[]> {
  const codes = [...new Set(rows.map((row) => codeKey(reader(row).plain('dealerCode'))))];
  const dealers = await tx.sql<DealerRow>({
    name: 'customer_import_dealers', text: 'select id, code, status, territory from known_dealer where lower(code) = any($1::text[]) or id = $2::uuid', values: [codes, tx.ctx.dealerId],
  });
  return dealers.filter(({ id }) => seesDealer(tx.ctx, id));
}

/** The files and units that the sheet names. */
async function registryFor(rows: JobRow[], tx: Tx, dealers: readonly DealerRow[]): Promise<Found> {
  const { ctx } = tx;
  const files = await tx.sql<KnownFile>({ name: 'customer_import_files', text: FILES, values: [dealers.map(({ id }) => id), phonesOf(rows)] });
  const units = await tx.sql<KnownUnit & { serial: string; priceKnown: boolean | null }>({ name: 'customer_import_units', text: UNITS, values: [serialsOf(rows), ctx.dealerId] });
  // A dealer reaches only what came through it: whole lists of serials are not to be tried (D-9).
  const known = isDealerRole(ctx.role) ? units.filter(({ dispatchedTo, owners }) => dispatchedTo !== null || owners.length > 0) : units;
  return {
    dealers: new Map(dealers.map((dealer) => [codeKey(dealer.code), dealer])),
    territories: new Map(dealers.map(({ id, territory }) => [id, territory])),
    ownCode: dealers.find(({ id }) => id === ctx.dealerId)?.code ?? '',
    files,
    units: new Map(known.map(({ salePrice, priceKnown, ...unit }) => [unit.serial, priceKnown ? { ...unit, salePrice } : unit])),
    today: businessDate(await tx.now()),
  };
}

const FILES = `
  select c.id, c.dealer_id as "dealerId", c.name, c.region_code as "regionCode", c.address_detail as "addressDetail", c.language,
    c.consent_service as "consentService", c.consent_marketing as "consentMarketing",
    (select array_agg(p.phone order by p.position) from customer_phone p where p.customer_id = c.id) as phones
  from customer c
  where c.id in (select customer_id from customer_phone where dealer_id = any($1::uuid[]) and phone = any($2::text[]))
    and c.merged_into is null and c.anonymised_at is null`;

const HOLD_FILES = `
  select id from customer where id in (select customer_id from customer_phone where dealer_id = any($1::uuid[]) and phone = any($2::text[]))
  order by id for share`;

const UNITS = `
  select u.id, u.serial, u.dispatched_on as "dispatchedOn", u.purchase_date as "purchaseDate", u.sold, d.dealer_id as "dispatchedTo",
    case when s.unit_id is null then '{}' else array[s.customer_id::text, s.buyer_id::text] end as owners, s.sale_price::text as "salePrice",
    $2::uuid is null or s.seller_id = $2 as "priceKnown"
  from product_unit u left join unit_dispatch d on d.unit_id = u.id left join unit_sale s on s.unit_id = u.id
  where u.serial = any($1::text[])`;
