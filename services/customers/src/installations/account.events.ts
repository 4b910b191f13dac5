import { Injectable } from '@nestjs/common';
import { AccountStandingChangedSchema, NoticeRequestedSchema, type AccountStandingChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepAccount, knownStanding, txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { InstallationEntity } from './installation.entity.js';
import { technicianTurn } from './technician-left.js';

/** Hears which account was disabled. */
@Injectable()
export class AccountEvents {
  /** C-4: the leaver's appointments stay his until somebody else is given them; his manager is told of each once. */
  @OnEvent(AccountStandingChangedSchema)
  async accountStandingChanged(event: AccountStandingChanged, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await technicianTurn(tx, event.userId);
    if (!(await keepAccount(em, event))) return;
    const planned = await tx.em.find(InstallationEntity, { where: { technicianUserId: event.userId, state: 'scheduled' }, order: { id: 'ASC' } });
    for (const installation of planned) await tellTechnicianLeft(tx, installation);
  }
}

/** The clerk is told where the dealer left and nobody follows it (D-1). */
async function tellTechnicianLeft(tx: Tx, { id, number, dealerId, appointmentFrom }: InstallationEntity): Promise<void> {
  const dealerLeft = (await knownStanding(tx, dealerId)) === 'terminated';
  await tx.announce(NoticeRequestedSchema, {
    ...(dealerLeft ? { recipientRole: 'service_clerk' } : { recipientRole: 'dealer_manager', recipientDealerId: dealerId }),
    kind: 'installation.technician_left', documentKind: 'installation', documentId: id, documentNumber: number, severity: 'warning',
    params: JSON.stringify({ appointmentFrom }),
  });
}
