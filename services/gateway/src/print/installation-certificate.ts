import { CustomerService, DealerService, ProductModelService, ProductUnitService, TechnicianService, type ChecklistItem, type Installation, type ProductModel, type ProductUnit } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { ifVisible } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import type { Personal } from './personal.js';
import type { PrintRun } from './print-run.js';

/** Lines to fill in by hand on the paper of an appointment. */
const BLANK_CHECKS = 5;

/** What the certificate tells beside the installation itself. */
interface Around {
  unit?: ProductUnit;
  model?: ProductModel;
  dealerName: string;
  technicianName: string;
  /** Where the customer lives. */
  regionCode: string;
}

/** a cancelled appointment certifies nothing, and nobody fills its form in; looked at before anything is revealed. Errors: INSTALLATION_CANCELLED. */
export function requirePrintable({ state }: Installation): void {
  if (state === 'cancelled') throw new ServiceError('failed_precondition', 'INSTALLATION_CANCELLED', 'The installation was cancelled.');
}

/**
 * the certificate of an accepted installation; before that the same form to be filled in and signed on the spot, and of a
 * failed one the form with what was wrong.
 */
export async function installationCertificate(bus: Bus, installation: Installation, personal: Personal, run: PrintRun): Promise<Paper> {
  const around = await aroundOf(bus, installation, run);
  const accepted = installation.state === 'accepted';
  return formPaper(run, {
    title: run.say(accepted ? 'installationCertificate' : 'installationSheet'),
    number: installation.number,
    path: `/installations/${installation.id}`,
    body: [
      fields(run.say('customer'), [[[run.say('personName'), personal.name], [run.say('phone'), personal.phones.join('  ')]], [[run.say('region'), run.region(around.regionCode)]], [[run.say('address'), personal.address]]]),
      fields(run.say('product'), product(installation, around, run)),
      fields(run.say('work'), work(installation, around, run)),
      checks(installation, run),
      fields(run.say('outcome'), outcome(installation, run)),
    ],
    notes: [run.say('certificateNote'), run.say(personal.plain ? 'personalNote' : 'maskedNote')],
    parties: ['copyCustomer', 'copyDealer', 'copyManufacturer'],
    signatures: [run.say('signCustomer'), run.say('signTechnician'), run.say('signDealer')],
  });
}

async function aroundOf(bus: Bus, { unitId, dealerId, technicianUserId, customerId }: Installation, run: PrintRun): Promise<Around> {
  const [unit, dealer, technician, customer] = await Promise.all([
    ifVisible(bus.call(ProductUnitService.method.getUnit, { id: unitId })),
    ifVisible(bus.call(DealerService.method.getDealerStanding, { id: dealerId })),
    ifVisible(bus.call(TechnicianService.method.getTechnician, { userId: technicianUserId })),
    ifVisible(bus.call(CustomerService.method.getCustomer, { id: customerId })),
  ]);
  const model = unit && (await ifVisible(bus.call(ProductModelService.method.getProductModel, { id: unit.modelId })));
  return { unit, model, dealerName: dealer ? `${run.name(dealer)} (${dealer.code})` : '', technicianName: technician?.name ?? '', regionCode: customer?.regionCode ?? '' };
}

function product({ serial }: Installation, { unit, model }: Around, run: PrintRun): Field[][] {
  const modelName = model ? `${model.code}  ${run.name(model)}` : (unit?.modelCode ?? '');
  return [
    [[run.say('serial'), serial], [run.say('family'), model?.family ?? '']],
    [[run.say('model'), modelName]],
    [[run.say('manufacturedOn'), unit?.manufacturedOn ?? ''], [run.say('purchaseDate'), unit?.purchaseDate || run.say('unknown')]],
    [[run.say('warrantyUntil'), unit?.warrantyUntil ?? ''], [run.say('stage'), unit ? run.word('stage', unit.stage) : '']],
  ];
}

function work(installation: Installation, { dealerName, technicianName }: Around, run: PrintRun): Field[][] {
  const { appointmentFrom, appointmentTo, completedAt, completedOn, daysFromSale } = installation;
  const days = completedOn ? run.say('days', { days: daysFromSale }) : '';
  return [
    [[run.say('dealer'), dealerName]],
    [[run.say('technician'), technicianName], [run.say('daysFromSale'), days]],
    [[run.say('appointment'), `${localTime(appointmentFrom, run.locale)} – ${localTime(appointmentTo, run.locale)}`]],
    [[run.say('completedAt'), completedAt ? localTime(completedAt, run.locale) : '']],
  ];
}

/** C-4: the points of the checklist that was used with what was answered, then what was checked beside them; before the visit the form to fill in. */
function checks(installation: Installation, run: PrintRun): Block {
  const { state, checklistNumber } = installation;
  const rows = state === 'scheduled' ? openChecks(installation, run) : answers(installation, run);
  return listing(checklistNumber ? run.say('checklistOf', { number: checklistNumber }) : run.say('checklist'), {
    headings: [run.say('row'), run.say('check'), run.say('result'), run.say('remark')],
    widths: [12, '*', 46, 50],
    rows: rows.map((row, at) => [String(at + 1), ...row]),
    empty: run.say('none'),
  });
}

function openChecks({ points }: Installation, run: PrintRun): string[][] {
  const box = `□ ${run.say('passed')}   □ ${run.say('notPassed')}`;
  const names = points.length > 0 ? points.map((point) => run.name(point)) : Array.from({ length: BLANK_CHECKS }, () => ' ');
  return names.map((name) => [name, box, '']);
}

function answers({ points, checklist }: Installation, run: PrintRun): string[][] {
  const told = (name: string, answer?: ChecklistItem): string[] => [name, run.say(!answer ? 'notChecked' : answer.passed ? 'passed' : 'notPassed'), answer?.note ?? ''];
  const beside = checklist.filter(({ code }) => !points.some((point) => point.code === code));
  return [
    ...points.map((point) => told(run.name(point), checklist.find(({ code }) => code === point.code))),
    ...beside.map((answer) => told(run.word('check', answer.code), answer)),
  ];
}

function outcome({ state, customerInstructed, note, photos }: Installation, run: PrintRun): Field[][] {
  const mark = (chosen: boolean, text: string): string => `${chosen ? '■' : '□'} ${text}`;
  const open = state === 'scheduled';
  return [
    [[run.say('outcome'), `${mark(state === 'accepted', run.say('accepted'))}     ${mark(state === 'failed', run.say('failed'))}`]],
    [[run.say('instructed'), `${mark(customerInstructed, run.say('yes'))}     ${mark(!open && !customerInstructed, run.say('no'))}`]],
    [[run.say(state === 'failed' ? 'whatWasWrong' : 'remark'), note || '\n']],
    [[run.say('photos'), open ? '' : run.say('pieces', { count: photos.length })]],
  ];
}
