import {
  DealerService, PartService, ProductModelService, ProductUnitService, TechnicianService, type Part, type ProductModel, type ProductUnit, type RepairCall, type RepairRecord,
} from '@aftercare/contracts';
import { addMoney, localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { ifVisible } from '../http/all-items.js';
import { fields, formPaper, listing, texts, type Block, type Field, type Paper } from './paper.js';
import type { Personal } from './personal.js';
import type { PrintRun } from './print-run.js';

/** Lines to fill in by hand on the paper that a technician takes along. */
const BLANK_ROWS = 3;
/** A longer text stands by itself, so that it can go on on the next page. */
const IN_A_FIELD_MAX = 200;

/** What the record tells beside the call itself. */
interface Around {
  unit?: ProductUnit;
  model?: ProductModel;
  dealerName: string;
  technicianName: string;
  parts: Map<string, Part>;
}

/** the repair record 维修记录 of a call with each visit's record; before the first one a form to be filled in and signed on the spot. */
export async function repairRecord(bus: Bus, call: RepairCall, personal: Personal, run: PrintRun): Promise<Paper> {
  const around = await aroundOf(bus, call, run);
  return formPaper(run, {
    title: run.say('repairRecord'),
    number: call.number,
    path: `/repair-calls/${call.id}`,
    body: [
      fields(run.say('customer'), [[[run.say('personName'), personal.name], [run.say('phone'), personal.phones.join('  ')], [run.say('region'), run.region(call.regionCode)]], [[run.say('address'), personal.address]]]),
      fields(run.say('productAndCall'), [...product(call, around, run), ...intake(call, around, run)]),
      ...apart(run.say('symptoms'), run.say('asReported'), call.symptoms),
      ...(call.records.length > 0 ? call.records.flatMap((record, at) => recorded(record, { call, around, at, run })) : blank(run)),
      fields(run.say('confirmation'), confirmation(call, run)),
    ],
    notes: [run.say('recordNote'), run.say(personal.plain ? 'personalNote' : 'maskedNote')],
    parties: ['copyCustomer', 'copyDealer', 'copyManufacturer'],
    signatures: [run.say('signCustomer'), run.say('signTechnician'), run.say('signDealer')],
  });
}

async function aroundOf(bus: Bus, { unitId, dealerId, technicianUserId, records }: RepairCall, run: PrintRun): Promise<Around> {
  const partIds = [...new Set(records.flatMap(({ partsUsed }) => partsUsed.map(({ partId }) => partId)))];
  const [unit, dealer, technician, parts] = await Promise.all([
    unitId ? ifVisible(bus.call(ProductUnitService.method.getUnit, { id: unitId })) : undefined,
    dealerId ? ifVisible(bus.call(DealerService.method.getDealerStanding, { id: dealerId })) : undefined,
    technicianUserId ? ifVisible(bus.call(TechnicianService.method.getTechnician, { userId: technicianUserId })) : undefined,
    Promise.all(partIds.map((id) => ifVisible(bus.call(PartService.method.getPart, { id })))),
  ]);
  const model = unit && (await ifVisible(bus.call(ProductModelService.method.getProductModel, { id: unit.modelId })));
  const known = parts.flatMap((part) => (part ? [[part.id, part] as const] : []));
  return { unit, model, dealerName: dealer ? `${run.name(dealer)} (${dealer.code})` : '', technicianName: technician?.name ?? '', parts: new Map(known) };
}

function product(call: RepairCall, { unit, model }: Around, run: PrintRun): Field[][] {
  const stage = call.stage || unit?.stage || '';
  const modelName = model ? `${model.code}  ${run.name(model)}` : (unit?.modelCode ?? '');
  return [
    [[run.say('serial'), call.unitSerial], [run.say('model'), modelName || call.unitDescription]],
    [[run.say('stage'), stage ? run.word('stage', stage) : run.say('unknown')], [run.say('warrantyUntil'), unit?.warrantyUntil || run.say('unknown')], [run.say('state'), run.word('call', call.state)]],
  ];
}

function intake(call: RepairCall, { dealerName, technicianName }: Around, run: PrintRun): Field[][] {
  const time = (at: string): string => (at ? localTime(at, run.locale) : '');
  const solved = call.clocks.at(-1)?.stoppedAt ?? '';
  const breached = call.clocks.find(({ breachedAt }) => breachedAt)?.breachedAt ?? '';
  return [
    [[run.say('dealer'), dealerName], [run.say('technician'), technicianName]],
    [[run.say('channel'), run.word('channel', call.channel)], [run.say('openedAt'), time(call.openedAt)], [run.say('receivedAt'), time(call.receivedAt)]],
    ...(call.appointmentFrom ? [[[run.say('appointment'), `${time(call.appointmentFrom)} – ${time(call.appointmentTo)}`]] satisfies Field[]] : []),
    ...(solved || breached ? [[[run.say('resolvedAt'), time(solved)], [run.say('breachedAt'), breached ? time(breached) : run.say('none')]] satisfies Field[]] : []),
    ...within(run.say('symptoms'), call.symptoms),
  ];
}

/** One visit's record: faults with cause and action, parts, fees, and what the customer was told. */
function recorded(record: RepairRecord, { call, around, at, run }: { call: RepairCall; around: Around; at: number; run: PrintRun }): Block[] {
  const which = call.records.length > 1 ? run.say('visit', { number: at + 1, at: localTime(record.recordedAt, run.locale) }) : localTime(record.recordedAt, run.locale);
  return [
    faultTable(record.faults.map((fault, row) => [
      String(row + 1), coded(fault.faultCode, fault.faultDescription), coded(fault.causeCode, fault.cause), coded(fault.actionCode, fault.action) + (fault.designDefect ? `\n${run.say('designDefectMarked')}` : ''),
    ]), which, run),
    ...(record.partsUsed.length > 0 ? [partTable(record, around, run)] : []),
    fields(run.say('settlement'), [
      [[run.say('labourFee'), record.labourFee], [run.say('travelFee'), record.travelFee], [run.say('feesTotal'), record.labourFee === '' ? '' : addMoney(record.labourFee, record.travelFee)]],
      [[run.say('solved'), run.yesNo(record.resolved)], [run.say('firstVisit'), run.yesNo(record.firstVisit)], [run.say('photos'), run.say('pieces', { count: record.photos.length })]],
      ...within(run.say('toldCustomer'), record.toldCustomer),
    ]),
    ...apart(run.say('toldCustomer'), run.say('advice'), record.toldCustomer),
  ];
}

/** A text as a field where it is short. */
const within = (name: string, text: string): Field[][] => (text !== '' && text.length <= IN_A_FIELD_MAX ? [[[name, text]]] : []);
const apart = (title: string, name: string, text: string): Block[] => (text.length > IN_A_FIELD_MAX ? [texts(title, [[name, text]])] : []);

const coded = (code: string, text: string): string => [code, text].filter(Boolean).join('\n');

function faultTable(rows: string[][], which: string, run: PrintRun): Block {
  return listing([run.say('faultsAndWork'), which].filter(Boolean).join('  '), {
    headings: [run.say('row'), run.say('fault'), run.say('cause'), run.say('action')], widths: [11, '*', '*', '*'], rows, empty: run.say('none'),
  });
}

function partTable({ partsUsed }: RepairRecord, { parts }: Around, run: PrintRun): Block {
  return listing(run.say('partsUsed'), {
    headings: [run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('partSource'), run.say('oldPart')],
    widths: [34, '*', 16, 28, 44],
    rows: partsUsed.map(({ partId, quantity, source, oldPartKept, oldPartSerial }) => {
      const part = parts.get(partId);
      return [part?.number ?? '', part ? run.name(part) : run.say('unknown'), String(quantity), run.word('partSource', source), [run.say(oldPartKept ? 'kept' : 'notKept'), oldPartSerial].filter(Boolean).join('  ')];
    }),
    empty: run.say('none'),
  });
}

/** What is filled in by hand where nothing was recorded yet. */
function blank(run: PrintRun): Block[] {
  const lines = (columns: number): string[][] => Array.from({ length: BLANK_ROWS }, (_, at) => [String(at + 1), ...Array.from({ length: columns }, () => '\n')]);
  return [
    faultTable(lines(3), '', run),
    listing(run.say('partsUsed'), { headings: [run.say('row'), run.say('partNumber'), run.say('partName'), run.say('quantity'), run.say('oldPart')], widths: [11, 34, '*', 16, 44], rows: lines(4), empty: run.say('none') }),
    fields(run.say('settlement'), [[[run.say('labourFee'), '\n'], [run.say('travelFee'), ''], [run.say('feesTotal'), '']], [[run.say('solved'), `□ ${run.say('yes')}     □ ${run.say('no')}`], [run.say('advice'), '']]]),
  ];
}

function confirmation(call: RepairCall, run: PrintRun): Field[][] {
  // Before the first record: what was agreed to for the work that is to come.
  const agreed = call.records.length > 0 ? call.agreedTotal : call.quotes.findLast(({ state }) => state === 'accepted')?.total;
  return [
    [
      [run.say('confirmedBy'), call.confirmationMethod ? run.word('confirmation', call.confirmationMethod) : run.say('notConfirmed')],
      [run.say('confirmedAt'), call.confirmedAt ? localTime(call.confirmedAt, run.locale) : ''],
      [run.say('agreedTotal'), agreed || run.say('none')],
    ],
  ];
}
