import { Injectable } from '@nestjs/common';
import { AccountStandingChangedSchema, type AccountStandingChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepAccount, txOf } from '@aftercare/service';
import { In, type EntityManager } from 'typeorm';
import { tellTechnicianLeft } from '../calls/call-routing.js';
import { RepairCall } from '../calls/call.entity.js';
import { OPEN_AT_DEALER } from '../calls/call.rules.js';

/** Hears which account was disabled. */
@Injectable()
export class AccountEvents {
  /** the leaver's open calls stay his until his manager hands them over; he is told of each once. */
  @OnEvent(AccountStandingChangedSchema)
  async accountStandingChanged(event: AccountStandingChanged, em: EntityManager): Promise<void> {
    if (!(await keepAccount(em, event))) return;
    const tx = txOf(em);
    const calls = await tx.em.find(RepairCall, { where: { technicianUserId: event.userId, state: In([...OPEN_AT_DEALER]) }, order: { id: 'ASC' } });
    for (const call of calls) await tellTechnicianLeft(tx, call);
  }
}
