import { CoverageService } from '@aftercare/contracts';
import type { UnitStanding } from '@aftercare/domain';
import type { Bus, CallContext } from '@aftercare/messaging';
import type { Database } from '@aftercare/service';
import type { RepairCall } from './call.entity.js';

/** how a call's unit stands on the day of the call, of the one it names or of another one; of no stage when no serial is at hand. */
export async function standingOf({ db, bus }: { db: Database; bus: Bus }, ctx: CallContext, on: { callId: string; serial?: string }): Promise<UnitStanding> {
  const call = await db.one<{ serial: string; openedOn: string }>(ctx, {
    name: 'call_serial',
    text: `select unit_serial as serial, opened_on as "openedOn" from repair_call where id = $1`,
    values: [on.callId],
  });
  const serial = on.serial ?? call?.serial;
  if (!call || !serial) return { stage: '', warrantyOver: false, labourNotCovered: false };
  const verdict = await bus.client(CoverageService).decideCoverage({ serial, partClass: '*', eventDate: call.openedOn });
  return { stage: verdict.stage, warrantyOver: verdict.reason === 'term_over', labourNotCovered: verdict.labour?.coverage === 'not_covered' };
}

/** how a call's unit stood, by its newest record or by the unit that was named after it; of no stage before a record. */
export function unitStanding(call: Pick<RepairCall, 'correctedStage' | 'correctedWarrantyOver' | 'correctedLabourNotCovered'>, newest: UnitStanding | undefined): UnitStanding {
  if (call.correctedStage !== null) return { stage: call.correctedStage, warrantyOver: call.correctedWarrantyOver, labourNotCovered: call.correctedLabourNotCovered };
  return { stage: newest?.stage ?? '', warrantyOver: newest?.warrantyOver ?? false, labourNotCovered: newest?.labourNotCovered ?? false };
}

/** the unit that was named after a record stands for it from now on. */
export function correctStanding(call: RepairCall, { stage, warrantyOver, labourNotCovered }: UnitStanding): void {
  call.correctedStage = stage;
  call.correctedWarrantyOver = warrantyOver;
  call.correctedLabourNotCovered = labourNotCovered;
}
