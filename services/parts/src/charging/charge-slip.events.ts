import { Injectable } from '@nestjs/common';
import { ChargeSlipPaidSchema, type ChargeSlipPaid } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';

/** What invoicing tells of the money side of a slip. */
@Injectable()
export class ChargeSlipEvents {
  /** F-5, P-9: keeps whether the slip is paid; an older version that arrives late changes nothing. */
  @OnEvent(ChargeSlipPaidSchema)
  async paid(event: ChargeSlipPaid, em: EntityManager): Promise<void> {
    await em.query(`update charge_slip set paid = $2, paid_version = $3 where id = $1 and paid_version < $3`, [event.slipId, event.paid, event.version]);
  }
}
