import { Injectable } from '@nestjs/common';
import { FaultUpkeepService, ProductUnitService } from '@aftercare/contracts';
import { Bus, ServiceError, type CallContext } from '@aftercare/messaging';
import type { KnownOfRepairs, NamedInRepair } from './monthly-report.rules.js';

/** What repairs added by hand name of other services: asked as the dealer, before the transaction. */
@Injectable()
export class NamedInRepairs {
  constructor(private readonly bus: Bus) {}

  /** D-9: each serial is a look-up of the caller's, logged and counted as any other. Errors: LOOKUPS_EXHAUSTED. */
  async known(repairs: readonly NamedInRepair[], ctx: CallContext): Promise<KnownOfRepairs> {
    const serials = [...new Set(repairs.map(({ serial }) => serial))].filter((serial) => serial.trim() !== '');
    const codes = [...new Set(repairs.flatMap(({ faultCodes }) => faultCodes))];
    const [units, found] = await Promise.all([
      Promise.all(serials.map(async (serial) => [serial, await this.unit(serial, ctx)] as const)),
      codes.length === 0 ? { items: [] } : this.bus.client(FaultUpkeepService).findFaultCodes({ codes }, { ctx }),
    ]);
    return { units: new Map(units.flatMap(([serial, unit]) => (unit ? [[serial, unit] as const] : []))), codes: found.items };
  }

  private async unit(serial: string, ctx: CallContext) {
    try {
      return await this.bus.client(ProductUnitService).getUnitBySerial({ serial }, { ctx });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return null;
      throw error;
    }
  }
}
