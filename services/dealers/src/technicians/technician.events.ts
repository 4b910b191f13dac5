import { Injectable } from '@nestjs/common';
import { AccountStandingChangedSchema, TechnicianImportedSchema, type AccountStandingChanged, type TechnicianImported } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import { keepAccount, txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { linkTechnician, technicianTurn, tellStanding } from './technician.store.js';

/** whom an import gave the account of a technician can be given work at once; whose account is disabled gets none until it is enabled. */
@Injectable()
export class TechnicianEvents {
  /** A dealer that ended meanwhile takes no new technicians (D-1); an account that somebody linked before stays as it is. */
  @OnEvent(TechnicianImportedSchema)
  async technicianImported({ userId, dealerId, name }: TechnicianImported, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const dealer = await tx.em.findOne(DealerEntity, { where: { id: dealerId }, lock: { mode: 'pessimistic_read' } });
    if (dealer === null || dealer.status === 'terminated') return;
    await linkTechnician(tx, { id: newId(), dealerId, userId, name, active: true, askedBy: '', version: 1, createdAt: await tx.now() });
  }

  /** D-5: whoever counts technicians hears that the account's one is given no more work, or is again. */
  @OnEvent(AccountStandingChangedSchema)
  async accountStandingChanged(event: AccountStandingChanged, em: EntityManager, { occurredAt }: EventMeta): Promise<void> {
    const tx = txOf(em);
    await technicianTurn(tx, event.userId);
    await keepAccount(em, event);
    await tellStanding(tx, event.userId, occurredAt);
  }
}
