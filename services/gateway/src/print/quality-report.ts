import { CallService, DealerService, InstallationService, ProductModelService, ProductUnitService, type ProductModel, type ProductUnit, type QualityReport } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import type { Attachments } from '../attachments/attachments.js';
import { ifVisible } from '../http/all-items.js';
import { fields, formPaper, pictures, texts, type Block, type Field, type Paper } from './paper.js';
import { paperPhotos, type PaperPhoto } from './photos.js';
import type { PrintRun } from './print-run.js';

/** What the report tells beside itself. */
interface Around {
  dealerName: string;
  /** Number of the call or installation that it is about. */
  origin: string;
  unit?: ProductUnit;
  model?: ProductModel;
}

/** the written report 书面报告 as it was handed in, with the manufacturer's answer; a due one to be filled in. */
export async function qualityReport(bus: Bus, report: QualityReport, attachments: Attachments, run: PrintRun): Promise<Paper> {
  const around = await aroundOf(bus, report, run);
  // Last, since twenty photos may take longer than other services may be asked for.
  const photos = await paperPhotos(attachments, report.photos);
  return formPaper(run, {
    title: run.say('qualityReport'),
    number: report.number,
    path: `/quality-reports/${report.id}`,
    body: [
      fields(run.say('basics'), basics(report, around, run)),
      fields(run.say('product'), product(report, around, run)),
      texts(run.say('reportContent'), content(report, run)),
      fields(run.say('evidence'), [[[run.say('visibleDamage'), run.yesNo(report.visibleDamage)], [run.say('photos'), run.say('pieces', { count: report.photos.length })]]]),
      ...shown(report, photos, run),
      ...answer(report, run),
    ],
    images: Object.fromEntries(photos.map(({ number, jpeg }) => [imageOf(number), `data:image/jpeg;base64,${jpeg.toString('base64')}`])),
    parties: ['copyDealer', 'copyManufacturer', 'copyRecord'],
    signatures: [run.say('signDealer'), run.say('signQuality'), run.say('signSupervisor')],
  });
}

const imageOf = (number: number): string => `photo-${number}`;

/** the photos themselves; what cannot be printed is counted. */
function shown(report: QualityReport, photos: PaperPhoto[], run: PrintRun): Block[] {
  const left = report.photos.length - photos.length;
  return [
    ...(photos.length > 0 ? [pictures(run, run.say('photos'), photos.map(({ number }) => ({ image: imageOf(number), caption: run.say('photo', { number }) })))] : []),
    ...(left > 0 ? [{ text: run.say('photosLeftOut', { count: left }), fontSize: 7.5, color: '#444444', margin: [0, 3, 0, 0] }] : []),
  ];
}

async function aroundOf(bus: Bus, { dealerId, unitId, originKind, originId }: QualityReport, run: PrintRun): Promise<Around> {
  const origin = originKind === 'installation'
    ? ifVisible(bus.call(InstallationService.method.getInstallation, { id: originId }))
    : ifVisible(bus.call(CallService.method.getCall, { id: originId }));
  const [dealer, from, unit] = await Promise.all([
    ifVisible(bus.call(DealerService.method.getDealerStanding, { id: dealerId })),
    origin,
    unitId ? ifVisible(bus.call(ProductUnitService.method.getUnit, { id: unitId })) : undefined,
  ]);
  const model = unit && (await ifVisible(bus.call(ProductModelService.method.getProductModel, { id: unit.modelId })));
  return { dealerName: dealer ? `${run.name(dealer)} (${dealer.code})` : '', origin: from?.number ?? '', unit, model };
}

function basics(report: QualityReport, { dealerName, origin }: Around, run: PrintRun): Field[][] {
  const time = (at: string): string => (at ? localTime(at, run.locale) : '');
  return [
    [[run.say('dealer'), dealerName]],
    [[run.say('origin'), [run.word('origin', report.originKind), origin].filter(Boolean).join('  ')], [run.say('reportBasis'), run.word('reportBasis', report.basis)]],
    [[run.say('registeredOn'), time(report.createdAt)], [run.say('dueOn'), time(report.dueAt)]],
    [[run.say('state'), [run.word('qualityReport', report.state), ...(report.overdue ? [run.say('late')] : [])].join(run.say('comma'))], [run.say('submittedAt'), time(report.submittedAt)]],
    [[run.say('designDefect'), run.yesNo(report.designDefect)]],
  ];
}

function product(report: QualityReport, { unit, model }: Around, run: PrintRun): Field[][] {
  return [
    [[run.say('serial'), report.serial], [run.say('manufacturedOn'), unit?.manufacturedOn ?? '']],
    [[run.say('model'), model ? `${model.code}  ${run.name(model)}` : (unit?.modelCode ?? '')], [run.say('purchaseDate'), unit?.purchaseDate || run.say('unknown')]],
    [[run.say('lot'), report.lot], [run.say('affectedCount'), String(report.affectedSerials.length)]],
  ];
}

/** Description, cause and proposed remedy; of a report that is due, place to write them. */
function content(report: QualityReport, run: PrintRun): Field[] {
  const place = report.state === 'due' ? '\n\n\n' : run.say('none');
  return [
    ...(report.markReason ? [[run.say('markReason'), report.markReason] satisfies Field] : []),
    [run.say('description'), report.description || place],
    [run.say('cause'), report.cause || place],
    [run.say('proposedRemedy'), report.action || place],
    ...(report.affectedSerials.length > 0 ? [[run.say('affectedSerials'), report.affectedSerials.join(run.say('comma'))] satisfies Field] : []),
  ];
}

/** The manufacturer's answer, once there is one. */
function answer(report: QualityReport, run: PrintRun): Block[] {
  if (!report.answeredAt) return [];
  const concerned = [...report.actionSerials, ...report.actionLots.map((lot) => `${run.say('lot')} ${lot}`)];
  return [
    fields(run.say('answer'), [
      [[run.say('answeredAt'), localTime(report.answeredAt, run.locale)], [run.say('closedAt'), report.closedAt ? localTime(report.closedAt, run.locale) : '']],
      [[run.say('othersWarned'), run.yesNo(report.warnsOthers)], [run.say('answerRead'), report.readers[0] ? localTime(report.readers[0].readAt, run.locale) : run.say('no')]],
    ]),
    texts(run.say('measures'), [
      [run.say('action'), report.answer],
      ...(concerned.length > 0 ? [[run.say('concerned'), concerned.join(run.say('comma'))] satisfies Field] : []),
      ...(report.warning ? [[run.say('warningText'), report.warning] satisfies Field] : []),
      ...(report.closingNote ? [[run.say('closingNote'), report.closingNote] satisfies Field] : []),
    ]),
  ];
}
