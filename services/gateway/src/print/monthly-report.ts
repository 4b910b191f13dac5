import { DealerService, DutyService, type MonthlyReport, type MonthlyReportLine } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { allItems, ifVisible } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import type { PrintRun } from './print-run.js';

/** Longer reports say that they are shortened; the figures above the lines are those of the whole. */
const LINES_MAX = 1_500;
const duty = DutyService.method;

/** the monthly report 安装统计 or 维修汇总 as it stands: figures, the lines that count, those that do not, and amendments. */
export async function monthlyReport(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const [report, lines] = await Promise.all([
    bus.call(duty.getMonthlyReport, { id }),
    allItems(LINES_MAX, (page) => bus.call(duty.listMonthlyReportLines, { id, page })),
  ]);
  const dealer = await ifVisible(bus.call(DealerService.method.getDealerStanding, { id: report.dealerId }));
  const dealerName = dealer ? run.name(dealer) : report.dealerName;
  const counted = lines.items.filter(({ standing }) => standing === 'counted');
  const others = lines.items.filter(({ standing }) => standing !== 'counted');
  const repair = report.kind === 'repair';
  return formPaper(run, {
    title: run.say(repair ? 'repairReport' : 'installationReport'),
    number: report.number || `${report.dealerCode} ${report.month} (${run.say('notSubmitted')})`,
    path: `/monthly-reports/${id}`,
    body: [
      fields(run.say('basics'), basics({ ...report, dealerName }, run)),
      fields(run.say('figures'), figures(report, run)),
      ...(repair ? [faultTable(counted, run), repairTable(counted, run)] : [installationTable(counted, run)]),
      ...(others.length > 0 ? [otherTable(others, run)] : []),
      ...(report.amendments.length > 0 ? [amendmentTable(report, run)] : []),
    ],
    notes: lines.more ? [run.say('shortenedLines', { max: LINES_MAX }), ...(repair ? [run.say('byFaultShortened')] : [])] : [],
    parties: ['copyRecord', 'copyManufacturer', 'copyFinance'],
    signatures: [run.say('signFiledBy'), run.say('signDealer'), run.say('signService')],
  });
}

function basics(report: MonthlyReport, run: PrintRun): Field[][] {
  return [
    [[run.say('dealer'), `${report.dealerName} (${report.dealerCode})`]],
    [[run.say('month'), report.month], [run.say('dueOn'), report.dueOn]],
    [[run.say('state'), stateOf(report, run)], [run.say('submittedAt'), report.submittedAt ? localTime(report.submittedAt, run.locale) : '']],
  ];
}

function stateOf({ state, nil, late }: MonthlyReport, run: PrintRun): string {
  const words = [run.word('report', state), ...(nil ? [run.say('nil')] : []), ...(late ? [run.say('late')] : [])];
  return words.join(run.say('comma'));
}

function figures({ counted, leftOut, pending, submittedLines, state, outcomes }: MonthlyReport, run: PrintRun): Field[][] {
  const by = outcomes.map(({ outcome, lines }) => `${run.word('outcome', outcome)} ${lines}`).join(run.say('comma'));
  return [
    [[run.say('counted'), String(counted)], [run.say('submittedLines'), state === 'open' ? '' : String(submittedLines)]],
    [[run.say('leftOut'), String(leftOut)], [run.say('pending'), String(pending)]],
    [[run.say('byOutcome'), by || run.say('none')]],
  ];
}

function installationTable(lines: MonthlyReportLine[], run: PrintRun): Block {
  return listing(run.say('installations'), {
    headings: [run.say('row'), run.say('number'), run.say('factDate'), run.say('model'), run.say('serial'), run.say('result')],
    widths: [12, 34, 24, 34, '*', 26],
    rows: lines.map(({ itemNumber, itemOn, modelCode, serial, outcome }, at) => [String(at + 1), itemNumber, itemOn, modelCode, serial, run.word('outcome', outcome)]),
    empty: run.say('none'),
  });
}

function repairTable(lines: MonthlyReportLine[], run: PrintRun): Block {
  return listing(run.say('repairs'), {
    headings: [run.say('row'), run.say('number'), run.say('factDate'), run.say('serial'), run.say('faults'), run.say('piecesUsed'), run.say('result')],
    widths: [10, 28, 20, 32, '*', 15, 22],
    rows: lines.map((line, at) => [
      String(at + 1), line.itemNumber || run.say('byHand'), line.itemOn, line.serial, faultsOf(line, run), String(line.pieces), run.word('outcome', line.outcome),
    ]),
    empty: run.say('none'),
  });
}

/** Repairs and pieces by fault code, the most frequent first; one with several codes counts at each. */
function faultTable(lines: MonthlyReportLine[], run: PrintRun): Block {
  const by = new Map<string, { repairs: number; pieces: number }>();
  for (const { faultCodes, pieces } of lines) {
    for (const code of faultCodes.length > 0 ? new Set(faultCodes) : ['']) {
      const sum = by.get(code) ?? { repairs: 0, pieces: 0 };
      by.set(code, { repairs: sum.repairs + 1, pieces: sum.pieces + pieces });
    }
  }
  const rows = [...by].sort(([a, left], [b, right]) => right.repairs - left.repairs || Number(a === '') - Number(b === '') || (a < b ? -1 : 1));
  return listing(run.say('byFault'), {
    headings: [run.say('faultCode'), run.say('repairsCounted'), run.say('piecesUsed')],
    widths: ['*', 30, 30],
    rows: rows.map(([code, { repairs, pieces }]) => [code || run.say('withoutCode'), String(repairs), String(pieces)]),
    empty: run.say('none'),
  });
}

const faultsOf = ({ faultCodes, note }: MonthlyReportLine, run: PrintRun): string => [faultCodes.join(run.say('comma')), note].filter(Boolean).join('\n');

/** What does not count: left out by the dealer, or told after the submission and waiting for an amendment. */
function otherTable(lines: MonthlyReportLine[], run: PrintRun): Block {
  return listing(run.say('notCounted'), {
    headings: [run.say('number'), run.say('factDate'), run.say('serial'), run.say('standing'), run.say('reason')],
    widths: [34, 24, 40, 26, '*'],
    rows: lines.map(({ itemNumber, itemOn, serial, standing, leftOutReason }) => [itemNumber || run.say('byHand'), itemOn, serial, run.word('standing', standing), leftOutReason]),
    empty: run.say('none'),
  });
}

function amendmentTable({ amendments }: MonthlyReport, run: PrintRun): Block {
  return listing(run.say('amendments'), {
    headings: [run.say('number'), run.say('amendedAt'), run.say('takenIn'), run.say('leftOut'), run.say('reason')],
    widths: [38, 36, 18, 18, '*'],
    rows: amendments.map(({ number, amendedAt, takenIn, leftOut, reason }) => [number, localTime(amendedAt, run.locale), String(takenIn), String(leftOut), reason]),
    empty: run.say('none'),
  });
}
