import { CallService, CustomerService, type CallSummary, type Customer, type TimelineEntryJson } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { customerTimeline } from '../customers/customer-timeline.js';
import { allItems } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import type { Personal } from './personal.js';
import type { PrintRun } from './print-run.js';

/** Longer files say that they are shortened; the newest stands first. */
const ENTRIES_MAX = 1_500;
const CALLS_MAX = 500;

/**
 * X-1, C-6: the customer file 用户档案: the customer, installed units, calls, and the one time line of everything that happened, as the screen shows it.
 * A merged file (C-1) says into which one it went, whose units, calls and time line it shows.
 */
export async function customerFile(bus: Bus, customer: Customer, personal: Personal, run: PrintRun): Promise<Paper> {
  const inUse = await fileInUse(bus, customer);
  const [calls, entries] = await Promise.all([
    allItems(CALLS_MAX, (page) => bus.call(CallService.method.listCalls, { customerId: inUse.id, page })),
    allItems(ENTRIES_MAX, (page) => customerTimeline(bus, inUse.id, page)),
  ]);
  const shortened = (max: number): Block => ({ text: run.say('shortened', { max }), fontSize: 7.5, margin: [0, 2, 0, 0] });
  return formPaper(run, {
    title: run.say('customerFile'),
    number: customer.number,
    path: `/customers/${customer.id}`,
    body: [
      fields(run.say('basics'), basics(customer, personal, run, inUse)),
      ...(inUse === customer ? [] : [{ text: run.say('ofSurvivor', { number: inUse.number }), fontSize: 7.5, margin: [0, 2, 0, 0] }]),
      unitTable(inUse, run),
      callTable(calls.items, run),
      ...(calls.more ? [shortened(CALLS_MAX)] : []),
      timelineTable(entries.items, run),
      ...(entries.more ? [shortened(ENTRIES_MAX)] : []),
    ],
    notes: personal.plain ? [run.say('personalNote')] : [run.say('maskedNote')],
    signatures: [run.say('signDealer'), run.say('signFiledBy'), run.say('signCheckedBy')],
  });
}

/** C-1: the surviving file of a merged one, which whoever sees the one sees as well. */
async function fileInUse(bus: Bus, customer: Customer): Promise<Customer> {
  return customer.mergedInto === '' ? customer : bus.call(CustomerService.method.getCustomer, { id: customer.mergedInto });
}

function basics(customer: Customer, personal: Personal, run: PrintRun, inUse: Customer): Field[][] {
  return [
    [[run.say('personName'), personal.name], [run.say('language'), run.word('language', customer.language)]],
    [[run.say('phone'), personal.phones.join('  ')]],
    [[run.say('region'), run.region(customer.regionCode)]],
    [[run.say('address'), personal.address]],
    [[run.say('consentService'), run.yesNo(customer.consentService)], [run.say('consentMarketing'), run.yesNo(customer.consentMarketing)]],
    [[run.say('registeredOn'), localTime(customer.createdAt, run.locale)], [run.say('state'), stateOf(customer, inUse, run)]],
  ];
}

function stateOf(customer: Customer, inUse: Customer, run: PrintRun): string {
  if (customer.anonymisedAt) return run.say('anonymised');
  if (inUse !== customer) return run.say('mergedInto', { number: inUse.number });
  return run.say('inUse');
}

function unitTable({ units }: Customer, run: PrintRun): Block {
  return listing(run.say('units'), {
    headings: [run.say('serial'), run.say('model'), run.say('purchaseDate'), run.say('stage')],
    widths: ['*', 45, 28, 32],
    rows: units.map((unit) => [unit.serial, unit.modelCode, unit.purchaseDate || run.say('unknown'), run.word('stage', unit.stage)]),
    empty: run.say('none'),
  });
}

function callTable(calls: CallSummary[], run: PrintRun): Block {
  return listing(run.say('calls'), {
    headings: [run.say('number'), run.say('openedAt'), run.say('serial'), run.say('symptoms'), run.say('state')],
    widths: [27, 34, 33, '*', 20],
    rows: calls.map(({ number, openedAt, unitSerial, symptoms, state }) => [number, localTime(openedAt, run.locale), unitSerial, symptoms, run.word('call', state)]),
    empty: run.say('none'),
  });
}

function timelineTable(entries: TimelineEntryJson[], run: PrintRun): Block {
  return listing(run.say('timeline'), {
    headings: [run.say('recordedAt'), run.say('event'), run.say('factDate'), run.say('serial'), run.say('details')],
    widths: [34, 32, 22, 36, '*'],
    rows: entries.map((entry) => [localTime(entry.at ?? '', run.locale), run.word('timeline', entry.kind ?? ''), entry.on ?? '', entry.serial ?? '', detailsOf(entry, run)]),
    empty: run.say('none'),
  });
}

/** What an entry says beside its kind: the document's number, the part or how many, what it cost, the fields that changed. */
function detailsOf({ number, partNumber, partName, quantity, amount, fields: changed = [] }: TimelineEntryJson, run: PrintRun): string {
  const part = partNumber ? run.say('timelinePart', { partNumber, partName, quantity }) : quantity ? `${run.say('piecesUsed')} ${quantity}` : '';
  const cost = amount ? run.say('timelineAmount', { amount }) : '';
  return [number, part, cost, changed.map((field) => run.word('field', field)).join(run.say('comma'))].filter(Boolean).join('  ');
}
