import { CoverageService } from '@aftercare/contracts';
import type { Bus, CallContext } from '@aftercare/messaging';
import type { Database } from '@aftercare/service';

/** the stage of a call's unit on the day of the call, of the unit it names or of another one; empty when no serial is at hand. */
export async function stageOf({ db, bus }: { db: Database; bus: Bus }, ctx: CallContext, on: { callId: string; serial?: string }): Promise<string> {
  const call = await db.one<{ serial: string; openedOn: string }>(ctx, {
    name: 'call_serial',
    text: `select unit_serial as serial, opened_on as "openedOn" from repair_call where id = $1`,
    values: [on.callId],
  });
  const serial = on.serial ?? call?.serial;
  if (!call || !serial) return '';
  const verdict = await bus.client(CoverageService).decideCoverage({ serial, partClass: '*', eventDate: call.openedOn });
  return verdict.stage;
}
