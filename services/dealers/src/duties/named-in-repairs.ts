import { Injectable } from '@nestjs/common';
import { FaultUpkeepService, ProductUnitService } from '@aftercare/contracts';
import { serialText } from '@aftercare/domain';
import { Bus, ServiceError, type CallContext } from '@aftercare/messaging';
import type { KnownOfRepairs, NamedInRepair } from './monthly-report.rules.js';

/** What repairs added by hand name of other services: asked as the dealer, before the transaction. */
@Injectable()
export class NamedInRepairs {
  constructor(private readonly bus: Bus) {}

  /** D-9: each serial is a look-up of the caller's, logged, and counted once for its report. Errors: LOOKUPS_EXHAUSTED. */
  async known(repairs: readonly NamedInRepair[], reportId: string, ctx: CallContext): Promise<KnownOfRepairs> {
    const typed = [...new Set(repairs.map(({ serial }) => serial))].filter((serial) => serial.trim() !== '');
    const serials = [...new Set(typed.map(serialText))];
    const codes = [...new Set(repairs.flatMap(({ faultCodes }) => faultCodes))];
    const [units, found] = await Promise.all([
      Promise.all(serials.map(async (serial) => [serial, await this.unit(serial, reportId, ctx)] as const)),
      codes.length === 0 ? { items: [] } : this.bus.client(FaultUpkeepService).findFaultCodes({ codes }, { ctx }),
    ]);
    const bySerial = new Map(units);
    return { units: new Map(typed.flatMap((serial) => entry(serial, bySerial.get(serialText(serial))))), codes: found.items };
  }

  private async unit(serial: string, documentId: string, ctx: CallContext) {
    try {
      return await this.bus.client(ProductUnitService).getUnitBySerial({ serial, documentId }, { ctx });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return null;
      throw error;
    }
  }
}

function entry<U>(serial: string, unit: U | null | undefined): [string, U][] {
  return unit ? [[serial, unit]] : [];
}
