import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '@aftercare/domain';
import { Bus, ServiceError, systemContext, type CallContext } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { giveBack, withdrawnAsks, withdrawUnused } from '../charging/reversal-ask.js';
import { planOf, postReversal, release, type ReversalAsked } from '../charging/reversal.js';
import { findSlip, linesOf } from '../charging/slip-lines.js';
import { notify } from '../notices.js';
import { reversalReason, takenBackFor } from './late-return.rules.js';
import { intendReversal, lockReversed, settleReversed } from './settle-reversed.js';

const SERVICE = 'parts';
const LOOK_MS = 5_000;
/** A keeper who has counted does not wait longer for invoicing. */
const PATIENCE_MS = 2_000;
/** An invoiced slip waits for people; what failed otherwise is tried again soon. Real time, not business time. */
const RETRY_INVOICED = '1 hour';
const RETRY_SOON = '10 seconds';
/** What finance has to clear away: a red letter, or a request that is withdrawn. */
const ON_INVOICE: readonly string[] = ['RED_LETTER_FIRST', 'INVOICE_REQUESTED'];

const WAITING_OF_SLIP = `
  select o.part_id as "partId", sum(l.quantity)::int as quantity,
         json_agg(json_build_object('discrepancyId', l.discrepancy_id, 'creditDiscrepancyId', l.credit_discrepancy_id)) as causes
    from late_return l join obligation o on o.id = l.obligation_id
   where l.slip_id = $1 and l.state = 'waiting' group by o.part_id order by o.part_id`;

const DUE = `
  select slip_id as "slipId" from late_return
   where state = 'waiting' and (retry_at is null or retry_at <= now()) and ($1::uuid is null or $1 in (parcel_id, discrepancy_id, credit_discrepancy_id))
   group by slip_id order by min(created_at), min(id::text)`;

const WAIT = `
  update late_return set waits_for = $2, retry_at = now() + $3::interval where slip_id = $1 and state = 'waiting'
  returning id, dealer_id as "dealerId", (select number from charge_slip where id = $1) as "slipNumber"`;

/**
 * H-7: takes charges back for what came late, for what never arrived (P-8), and for surplus that is free again. Invoicing is asked before the transaction; what it does not release, because a
 * red letter is needed first or it is away, waits and is tried again, so that a count never depends on it.
 */
@Injectable()
export class LateReturnReversals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('LateReturnReversals');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look().catch((error: unknown) => this.logger.warn('late returns are tried again', error)), LOOK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    await this.tryDue(null);
    await this.giveBackUnused();
  }

  /** Tries what waits and is due, of one parcel or difference at receipt, or of all; what fails says why and waits on. */
  async tryDue(documentId: string | null): Promise<void> {
    const ctx = systemContext(SERVICE);
    const slips = await this.db.many<{ slipId: string }>(ctx, { name: 'late_due', text: DUE, values: [documentId] });
    for (const { slipId } of slips) {
      try {
        await this.reverse(slipId, { ...systemContext(SERVICE), deadlineAtMs: Date.now() + PATIENCE_MS });
      } catch (error) {
        await this.wait(slipId, error);
      }
    }
  }

  /** Reverses what waits of a slip. Errors: RED_LETTER_FIRST, INVOICE_REQUESTED, RECEIVABLE_PENDING, LATE_RETURN_ELSEWHERE, and what the bus answers. */
  async reverse(slipId: string, ctx: CallContext): Promise<void> {
    const own = { ...ctx, idempotencyKey: undefined };
    const { intended } = await this.db.command(own, async (tx) => {
      const seen = await findSlip(tx, slipId);
      if (seen) await lockReversed(tx, seen);
      const slip = seen && (await findSlip(tx, slipId, { lock: true }));
      const asked = slip && (await askedOf(tx, slipId));
      return { intended: slip && asked ? { ...(await intendReversal(tx, slip, asked)), asked } : null };
    });
    if (!intended) return;
    await release({ db: this.db, bus: this.bus }, ctx, intended);
    await this.db.command(own, async (tx) => {
      await lockReversed(tx, intended.slip);
      const slip = await findSlip(tx, slipId, { lock: true });
      const asked = await askedOf(tx, slipId);
      if (!slip || slip.version !== intended.slip.version || JSON.stringify(asked) !== JSON.stringify(intended.asked)) {
        throw new ServiceError('aborted', 'STALE_VERSION', 'The slip changed in between; it is tried again.');
      }
      const { plan } = await planOf(tx, slip, intended.asked);
      const reversing = await postReversal(tx, slip, { ...intended.asked, id: intended.id });
      await settleReversed(tx, slip, reversing, plan);
      return { id: reversing.id };
    });
  }

  /** F-5: gives back what invoicing released for reversals that nobody posted; what fails is tried again. */
  async giveBackUnused(): Promise<void> {
    const ctx = systemContext(SERVICE);
    await this.db.command(ctx, async (tx) => {
      await withdrawUnused(tx);
      return {};
    });
    for (const withdrawn of await withdrawnAsks(this.db, ctx, null)) {
      await giveBack({ db: this.db, bus: this.bus }, { ...systemContext(SERVICE), deadlineAtMs: Date.now() + PATIENCE_MS }, withdrawn)
        .catch((error: unknown) => this.logger.warn(`the release of slip ${withdrawn.slipId} is given back later`, error));
    }
  }

  private async wait(slipId: string, error: unknown): Promise<void> {
    const known = error instanceof ServiceError || error instanceof Refusal;
    if (!known) this.logger.error(`the late returns of slip ${slipId} could not be reversed`, error);
    const reason = known ? error.reason : 'INTERNAL';
    const invoiced = ON_INVOICE.includes(reason);
    await this.db.command(systemContext(SERVICE), async (tx) => {
      const first = await tx.sql<{ id: string }>({ name: 'late_first', text: `select id from late_return where slip_id = $1 and state = 'waiting' and waits_for <> $2 limit 1`, values: [slipId, reason] });
      const [row] = await tx.sql<{ id: string; dealerId: string; slipNumber: string }>({ name: 'late_wait', text: WAIT, values: [slipId, reason, invoiced ? RETRY_INVOICED : RETRY_SOON] });
      if (row && invoiced && first.length > 0) {
        await notify(tx, { kind: 'late_return.red_letter', role: 'finance_clerk', document: { kind: 'charge-slip', id: slipId, number: row.slipNumber } });
      }
      return {};
    });
  }
}

/** What waits of a slip, line by line; null when nothing does. Refuses LATE_RETURN_ELSEWHERE where the slip has no such line. */
async function askedOf(tx: Tx, slipId: string): Promise<ReversalAsked | null> {
  const waiting = await tx.sql<{ partId: string; quantity: number; causes: Parameters<typeof takenBackFor>[0][] }>({ name: 'late_of_slip', text: WAITING_OF_SLIP, values: [slipId] });
  if (waiting.length === 0) return null;
  const lines = await linesOf(tx, slipId);
  return {
    reason: reversalReason(waiting.flatMap(({ causes }) => causes.map(takenBackFor))),
    lines: waiting.map(({ partId, quantity }) => {
      const line = lines.find((each) => each.partId === partId);
      if (!line) throw new Refusal('failed_precondition', 'LATE_RETURN_ELSEWHERE', 'The slip has no line of this part.', { partId });
      return { lineId: line.id, quantity };
    }),
  };
}
