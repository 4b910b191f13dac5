import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MonthClosedSchema } from '@aftercare/contracts';
import { isRealMonth, newId, type Paced } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { digestOf, JobKind, jobErrors, JobRefusal, paced, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { frozenLines, hashedLine, totalsOf, type FrozenLine } from './frozen-lists.rules.js';
import { isHint, type Obstacle } from './month-close.rules.js';
import { ClosedMonthRow } from './month.entity.js';
import { MonthEvidence, ownObstacles, type Evidence } from './month-evidence.js';
import { wordedObstacle } from './obstacle.texts.js';

/** What a close is begun with, and what was asked of the services before it. */
export interface CloseAsked {
  month: string;
  prepared: Evidence;
}

const ERRORS_MAX = 200;
/** Lines of one statement. */
const CHUNK = 2_000;
/** Two that close at once go one after the other; the second finds the month closed. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('close month', 0))`;

const FREEZE = `
  insert into closed_line (id, month, list, position, term, line_id, dealer_id, part_id, part_number, reason, quantity, net_amount, document_kind, document_id, document_number, of_month)
  select l.id, $1, l.list, l.position, l.term, l."lineId", l."dealerId", l."partId", l."partNumber", l.reason, l.quantity, l."netAmount", l."documentKind", l."documentId", l."documentNumber", l."ofMonth"
    from jsonb_to_recordset($2::jsonb) as l (id uuid, list text, position int, term text, "lineId" uuid, "dealerId" uuid, "partId" uuid, "partNumber" text, reason text, quantity int,
         "netAmount" numeric, "documentKind" text, "documentId" uuid, "documentNumber" text, "ofMonth" text)`;

/**
 * B-6: job "close-month": refused with everything that stands against it, else the three lists are frozen with their hash, in one transaction. What came into the month
 * before after its close stands in them under the name of its month. A process that dies in it leaves nothing, and the next attempt begins anew.
 */
@Injectable()
@JobKind('close-month', { roles: ['finance_clerk'], readers: ['finance_clerk', 'service_supervisor', 'auditor'] })
export class CloseMonthJob implements JobHandler<CloseAsked> {
  constructor(private readonly evidence: MonthEvidence) {}

  async prepare({ month }: CloseAsked, ctx: CallContext): Promise<Evidence> {
    if (!isRealMonth(month)) throw new JobRefusal(jobErrors(ctx, [{ row: 0, column: 'month', code: 'MONTH_INVALID' }]));
    return this.evidence.gatherPatiently(month);
  }

  async validate(_rows: JobRow[], { month, prepared }: CloseAsked, tx: Tx): Promise<JobError[]> {
    await tx.sql({ name: 'close_month_lock', text: LOCK, values: [] });
    const { obstacles } = await ownObstacles(tx, month, prepared);
    const found = [...obstacles, ...prepared.obstacles].filter((each) => !isHint(each));
    if (found.length > 0) await tx.audit({ action: 'refuse-close', kind: 'month', id: month, changed: { obstacles: { after: [...new Set(found.map(({ code }) => code))].sort() } } });
    return found.slice(0, ERRORS_MAX).map((each, index) => jobError(each, index, tx.ctx));
  }

  async apply(_rows: JobRow[], { month, prepared: { lines, late } }: CloseAsked, tx: Tx, progress: (done: number) => void): Promise<object> {
    const frozen = await paced(frozenLines([...lines, ...late]));
    const totals = await paced(totalsOf(frozen));
    const hash = await paced(hashOf(frozen));
    const digest = await paced(digestOf(lines));
    const closedAt = await tx.now();
    await tx.em.insert(ClosedMonthRow, { id: newId(), month, closedAt, closedBy: tx.ctx.userId, hash, digest, ...totals });
    // While the database writes some lines, the next are made ready.
    let written: Promise<unknown> = Promise.resolve();
    for (let at = 0; at < frozen.length; at += CHUNK) {
      const rows = JSON.stringify(frozen.slice(at, at + CHUNK).map((line) => ({ id: newId(), ...line })));
      await written;
      written = tx.sql({ name: 'close_month_freeze', text: FREEZE, values: [month, rows] });
      progress(at);
    }
    await written;
    await tx.audit({ action: 'close', kind: 'month', id: month, changed: { hash: { after: hash }, revenue: { after: totals.revenueNet } } });
    const { issuedPieces, revenueNet, returnedPieces } = totals;
    await tx.announce(MonthClosedSchema, { month, closedAt, hash, issuedPieces, revenueNet, returnedPieces });
    return { month, hash, ...totals, lateLines: frozen.filter(({ ofMonth }) => ofMonth !== '').length };
  }
}

/** SHA-256 over the frozen lines in their order. */
function* hashOf(frozen: readonly FrozenLine[]): Paced<string> {
  const hash = createHash('sha256');
  for (const line of frozen) {
    yield;
    hash.update(`${hashedLine(line)}\n`);
  }
  return hash.digest('hex');
}

const jobError = (of: Obstacle, index: number, { locale }: Pick<CallContext, 'locale'>): JobError => (
  { row: index + 1, column: of.documentNumber || of.service, code: of.code, message: wordedObstacle(of, locale) });
