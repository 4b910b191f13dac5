import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { newId, Refusal } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { JobKind, jobErrors, txOf, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { lockMoney } from '../books/work.js';
import { consolidateDealer } from './consolidation-preview.js';
import { ConsolidationDealerRow, ConsolidationRow } from './consolidation.entity.js';
import { assertPeriodOfRun, kindOfRun } from './consolidation.rules.js';
import { dealersWithStubs, type StubsAsked } from './stub-lines.js';

/** What a run is begun with. */
export interface RunAsked extends StubsAsked {
  dealerId: string;
  kind: string;
}

const DEALER_DEADLINE = 'consolidate-dealer';

/** F-4: job "consolidate-invoices": begins a run, whose dealers are done one after the other, each in a transaction of its own. */
@Injectable()
@JobKind('consolidate-invoices', { roles: ['finance_clerk'] })
export class ConsolidateInvoicesJob implements JobHandler<RunAsked> {
  async validate(_rows: JobRow[], asked: RunAsked, tx: Tx): Promise<JobError[]> {
    try {
      kindOfRun(asked.kind);
      assertPeriodOfRun(asked);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return jobErrors(tx.ctx, [{ row: 0, column: String(error.details.field ?? ''), code: error.reason }]);
    }
    const dealers = await dealersWithStubs(tx, asked);
    return dealers.length > 0 ? [] : jobErrors(tx.ctx, [{ row: 0, column: '', code: 'NOTHING_TO_INVOICE' }]);
  }

  async apply(_rows: JobRow[], asked: RunAsked, tx: Tx): Promise<object> {
    const run = tx.em.create(ConsolidationRow, {
      id: newId(), number: await tx.nextNumber('consolidation', { prefix: 'CI', gapFree: false }), kind: kindOfRun(asked.kind), fromOn: asked.from, toOn: asked.to,
      includeNow: asked.includeNow, state: 'running', requestedBy: tx.ctx.userId, createdAt: await tx.now(),
    });
    await tx.em.insert(ConsolidationRow, run);
    const dealers = await dealersWithStubs(tx, asked);
    for (const { dealerId, dealerCode } of dealers) {
      const id = newId();
      await tx.em.insert(ConsolidationDealerRow, { id, consolidationId: run.id, dealerId, dealerCode, state: 'waiting', reason: '' });
      await tx.deadline({ kind: DEALER_DEADLINE, ref: id, dueAt: run.createdAt });
    }
    await tx.audit({ action: 'begin', kind: 'consolidation', id: run.id, changed: { from: { after: run.fromOn }, to: { after: run.toOn }, dealers: { after: dealers.length } } });
    return { consolidationId: run.id, number: run.number, dealers: dealers.length };
  }
}

/** F-4: the dealers of runs. One that a process left behind is taken up by the next one. */
@Injectable()
export class ConsolidationDeadlines {
  @OnDeadline(DEALER_DEADLINE)
  async dealer(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const found = await em.findOneBy(ConsolidationDealerRow, { id: deadline.ref });
    if (!found) return;
    await lockMoney(tx, found.dealerId);
    const part = await em.findOneOrFail(ConsolidationDealerRow, { where: { id: found.id }, lock: { mode: 'pessimistic_write' } });
    if (part.state !== 'waiting') return;
    const run = await em.findOneByOrFail(ConsolidationRow, { id: part.consolidationId });
    const { reason } = await consolidateDealer(tx, { from: run.fromOn, to: run.toOn, includeNow: run.includeNow }, {
      dealerId: part.dealerId, kind: run.kind, run: { consolidationId: run.id, requestedBy: run.requestedBy },
    });
    const state = reason === '' ? 'requested' : 'skipped';
    await em.update(ConsolidationDealerRow, { id: part.id }, { state, reason });
    await tx.audit({ action: 'consolidate', kind: 'consolidation', id: run.id, dealerId: part.dealerId, changed: { state: { before: 'waiting', after: state } } });
    await endRun(tx, run);
  }
}

/** The last of its dealers ends a run; two that are last at once wait for each other at its row. */
async function endRun(tx: Tx, { id, number }: ConsolidationRow): Promise<void> {
  await tx.em.query('select from consolidation where id = $1 for update', [id]);
  const [{ waiting, invoices }] = await tx.em.query<{ waiting: boolean; invoices: number }[]>(
    `select exists (select from consolidation_dealer where consolidation_id = $1 and state = 'waiting') as waiting,
            (select count(*)::int from invoice where consolidation_id = $1) as invoices`, [id]);
  if (waiting) return;
  await tx.em.update(ConsolidationRow, { id }, { state: 'done' });
  await tx.announce(NoticeRequestedSchema, {
    kind: 'invoice.consolidated', recipientRole: 'finance_clerk', documentKind: 'consolidation', documentId: id, documentNumber: number, severity: 'info',
    params: JSON.stringify({ invoices }),
  });
}
