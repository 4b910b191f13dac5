import { Injectable } from '@nestjs/common';
import { businessDate } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { CAMPAIGN_DEADLINE, dealersOf, tellOfCampaign } from './campaign.js';
import { CampaignRow } from './campaign.entity.js';

/** units that are not done by the end of the campaign's day are told once, to their dealers, the quality engineer and the supervisor. */
@Injectable()
export class CampaignDueJob {
  @OnDeadline(CAMPAIGN_DEADLINE)
  async overdue(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const campaign = await em.findOneByOrFail(CampaignRow, { id: deadline.ref });
    if (campaign.state !== 'running' || businessDate(await tx.now()) <= campaign.dueOn) return;
    const dealers = await dealersOf(tx, campaign.id, true);
    if (dealers.length === 0) return;
    for (const recipientDealerId of dealers) await tellOfCampaign(tx, campaign, 'campaign.overdue', { recipientRole: 'dealer_manager', recipientDealerId });
    for (const recipientRole of ['quality_engineer', 'service_supervisor']) await tellOfCampaign(tx, campaign, 'campaign.overdue', { recipientRole });
  }
}
