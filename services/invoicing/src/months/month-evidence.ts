import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, LateReturnReversedSchema, MonthComparedSchema, MonthListService, ObligationOpenedSchema, ObligationSettledSchema, OperationsService,
  PartsReceivedSchema, PartsShippedSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema, ShortageAgreedSchema, TieOutService,
} from '@aftercare/contracts';
import { addMonths, startOfDay } from '@aftercare/domain';
import { Bus, ServiceError, systemContext, type CallOptions } from '@aftercare/messaging';
import { allowLongStatements, backlogOf, Database, paced, planEachTime, type Tx } from '@aftercare/service';
import { driftOf, type Drift } from './frozen-lists.rules.js';
import {
  agreedBy, differingHoldings, differingLines, differingRevenue, differingSums, isHint, namedDifferences, obstacle, orderObstacles, revenueByDocument, sumsOf, waitingObstacles, type Compared,
  type ListedLine, type ListedSum, type Obstacle,
} from './month-close.rules.js';
import { bookedRevenue, closedBefore, keptOf, ledgerMark, standingOf } from './month-standing.js';

const SERVICE = 'invoicing';
/** The other services whose events the lists, the figures and the ledger are made of. */
const TELLERS = ['parts', 'insights'];
/** A large month is read in frames, each within this. */
const FRAME_MS = 20_000;
/** Dealers and parts of which lines are compared one by one; more differ together, and one cause names itself in these. */
const COMPARED_MAX = 50;
const OBSTACLES_MAX = 1_000;
/** What is just told is on its way for a moment: a close looks again before it refuses. */
const LOOKS = 4;
const PAUSE_MS = 1_500;

/** What may be gone a moment later by itself. */
const PASSING: readonly Obstacle['code'][] = ['TRANSACTION_RUNNING', 'EVENTS_WAITING', 'LISTS_DIFFER', 'REVENUE_DIFFERS', 'TIE_OUT_FAULTS', 'SERVICE_SILENT'];

/** The events that the lists, the figures and the ledger's revenue are made of: letters of others stand against no close. */
const LISTED_EVENTS = [
  PartsShippedSchema, PartsReceivedSchema, ShortageAgreedSchema, ObligationOpenedSchema, ObligationSettledSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema, LateReturnReversedSchema,
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema,
].map(({ typeName }) => typeName);

/** What the ledger's revenue was found to differ in, and the state of the ledger in which it was. */
interface LedgerLook {
  mark: string;
  differing: Obstacle[];
}

const UNREAD: LedgerLook = { mark: 'unread', differing: [] };

/** What was found of a month. */
export interface Evidence {
  /** The lines as parts lists them. */
  lines: ListedLine[];
  /** Lines of the closed month before that came after it was closed: this month takes them up. */
  late: ListedLine[];
  /** First month of which parts has anything. */
  firstMonth: string;
  /** What stands against closing, beside what this service's own books say. */
  obstacles: Obstacle[];
  /** What these say, as long as nothing is booked; undefined where the lists could not be read. */
  ledger: LedgerLook | undefined;
}

/** The terms of a month as the figures have them, and how the model that answered stands. */
interface FiguresOfMonth {
  sums: ListedSum[];
  model: string;
  faultCount: number;
}

/** H-8, B-6: what all services know of a month, asked outside of any transaction. */
@Injectable()
export class MonthEvidence {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
  ) {}

  /** One look at all services after the other, while something is only on its way. What the last one found is kept and told. */
  async gatherPatiently(month: string, looks = LOOKS): Promise<Evidence> {
    for (let [look, drift] = [1, undefined as Drift | undefined]; ; look += 1) {
      const found = await this.look(month, drift);
      drift = found.drift;
      const all = found.all.filter((each) => !isHint(each));
      if (look < looks && all.length > 0 && all.every(({ code }) => PASSING.includes(code))) {
        await sleep(PAUSE_MS);
        continue;
      }
      await this.keepLook(month, found.all);
      return found.evidence;
    }
  }

  private async keepLook(month: string, obstacles: readonly Obstacle[]): Promise<void> {
    await this.db.command(systemContext(SERVICE), async (tx) => {
      const [comparedAt, agreed] = [await tx.now(), agreedBy(obstacles)];
      await tx.sql({ name: 'month_look_keep', text: KEEP_LOOK, values: [month, comparedAt, agreed, JSON.stringify(obstacles.slice(0, OBSTACLES_MAX))] });
      // A month that still runs is looked at, and its lists are not compared for good.
      if (!obstacles.some(({ code }) => code === 'MONTH_NOT_OVER')) await tx.announce(MonthComparedSchema, { month, comparedAt, agreed });
      return {};
    });
  }

  /** A service that does not answer is named. What is under way is asked before the lists, so that nothing can come into them unseen. `known`: what the closed month before has come to, where that was found already. */
  private async look(month: string, known: Drift | undefined): Promise<{ evidence: Evidence; all: Obstacle[]; drift: Drift | undefined }> {
    const system = systemContext(SERVICE);
    const asked = { until: startOfDay(addMonths(`${month}-01`, 1)), eventTypes: LISTED_EVENTS };
    const at = { until: asked.until, now: await this.db.read(system, (tx) => tx.now()) };
    const obstacles: Obstacle[] = [];
    for (const service of TELLERS) {
      obstacles.push(...(await this.orSilent(service, async () => {
        const backlog = await this.bus.client(OperationsService, { instance: service }).getBacklog(asked, { ...this.asked(), instance: service });
        return waitingObstacles(service, backlog, at);
      })));
    }
    obstacles.push(...waitingObstacles(SERVICE, await backlogOf(this.db, systemContext(SERVICE), asked), at));
    let drift = known;
    let listed: { lines: ListedLine[]; firstMonth: string } | undefined;
    let figures: FiguresOfMonth | undefined;
    const silent = await Promise.all([
      this.orSilent('parts', async () => {
        listed = await this.listed(month);
        drift ??= await this.drift(month);
        return [];
      }),
      this.orSilent('insights', async () => {
        figures = await this.figures(month);
        return [];
      }),
    ]);
    obstacles.push(...silent.flat());
    if (!listed || !drift) {
      const evidence = { lines: [], late: [], firstMonth: '', obstacles, ledger: undefined };
      const own = await this.patiently((tx) => ownObstacles(tx, month, evidence));
      return { evidence, all: [...own.obstacles, ...obstacles], drift };
    }
    const [{ lines, firstMonth }, { late, differing }] = [listed, drift];
    const read = figures as FiguresOfMonth | undefined;
    // The database reads the ledger while the lists are compared here.
    const [own, compared] = await Promise.all([
      this.patiently((tx) => ownObstacles(tx, month, { lines, late, firstMonth, ledger: UNREAD })), read ? this.orSilent('insights', () => this.compared(month, lines, read)) : [],
    ]);
    obstacles.push(...differing, ...(await paced(differingHoldings(lines))), ...compared);
    return { evidence: { lines, late, firstMonth, obstacles: obstacles.slice(0, OBSTACLES_MAX), ledger: own.ledger }, all: [...own.obstacles, ...obstacles], drift };
  }

  /**
   * B-6: what the closed month before has now beside what was frozen of it; what came late must be in the figures as well. A month whose lines come to the same as when
   * it was closed is not read.
   */
  private async drift(month: string): Promise<Drift> {
    const before = await this.patiently((tx) => closedBefore(tx, month));
    if (before.month === '') return { late: [], differing: [] };
    const { digest } = before.digest === '' ? { digest: '' } : await this.bus.client(MonthListService).digestMonth({ month: before.month }, this.asked());
    if (digest !== '' && digest === before.digest) return { late: [], differing: [] };
    const [{ lines }, frozen] = [await this.listed(before.month), await this.patiently((tx) => keptOf(tx, before.month))];
    const found = await paced(driftOf(before.month, frozen, lines));
    if (found.late.length === 0) return found;
    const late = await this.orSilent('insights', async () => this.compared(before.month, lines, await this.figures(before.month)));
    return { ...found, differing: [...found.differing, ...late] };
  }

  /** A service that is away is one thing; one that answers, and whose database takes too long, another. */
  private async orSilent(service: string, ask: () => Promise<Obstacle[]>): Promise<Obstacle[]> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ServiceError && error.reason === 'STATEMENT_TIMEOUT') return [obstacle('SERVICE_OVERTAXED', { service })];
      if (error instanceof ServiceError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')) return [obstacle('SERVICE_SILENT', { service })];
      throw error;
    }
  }

  /** A month of this service's own takes its time as well. */
  private patiently<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.read(systemContext(SERVICE), async (tx) => {
      await allowLongStatements(tx);
      await planEachTime(tx);
      return work(tx);
    });
  }

  /** A context has its budget from the moment it is made. */
  private readonly asked = (): CallOptions => ({ ctx: systemContext(SERVICE), timeoutMs: FRAME_MS });

  private async listed(month: string): Promise<{ lines: ListedLine[]; firstMonth: string }> {
    const lines: ListedLine[] = [];
    for (let [after, firstMonth] = ['', '']; ;) {
      const frame = await this.bus.client(MonthListService).listMonth({ month, after }, this.asked());
      lines.push(...frame.lines);
      firstMonth ||= frame.firstMonth;
      if (frame.next === '') return { lines, firstMonth };
      after = frame.next;
    }
  }

  private async figures(month: string): Promise<FiguresOfMonth> {
    const sums: ListedSum[] = [];
    for (let after = ''; ;) {
      const { sums: more, model, faultCount, next } = await this.bus.client(TieOutService).proveMonth({ month, after }, this.asked());
      sums.push(...more);
      if (next === '') return { sums, model, faultCount };
      after = next;
    }
  }

  private async compared(month: string, lines: readonly ListedLine[], { sums, model, faultCount }: FiguresOfMonth): Promise<Obstacle[]> {
    if (model !== 'ready') return [obstacle('FIGURES_REBUILDING', { service: 'insights' })];
    const found = faultCount > 0 ? [obstacle('TIE_OUT_FAULTS', { service: 'insights', count: faultCount })] : [];
    const differing = await paced(differingSums(await paced(sumsOf(lines)), sums));
    const compared: Compared[] = [];
    for (const { dealerId, partId } of differing.slice(0, COMPARED_MAX)) {
      const theirs = await this.figuresOf(month, dealerId, partId);
      const ours = lines.filter((line) => line.dealerId === dealerId && line.partId === partId);
      compared.push({ dealerId, partId, partNumber: (ours[0] ?? theirs[0])?.partNumber ?? '', lines: differingLines(ours, theirs) });
    }
    return [...found, ...namedDifferences(compared, Math.max(0, differing.length - COMPARED_MAX))];
  }

  private async figuresOf(month: string, dealerId: string, partId: string): Promise<ListedLine[]> {
    const lines: ListedLine[] = [];
    for (let after = ''; ;) {
      const frame = await this.bus.client(TieOutService).listTieOutLines({ month, dealerId, partId, after }, this.asked());
      lines.push(...frame.lines);
      if (frame.next === '') return lines;
      after = frame.next;
    }
  }
}

const KEEP_LOOK = `
  insert into month_look (month, looked_at, agreed, obstacles) values ($1, $2, $3, $4::jsonb)
  on conflict (month) do update set (looked_at, agreed, obstacles) = (excluded.looked_at, excluded.agreed, excluded.obstacles)`;

/**
 * What this service's own books say against closing: the order of months, and the revenue of the ledger, which is not read again while nothing is booked, nor held
 * against lists that could not be read.
 */
export async function ownObstacles(tx: Tx, month: string, found: Omit<Evidence, 'obstacles'>): Promise<{ obstacles: Obstacle[]; ledger: LedgerLook | undefined }> {
  const [standing, mark] = [await standingOf(tx, month, found.firstMonth), await ledgerMark(tx)];
  const holds = found.ledger === undefined || found.ledger.mark === mark;
  const ledger = holds ? found.ledger : { mark, differing: await revenueOf(tx, month, found) };
  return { obstacles: [...orderObstacles(standing), ...(ledger?.differing ?? [])], ledger };
}

async function revenueOf(tx: Tx, month: string, { lines, late }: Pick<Evidence, 'lines' | 'late'>): Promise<Obstacle[]> {
  const listed = await paced(revenueByDocument([...lines, ...late]));
  return paced(differingRevenue(listed, await bookedRevenue(tx, month, [...listed.keys()])));
}
