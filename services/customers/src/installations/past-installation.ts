import { addDays, businessDate, newId, Refusal, startOfDay } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { insertRow, type Tx } from '@aftercare/service';
import { holdCustomer } from '../customers/customer-change.js';
import { CustomerEntity } from '../customers/customer.entity.js';
import { KnownDealerEntity } from '../dealers/known-dealer.entity.js';
import { UnitSaleEntity, type UnitEntity } from '../units/unit.entity.js';
import { lockedUnit } from '../units/unit.flow.js';
import { keepSale } from '../units/unit-sale.js';
import { checkSale, normaliseSerial } from '../units/unit.rules.js';
import { accepted } from './installation-accepted.js';
import { InstallationEntity } from './installation.entity.js';
import { daysFromSale } from './installation.rules.js';
import { checkPastDates, checkPastUnit, checkWho, type ReportFrame } from './past-installation.rules.js';

/** An installation that was done and never recorded. */
export interface PastInstallation {
  dealerId: string;
  frame: ReportFrame;
  serial: string;
  /** An existing customer's id, a function that makes the new one's file, or nobody: the owner of a recorded sale. */
  customer: { id: string } | { register: () => Promise<{ id: string }> } | null;
  purchaseDate: string;
  salePrice: string;
  acceptedOn: string;
  technicianUserId: string;
  customerInstructed: boolean;
  note: string;
}

/** D-7: creates what is missing of customer, sale and accepted installation, in the caller's transaction. */
export async function registerPast(tx: Tx, given: PastInstallation): Promise<InstallationEntity> {
  const { dealerId, frame, acceptedOn } = given;
  const { unit, dispatchedTo } = await unitBySerial(tx, given.serial);
  const ownerId = await ownerOf(tx, unit, dealerId);
  checkWho(who(given), ownerId !== null);
  const openInstallation = await tx.em.existsBy(InstallationEntity, { unitId: unit.id, state: 'scheduled' });
  checkPastUnit({ ...unit, ownerId, openInstallation }, namedBy(given));
  // Of a sale on a day that nobody knows (W-4) the installation is what is known.
  const purchaseDate = unit.sold ? (unit.purchaseDate ?? acceptedOn) : given.purchaseDate;
  checkPastDates({ purchaseDate, acceptedOn }, frame, { dispatchedOn: unit.dispatchedOn, sold: unit.sold, today: businessDate(await tx.now()) });
  const customer = await customerOf(tx, given, ownerId);
  if (!unit.sold) {
    checkSale(unit, { purchaseDate, salePrice: given.salePrice }, businessDate(await tx.now()));
    const dealer = await tx.em.findOneBy(KnownDealerEntity, { id: dealerId });
    await keepSale(tx, { unit, dispatchedTo, customer, territory: dealer?.territory ?? [], purchaseDate, salePrice: given.salePrice, proof: null });
  }
  const installation = await installationOf(tx, given, { unit, customer });
  await insertRow(tx, InstallationEntity, installation);
  await accepted(tx, installation, unit);
  await tx.audit({
    action: 'register-afterwards', kind: 'installation', id: installation.id, dealerId,
    changed: { state: { before: null, after: installation.state }, completedOn: { after: acceptedOn }, month: { after: frame.month } },
    personal: installation.note === '' ? {} : { note: { after: installation.note } },
  });
  return installation;
}

async function unitBySerial(tx: Tx, serial: string): Promise<{ unit: UnitEntity; dispatchedTo: string | null }> {
  const [found] = await tx.sql<{ id: string }>({ name: 'past_unit', text: 'select id from product_unit where serial = $1', values: [normaliseSerial(serial)] });
  if (!found) throw new Refusal('failed_precondition', 'SERIAL_UNKNOWN', 'The serial is not in the registry.', { field: 'serial' });
  return lockedUnit(tx, found.id, serial);
}

/** The owner, if this dealer sold the unit; held to the commit, so that a merge at the same time comes before or after (C-1). */
async function ownerOf(tx: Tx, unit: UnitEntity, dealerId: string): Promise<string | null> {
  const sale = await tx.em.findOne(UnitSaleEntity, { where: { unitId: unit.id, dealerId }, lock: { mode: 'pessimistic_read' } });
  return sale?.customerId ?? null;
}

function who({ customer }: PastInstallation): { existing: boolean; fresh: boolean } {
  return { existing: customer !== null && 'id' in customer, fresh: customer !== null && 'register' in customer };
}

function namedBy({ customer }: PastInstallation): { id: string } | 'new' | 'owner' {
  if (customer === null) return 'owner';
  return 'id' in customer ? customer : 'new';
}

/** The customer, held; one of another dealer looks like a missing one. */
async function customerOf(tx: Tx, { dealerId, customer }: PastInstallation, ownerId: string | null): Promise<CustomerEntity> {
  const id = customer === null ? (ownerId as string) : 'id' in customer ? customer.id : (await customer.register()).id;
  const found = await tx.em.findOneBy(CustomerEntity, { id, dealerId });
  if (!found) throw notFound('customer');
  await holdCustomer(tx, id);
  return found;
}

/** The document: no appointment was made, so its window is the day; no checklist was kept. */
async function installationOf(tx: Tx, given: PastInstallation, { unit, customer }: { unit: UnitEntity; customer: CustomerEntity }): Promise<InstallationEntity> {
  const { dealerId, acceptedOn, technicianUserId, customerInstructed, note } = given;
  const from = startOfDay(acceptedOn);
  return {
    id: newId(), dealerId, number: await tx.nextNumber('installation', { prefix: 'IN', gapFree: false }), unitId: unit.id, customerId: customer.id, installerId: dealerId, technicianUserId, technicianCertificate: '',
    appointmentFrom: from, appointmentTo: startOfDay(addDays(acceptedOn, 1)), state: 'accepted', checklist: [], checklistId: null, customerInstructed, photos: [], note: note.trim(), askedBy: '',
    completedAt: from, cancelledAt: null, completedOn: acceptedOn, daysFromSale: daysFromSale(unit.purchaseDate, acceptedOn), registeredAfterwards: true, version: 1, createdAt: await tx.now(),
  };
}
