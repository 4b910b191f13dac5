import { systemContext, type CallContext } from '@aftercare/messaging';
import { allowLongStatements, planEachTime, type Database, type Tx } from '@aftercare/service';
import { BY_INDEX, keepMonth, keptMonth, lineOf, settleChanges, takeChanges, turnOf, WAIT_FOR_TURN, type KeptMonth } from './kept-months.queries.js';

const SERVICE = 'insights';
/** Links in one transaction: few enough that nobody waits for it. */
const SETTLED_AT_ONCE = 1_000;
/** Looks, with some links looked up between them, before a month is computed although only links are open: while much is told, some always are. */
const LOOKS_MAX = 5;
/** What is kept can be computed again: its commits don't wait for the disk. */
const UNHURRIED = 'set local synchronous_commit = off';

/**
 * What months have come to (H-8), kept until something that they depend on is written, by whomever. Computed for all who ask at the same moment, and one month after the other,
 * so that connections are left for what is told. The answer has all that was written before it was asked for.
 */
export class KeptMonths {
  private readonly computing = new Map<string, Promise<KeptMonth>>();
  private settling: Promise<unknown> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly db: Database) {}

  /** What the month has come to. */
  async of(ctx: CallContext, month: string): Promise<KeptMonth> {
    const kept = await this.look(ctx, month);
    if (holds(kept)) return kept;
    const before = this.computing.get(month);
    if (before === undefined) return this.begin(month);
    // It may have begun before the last that was written: look again. What is being computed then began after this was asked.
    await before;
    const again = await this.look(ctx, month);
    return holds(again) ? again : this.computing.get(month) ?? this.begin(month);
  }

  /**
   * What is kept of the month where it still holds. Nothing is waited for, but links that are open are looked up for the next who asks, and a month with lines that nobody
   * asked for before is computed for him, one at a time: whoever does wait for a month has at most one such before him.
   */
  async held(ctx: CallContext, month: string): Promise<KeptMonth | null> {
    const [kept] = await this.db.many<KeptMonth>(ctx, keptMonth(month));
    // Who waits hears of what goes wrong.
    if (kept.unsettled) this.settled().catch(() => undefined);
    if (!kept.known && this.computing.size === 0 && (await this.db.many(ctx, lineOf(month))).length > 0 && this.computing.size === 0) this.begin(month).catch(() => undefined);
    return holds(kept) ? kept : null;
  }

  private async look(ctx: CallContext, month: string): Promise<KeptMonth> {
    for (let looks = 1; ; looks += 1) {
      const [kept] = await this.db.many<KeptMonth>(ctx, keptMonth(month));
      if (!kept.unsettled || looks === LOOKS_MAX) return kept;
      await this.settled();
    }
  }

  /** Some links are looked up, once for all who come to it at the same moment. */
  private settled(): Promise<unknown> {
    this.settling ??= this.write(async (tx) => {
      await tx.sql(BY_INDEX);
      await tx.sql(settleChanges(SETTLED_AT_ONCE));
      return {};
    }).finally(() => {
      this.settling = undefined;
    });
    return this.settling;
  }

  private begin(month: string): Promise<KeptMonth> {
    const computed = this.turn.then(() => this.compute(month));
    this.turn = computed.catch(() => undefined);
    const running = computed.finally(() => this.computing.delete(month));
    this.computing.set(month, running);
    return running;
  }

  private async compute(month: string): Promise<KeptMonth> {
    // Links looked up only afterwards would count as written since.
    await this.look(systemContext(SERVICE), month);
    const computed = await this.write(async (tx) => {
      await allowLongStatements(tx);
      await planEachTime(tx);
      await tx.sql(WAIT_FOR_TURN);
      await tx.sql(turnOf(month));
      const [kept] = await tx.sql<KeptMonth>(keptMonth(month));
      if (holds(kept)) return kept;
      await tx.sql(takeChanges(month));
      await tx.sql(keepMonth(month));
      const [computed] = await tx.sql<KeptMonth>(keptMonth(month));
      return computed;
    });
    // Another model answers since.
    return computed.known ? computed : this.compute(month);
  }

  /** The service's own writing, whoever asks. */
  private write<T extends object>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.command(systemContext(SERVICE), async (tx) => {
      await tx.sql({ name: 'tie_months_unhurried', text: UNHURRIED, values: [] });
      return work(tx);
    });
  }
}

const holds = ({ known, changed, unsettled }: KeptMonth): boolean => known && !changed && !unsettled;
