import { MonthService, TieOutService, type TieOut, type TieOutRow } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import { callContext, type Bus } from '@aftercare/messaging';
import { fields, formPaper, listing, type Block, type Field, type Paper } from '../print/paper.js';
import type { PrintRun } from '../print/print-run.js';
import type { PrintKey } from '../texts/texts.js';

/** Lines at fault on the page, fewer beside what stands against closing; it says so when there are more. */
const FAULTS_MAX = 6;
const FAULTS_BESIDE = 1;
const OBSTACLES_MAX = 2;

/** H-8: the proof of a month's tie-out on one page: the three identities with their terms, and the lines at fault. */
export async function tieOutProof(bus: Bus, month: string, run: PrintRun): Promise<Paper> {
  // What is at fault is worded by its service: in the language of the paper.
  const ctx = { ...callContext(), locale: run.locale };
  const [proof, state, faults, looked] = await Promise.all([
    bus.call(TieOutService.method.getTieOut, { month }), bus.call(MonthService.method.getMonth, { month }), bus.call(TieOutService.method.listTieOutFaults, { month, page: { limit: FAULTS_MAX } }, { ctx }),
    bus.call(MonthService.method.listMonthObstacles, { month }, { ctx }),
  ]);
  // What was found before a month was closed is over.
  const obstacles = state.closedAt === '' ? looked.items.filter(({ hint }) => !hint) : [];
  const faultsMax = obstacles.length > 0 ? FAULTS_BESIDE : FAULTS_MAX;
  return formPaper(run, {
    title: run.say('tieOutProof'),
    number: month,
    path: `/months/${month}/tie-out`,
    body: [
      fields(run.say('basics'), [
        [[run.say('tieOutVerdict'), run.say(verdictOf(proof, obstacles))], [run.say('tieOutFaultCount'), String(proof.faultCount)]],
        [[run.say('tieOutDealers'), String(proof.dealerCount)], [run.say('tieOutParts'), String(proof.partCount)], [run.say('tieOutRows'), String(proof.rowCount)]],
        [
          [run.say('tieOutComparedAt'), proof.comparedAt ? localTime(proof.comparedAt, run.locale) : run.say('tieOutNotYet')],
          [run.say('monthClosedAt'), state.closedAt ? localTime(state.closedAt, run.locale) : run.say('monthOpen')],
        ],
        ...(state.hash ? [[[run.say('monthHash'), state.hash] satisfies Field]] : []),
      ]),
      ...(proof.totals ? identities(proof.totals, run) : []),
      ...(faults.items.length > 0 ? [faultTable(faults.items.slice(0, faultsMax), run)] : []),
      ...(obstacles.length > 0 ? [obstacleTable(obstacles.slice(0, OBSTACLES_MAX), run)] : []),
    ],
    notes: [
      run.say('tieOutNote'), ...(proof.faultCount > faultsMax ? [run.say('tieOutShortened', { max: faultsMax })] : []),
      ...(obstacles.length > OBSTACLES_MAX ? [run.say('tieOutObstaclesShortened', { max: OBSTACLES_MAX })] : []),
    ],
    signatures: [run.say('signFinance'), run.say('signSupervisor')],
    dense: true,
  });
}

/** What a comparison found in the lists themselves; all else, such as a service that was away, only kept it from proving them. */
const DIFFERENCES: readonly string[] = ['LISTS_DIFFER', 'HOLDINGS_DIFFER', 'REVENUE_DIFFERS', 'CLOSED_LIST_DIFFERS'];

/** H-8: what is lost without a counterpart ties out by events, so that only the services' lists tell whether the month is proved. */
function verdictOf({ model, proved, tied, comparison }: TieOut, obstacles: readonly { code: string }[]): PrintKey {
  if (model !== 'ready') return 'tieOutRebuilding';
  if (!tied) return 'tieOutNotProved';
  if (proved) return obstacles.length === 0 ? 'tieOutProved' : 'tieOutObstructed';
  const differs = obstacles.length === 0 || obstacles.some(({ code }) => DIFFERENCES.includes(code));
  return comparison === 'differing' && differs ? 'tieOutListsDiffer' : 'tieOutNotCompared';
}

type Term = [key: PrintKey, value: number | string];

const BESIDE = 3;
/** Room for what a term is called; its value is a number. */
const TERM_MM = 32;

/** Each identity with its terms beside each other, the left side first. */
function identities(totals: TieOutRow, run: PrintRun): Block[] {
  const terms = (title: PrintKey, left: Term[], right: Term[], difference: number | string): Block => {
    const named = [
      ...left.map(([key, value]) => [run.say('tieOutLeft', { term: run.say(key) }), String(value)] satisfies Field), ...right.map(([key, value]) => [run.say('tieOutRight', { term: run.say(key) }), String(value)] satisfies Field),
      [run.say('tieOutDifference'), String(difference)] satisfies Field,
    ];
    return fields(run.say(title), Array.from({ length: Math.ceil(named.length / BESIDE) }, (_row, at) => named.slice(at * BESIDE, (at + 1) * BESIDE)), { labelMm: TERM_MM });
  };
  const t = totals;
  return [
    terms('tieOutIssue', [['termShipped', t.shipped], ['termShortage', -t.shortage]], [['termCharged', t.charged], ['termOwed', t.owed], ['termFree', t.free]], t.issueDifference),
    terms('tieOutRevenue', [['termRevenue', t.revenue]], [['termShippedNet', t.shippedNet], ['termConvertedNet', t.convertedNet], ['termManualNet', t.manualNet], ['termReversedNet', minus(t.reversedNet)]], t.revenueDifference),
    terms('tieOutReturn', [['termDue', t.due], ['termOpening', t.opening]], [
      ['termReturned', t.returned], ['termConverted', t.converted - t.reversed], ['termExcused', t.excused], ['termOutstanding', t.outstandingChange], ['termCredit', -t.creditChange], ['termLate', -t.lateChange],
    ], t.returnDifference),
  ];
}

const minus = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : amount === '0.00' ? amount : `-${amount}`);

function obstacleTable(obstacles: { service: string; documentNumber: string; text: string }[], run: PrintRun): Block {
  return listing(run.say('tieOutObstacles'), {
    headings: [run.say('tieOutService'), run.say('tieOutDocument'), run.say('tieOutObstacle')],
    widths: [22, 34, '*'],
    rows: obstacles.map(({ service, documentNumber, text }) => [service, documentNumber, text]),
    empty: run.say('none'),
  });
}

function faultTable(faults: { dealerCode: string; partNumber: string; documentNumber: string; text: string }[], run: PrintRun): Block {
  return listing(run.say('tieOutFaults'), {
    headings: [run.say('dealer'), run.say('partNumber'), run.say('tieOutFault')],
    widths: [22, 28, '*'],
    rows: faults.map(({ dealerCode, partNumber, text }) => [dealerCode, partNumber, text]),
    empty: run.say('none'),
  });
}
