import { Injectable } from '@nestjs/common';
import { businessDate, inLanguage, reasonsFor, Refusal } from '@aftercare/domain';
import { CheckedSheets, JobKind, JobRefusal, seesDealer, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { requireServingDealer } from '../customers/customer.rules.js';
import { KnownDealerEntity } from '../dealers/known-dealer.entity.js';
import { normaliseSerial } from '../units/unit.rules.js';
import { registerChecked } from './past-customer.js';
import { registerPast, type PastInstallation } from './past-installation.js';
import type { ReportFrame } from './past-installation.rules.js';
import { cell, checkPastSheet, phoneOf, type KnownFile, type KnownUnit, type PastRegistry, type PastRow, type PastSheet } from './past-sheet.rules.js';

/** What the gateway learned of the report from `dealers`. */
interface PastOptions extends ReportFrame {
  dealerId: string;
}

/** D-7: job "import-past-installations": additions to a monthly report from a sheet, all or nothing; the same file again changes nothing. */
@Injectable()
@JobKind('import-past-installations', { roles: ['dealer_manager'] })
export class PastInstallationJob implements JobHandler<PastOptions> {
  private readonly sheets = new CheckedSheets<PastSheet>();

  async validate(rows: JobRow[], options: PastOptions, tx: Tx): Promise<JobError[]> {
    await requireOwnServing(options.dealerId, tx);
    const { errors } = await this.checked(rows, options, tx);
    return errors.map((error) => ({ ...error, message: sentence(error.code, tx) }));
  }

  /** Runs in the transaction that validated; what another sold or recorded meanwhile is a fault of its row. */
  async apply(rows: JobRow[], options: PastOptions, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, options, tx);
    const files = new Map<string, Promise<{ id: string }>>();
    for (const [index, row] of fresh.entries()) {
      await registerRow(tx, row, { options, files });
      progress(unchanged + index + 1);
    }
    return { registered: fresh.length, unchanged, customers: files.size };
  }

  private checked(rows: JobRow[], options: PastOptions, tx: Tx): Promise<PastSheet> {
    return this.sheets.of(rows, async () => checkPastSheet(rows, await registryFor(rows, options, tx)));
  }
}

/** What is wrong, in the language of who started the job. */
function sentence(reason: string, { ctx }: Tx): string {
  const sentences = reasonsFor(ctx.role);
  return inLanguage(ctx.locale, sentences[reason] ?? sentences.INVALID_FIELD);
}

/** The options come from the gateway; whose dealer it is, is looked at here as well. Errors: DEALER_NOT_ACTIVE. */
async function requireOwnServing(dealerId: string, tx: Tx): Promise<void> {
  const dealer = seesDealer(tx.ctx, dealerId) ? await tx.em.findOneBy(KnownDealerEntity, { id: dealerId }) : null;
  if (!dealer) throw new Refusal('not_found', 'NOT_FOUND', 'There is no such dealer.');
  requireServingDealer(dealer.status as 'active');
}

async function registerRow(tx: Tx, row: PastRow, { options, files }: { options: PastOptions; files: Map<string, Promise<{ id: string }>> }): Promise<void> {
  const { dealerId } = options;
  const given = { ...row, dealerId, frame: options, customer: customerOf(tx, row, { dealerId, files }), technicianUserId: '', customerInstructed: false, note: '' };
  try {
    await registerPast(tx, given);
  } catch (error) {
    if (error instanceof Refusal) throw new JobRefusal([{ row: row.row, column: 'serial', code: error.reason, message: sentence(error.reason, tx) }]);
    throw error;
  }
}

/** The file of a new customer is made with the first row of its phone; further rows name it. */
function customerOf(tx: Tx, row: PastRow, { dealerId, files }: { dealerId: string; files: Map<string, Promise<{ id: string }>> }): PastInstallation['customer'] {
  if (row.customerId !== null) return { id: row.customerId };
  if (row.customer === null) return null;
  const { name, phone, regionCode, addressDetail } = row.customer;
  const form = { name, address: { regionCode, detail: addressDetail }, language: '', consentService: false, consentMarketing: false };
  return {
    register: () => {
      const file = files.get(phone) ?? registerChecked(tx, { dealerId, phones: [phone], form, acceptShared: false });
      files.set(phone, file);
      return file;
    },
  };
}

/** The units, customers and phones that the sheet names, as far as they are the dealer's: whole lists of serials are not to be tried (D-9). */
async function registryFor(rows: JobRow[], { dealerId, month, activeDays, servingDays }: PastOptions, tx: Tx): Promise<PastRegistry> {
  const serials = rows.map((row) => normaliseSerial(cell(row, 'serial'))).filter(Boolean);
  const numbers = [...new Set(rows.map((row) => cell(row, 'customerNumber')).filter(Boolean))];
  const phones = [...new Set(rows.map(phoneOf).filter(Boolean))];
  const units = await tx.sql<KnownUnit & { serial: string }>({ name: 'past_units', text: UNITS, values: [dealerId, serials] });
  const customers = await tx.sql<{ id: string; number: string }>({ name: 'past_customers', text: CUSTOMERS, values: [dealerId, numbers] });
  const ids = [...new Set([...customers.map(({ id }) => id), ...units.flatMap(({ ownerId }) => ownerId ?? [])])];
  const files = await tx.sql<KnownFile & { id: string }>({ name: 'past_files', text: FILES, values: [dealerId, ids] });
  const known = await tx.sql<{ phone: string; number: string }>({ name: 'past_phones', text: PHONES, values: [dealerId, phones] });
  return {
    units: new Map(units.map((unit) => [unit.serial, unit])),
    customers: new Map(customers.map(({ number, id }) => [number, id])),
    files: new Map(files.map(({ id, ...file }) => [id, file])),
    phones: new Map(known.map(({ phone, number }) => [phone, number])),
    frame: { month, activeDays, servingDays },
    today: businessDate(await tx.now()),
  };
}

const UNITS = `
  select u.serial, u.sold, u.dispatched_on as "dispatchedOn", u.purchase_date as "purchaseDate", u.accepted_on as "acceptedOn", s.customer_id as "ownerId", s.sale_price::text as "salePrice",
    exists (select 1 from installation i where i.unit_id = u.id and i.state = 'scheduled') as "openInstallation",
    coalesce((select array_agg(p.phone) from customer_phone p where p.customer_id = s.customer_id), '{}') as "ownerPhones"
  from product_unit u left join unit_sale s on s.unit_id = u.id and s.dealer_id = $1
  where u.serial = any($2::text[]) and (s.unit_id is not null or exists (select from unit_dispatch d where d.unit_id = u.id and d.dealer_id = $1))`;
const CUSTOMERS = 'select id, number from customer where dealer_id = $1 and number = any($2::text[]) and merged_into is null and anonymised_at is null';
const FILES = `
  select c.id, c.name, c.region_code as "regionCode", c.address_detail as "addressDetail",
    coalesce((select array_agg(p.phone) from customer_phone p where p.customer_id = c.id), '{}') as phones
  from customer c where c.dealer_id = $1 and c.id = any($2::uuid[])`;
const PHONES = 'select p.phone, c.number from customer_phone p join customer c on c.id = p.customer_id where p.dealer_id = $1 and p.phone = any($2::text[])';
