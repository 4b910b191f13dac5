import { AgreementService, CertificateService, ContactService, DealerService, TechnicianService, type Certificate, type Dealer, type DealerAgreement, type DealerContact, type Technician } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { callContext, type Bus } from '@aftercare/messaging';
import { rolesOf } from '../access/access-table.js';
import { allItems, ifVisible } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import type { PrintRun } from './print-run.js';

const ROWS_MAX = 500;

/** the sheet of a dealer (D-1) with contacts, agreements, technicians and their certificates, each as far as the caller may read it. */
export async function dealerSheet(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const dealer = await bus.call(DealerService.method.getDealer, { id });
  const { parentId } = dealer;
  const [contacts, agreements, technicians, certificates, parent] = await Promise.all([
    contactsOf(bus, id), agreementsOf(bus, id), techniciansOf(bus, id), certificatesOf(bus, id), parentId ? ifVisible(bus.call(DealerService.method.getDealerStanding, { id: parentId })) : undefined,
  ]);
  return formPaper(run, {
    title: run.say('dealerSheet'),
    number: dealer.code,
    path: `/dealers/${id}`,
    body: [
      fields(run.say('basics'), basics(dealer, parent ? `${run.name(parent)} (${parent.code})` : '', run)),
      contactTable(contacts, run),
      ...identity(dealer, run),
      ...(agreements ? [agreementTable(agreements, run)] : []),
      technicianTable(technicians, certificates, run),
    ],
    parties: ['copyRecord', 'copyDealer', 'copyFinance'],
    signatures: [run.say('signDealer'), run.say('signService'), run.say('signSupervisor')],
  });
}

function basics(dealer: Dealer, parent: string, run: PrintRun): Field[][] {
  const { address, statusReason } = dealer;
  return [
    [[run.say('code'), dealer.code], [run.say('state'), run.word('dealer', dealer.status)]],
    [[run.say('companyName'), dealer.name]],
    [[run.say('nameEn'), dealer.nameEn]],
    [[run.say('registeredOn'), businessDate(dealer.createdAt)], [run.say('region'), run.region(address?.regionCode ?? '')]],
    [[run.say('address'), address?.detail ?? '']],
    [[run.say('contact'), dealer.contactName], [run.say('phone'), dealer.contactPhone]],
    ...(parent ? [[[run.say('parent'), parent]] satisfies Field[]] : []),
    [[run.say('territory'), dealer.territoryRegionCodes.map((code) => run.region(code)).join(run.say('listed'))]],
    ...(statusReason ? [[[run.say('stateReason'), statusReason]] satisfies Field[]] : []),
  ];
}

/** The tax identity, for whoever is shown it. */
function identity({ taxIdentity }: Dealer, run: PrintRun): Block[] {
  if (!taxIdentity?.title) return [];
  return [
    fields(run.say('taxIdentity'), [
      [[run.say('taxTitle'), taxIdentity.title]],
      [[run.say('taxNumber'), taxIdentity.taxNumber], [run.say('phone'), taxIdentity.phone]],
      [[run.say('bank'), taxIdentity.bank], [run.say('account'), taxIdentity.account]],
      [[run.say('address'), taxIdentity.address]],
    ]),
  ];
}

async function contactsOf(bus: Bus, dealerId: string): Promise<DealerContact[]> {
  return (await allItems(ROWS_MAX, (page) => bus.call(ContactService.method.listContacts, { dealerId, page }))).items;
}

async function agreementsOf(bus: Bus, dealerId: string): Promise<DealerAgreement[] | undefined> {
  if (!rolesOf('agreement.read').some((role) => role === callContext().role)) return undefined;
  return (await ifVisible(allItems(ROWS_MAX, (page) => bus.call(AgreementService.method.listAgreements, { dealerId, page }))))?.items;
}

async function techniciansOf(bus: Bus, dealerId: string): Promise<Technician[]> {
  return (await allItems(ROWS_MAX, (page) => bus.call(TechnicianService.method.listTechnicians, { dealerId, page }))).items;
}

async function certificatesOf(bus: Bus, dealerId: string): Promise<Certificate[]> {
  return (await allItems(ROWS_MAX, (page) => bus.call(CertificateService.method.listCertificates, { dealerId, page }))).items;
}

/** The main one first, phone and mail as the caller may read them. */
function contactTable(contacts: DealerContact[], run: PrintRun): Block {
  return listing(run.say('contacts'), {
    headings: [run.say('personName'), run.say('position'), run.say('purpose'), run.say('phone'), run.say('mail')],
    widths: [35, 30, 18, 35, '*'],
    rows: [...contacts].sort((a, b) => Number(b.main) - Number(a.main)).map(({ name, position, purpose, phone, mail }) => [name, position, run.word('contactPurpose', purpose), phone, mail]),
    empty: run.say('none'),
  });
}

function agreementTable(agreements: DealerAgreement[], run: PrintRun): Block {
  return listing(run.say('agreements'), {
    headings: [run.say('number'), run.say('validFrom'), run.say('validTo'), run.say('state'), run.say('inForce')],
    widths: ['*', 28, 28, 25, 22],
    rows: agreements.map(({ number, validFrom, validTo, state, inForce }) => [number, validFrom, validTo, run.word('agreement', state), run.yesNo(inForce)]),
    empty: run.say('none'),
  });
}

/** Each technician with the certificates that hold. */
function technicianTable(technicians: Technician[], certificates: Certificate[], run: PrintRun): Block {
  const held = (technicianId: string): string => certificates
    .filter((certificate) => certificate.technicianId === technicianId && certificate.valid)
    .map(({ family, number, validUntil }) => run.say('certificateUntil', { family, number, validUntil }))
    .join('\n');
  return listing(run.say('technicians'), {
    headings: [run.say('personName'), run.say('atWork'), run.say('certificates')],
    widths: [45, 22, '*'],
    rows: technicians.map(({ id, name, active }) => [name, run.yesNo(active), held(id) || run.say('none')]),
    empty: run.say('none'),
  });
}
