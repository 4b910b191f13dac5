import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { MonthListService, OperationsService, TieOutService } from '@aftercare/contracts';
import { Bus, ServiceError, systemContext, type CallOptions } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { differingLines, differingRevenue, differingSums, obstacle, orderObstacles, sumsOf, type ListedLine, type ListedSum, type Obstacle } from './month-close.rules.js';
import { bookedRevenue, standingOf } from './month-standing.js';

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
const PASSING: readonly Obstacle['code'][] = ['EVENTS_WAITING', 'LISTS_DIFFER', 'REVENUE_DIFFERS', 'TIE_OUT_FAULTS', 'SERVICE_SILENT'];

const OWN_BACKLOG = `
  select (select count(*)::int from outbox where published_at is null) as "unsentEvents", (select count(*)::int from dead_letter where state = 'open') as "deadLetters"`;

interface Backlog {
  unsentEvents: number;
  deadLetters: number;
}

function waiting(service: string, { unsentEvents, deadLetters }: Backlog): Obstacle[] {
  return [
    ...(unsentEvents > 0 ? [obstacle('EVENTS_WAITING', { service, count: unsentEvents })] : []), ...(deadLetters > 0 ? [obstacle('DEAD_LETTERS_OPEN', { service, count: deadLetters })] : []),
  ];
}

/** What was found of a month. */
export interface Evidence {
  /** The lines as parts lists them. */
  lines: ListedLine[];
  /** First month of which parts has anything. */
  firstMonth: string;
  /** What stands against closing, beside what this service's own books say. */
  obstacles: Obstacle[];
}

/** H-8, B-6: what all services know of a month, asked outside of any transaction. */
@Injectable()
export class MonthEvidence {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
  ) {}

  /** As gather, looked at again while something is only on its way. */
  async gatherPatiently(month: string): Promise<Evidence> {
    for (let look = 1; ; look += 1) {
      const evidence = await this.gather(month);
      const all = [...evidence.obstacles, ...(await this.db.read(systemContext(SERVICE), (tx) => ownObstacles(tx, month, evidence)))];
      if (look === LOOKS || all.length === 0 || all.some(({ code }) => !PASSING.includes(code))) return evidence;
      await sleep(PAUSE_MS);
    }
  }

  /** One look at all services. One that does not answer is named. */
  async gather(month: string): Promise<Evidence> {
    const obstacles: Obstacle[] = [];
    for (const service of TELLERS) {
      obstacles.push(...(await this.orSilent(service, async () => {
        const backlog = await this.bus.client(OperationsService, { instance: service }).getBacklog({}, { ...this.asked(), instance: service });
        return waiting(service, backlog);
      })));
    }
    const [own] = await this.db.many<Backlog>(systemContext(SERVICE), { name: 'own_backlog', text: OWN_BACKLOG, values: [] });
    obstacles.push(...waiting(SERVICE, own));
    let listed: { lines: ListedLine[]; firstMonth: string } | undefined;
    obstacles.push(...(await this.orSilent('parts', async () => {
      listed = await this.listed(month);
      return [];
    })));
    if (!listed) return { lines: [], firstMonth: '', obstacles };
    const { lines, firstMonth } = listed;
    obstacles.push(...(await this.orSilent('insights', () => this.comparedWithFigures(month, lines))));
    return { lines, firstMonth, obstacles: obstacles.slice(0, OBSTACLES_MAX) };
  }

  private async orSilent(service: string, ask: () => Promise<Obstacle[]>): Promise<Obstacle[]> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ServiceError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')) return [obstacle('SERVICE_SILENT', { service })];
      throw error;
    }
  }

  /** A context has its budget from the moment it is made. */
  private readonly asked = (): CallOptions => ({ ctx: systemContext(SERVICE), timeoutMs: FRAME_MS });

  private async listed(month: string): Promise<{ lines: ListedLine[]; firstMonth: string }> {
    const lines: ListedLine[] = [];
    for (let after = ''; ;) {
      const frame = await this.bus.client(MonthListService).listMonth({ month, after }, this.asked());
      lines.push(...frame.lines);
      if (frame.next === '') return { lines, firstMonth: frame.firstMonth };
      after = frame.next;
    }
  }

  private async comparedWithFigures(month: string, lines: readonly ListedLine[]): Promise<Obstacle[]> {
    const figures: ListedSum[] = [];
    let [model, faultCount] = ['', 0];
    for (let after = ''; ;) {
      const frame = await this.bus.client(TieOutService).proveMonth({ month, after }, this.asked());
      figures.push(...frame.sums);
      [model, faultCount] = [frame.model, frame.faultCount];
      if (frame.next === '') break;
      after = frame.next;
    }
    if (model !== 'ready') return [obstacle('FIGURES_REBUILDING', { service: 'insights' })];
    const found = faultCount > 0 ? [obstacle('TIE_OUT_FAULTS', { service: 'insights', count: faultCount })] : [];
    for (const { dealerId, partId } of differingSums(sumsOf(lines), figures).slice(0, COMPARED_MAX)) {
      const { lines: theirs } = await this.bus.client(TieOutService).listTieOutLines({ month, dealerId, partId }, this.asked());
      found.push(...differingLines(lines.filter((line) => line.dealerId === dealerId && line.partId === partId), theirs));
    }
    return found;
  }
}

/** What this service's own books say against closing: the order of months, and the revenue of the ledger. */
export async function ownObstacles(tx: Tx, month: string, { lines, firstMonth }: Pick<Evidence, 'lines' | 'firstMonth'>): Promise<Obstacle[]> {
  return [...orderObstacles(await standingOf(tx, month, firstMonth)), ...differingRevenue(lines, await bookedRevenue(tx, month, lines))];
}
