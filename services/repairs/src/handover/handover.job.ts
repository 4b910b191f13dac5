import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import { In, type EntityManager } from 'typeorm';
import { reroute } from '../calls/call-routing.js';
import { RepairCall } from '../calls/call.entity.js';
import { campaignUnitsOver } from '../campaigns/campaign-people.js';
import { OPEN_AT_DEALER } from '../calls/call.rules.js';
import { QualityReportRow } from '../quality/quality-report.entity.js';
import { passReport } from '../quality/quality-report.js';
import { heirOf } from './succession.js';

/** Due as soon as a dealer is followed by another; its ref is the dealer that left. */
export const HANDOVER_DEADLINE = 'call-handover';
/** Why a call was re-routed, in its history. */
export const HANDED_OVER = 'dealer_terminated';

/** What goes over in one transaction. */
const AT_ONCE = 50;

/** D-1: what a terminated dealer still has to do goes to its successor, some documents in each transaction until none is left. */
@Injectable()
export class HandoverJob {
  @OnDeadline(HANDOVER_DEADLINE)
  async handOver(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const to = await heirOf(tx, deadline.ref);
    if (to === null) return;
    const moved = (await callsOver(tx, deadline.ref, to)) || (await reportsOver(tx, deadline.ref, to)) || (await campaignUnitsOver(tx, { from: deadline.ref, to, atOnce: AT_ONCE }));
    if (moved > 0) await tx.deadline({ kind: HANDOVER_DEADLINE, ref: deadline.ref, dueAt: await tx.now() });
  }
}

/** an open call is re-routed and its clock runs on; what is resolved stays with who resolved it. */
async function callsOver(tx: Tx, from: string, to: string): Promise<number> {
  const calls = await tx.em.find(RepairCall, {
    where: { dealerId: from, state: In([...OPEN_AT_DEALER]) }, order: { id: 'ASC' }, take: AT_ONCE, lock: { mode: 'pessimistic_write' },
  });
  for (const call of calls) {
    await reroute(tx, call, to, HANDED_OVER);
    await tx.em.save(RepairCall, call);
  }
  return calls.length;
}

/** a report that is due can only be handed in by a dealer that still works; its term stays. */
async function reportsOver(tx: Tx, from: string, to: string): Promise<number> {
  const reports = await tx.em.find(QualityReportRow, { where: { dealerId: from, state: 'due' }, order: { id: 'ASC' }, take: AT_ONCE, lock: { mode: 'pessimistic_write' } });
  for (const report of reports) await passReport(tx, report, to);
  return reports.length;
}
