import { CampaignService, CampaignUnitService, DealerService, type CampaignUnit } from '@aftercare/contracts';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { ifVisible } from '../http/all-items.js';
import { fields, formPaper, texts, type Paper } from './paper.js';
import type { Personal } from './personal.js';
import type { PrintRun } from './print-run.js';

/** The unit whose owner is written to; looked at before anything is revealed. Errors: NOT_FOUND, CAMPAIGN_UNIT_UNSOLD. */
export async function writtenTo(bus: Bus, id: string): Promise<CampaignUnit> {
  const unit = await bus.call(CampaignUnitService.method.getCampaignUnit, { id });
  if (unit.customerId === '') throw new ServiceError('failed_precondition', 'CAMPAIGN_UNIT_UNSOLD', 'The unit is not sold.');
  return unit;
}

/** the campaign's letter to the owner of one unit; its code leads to where he asks for the repair. */
export async function campaignLetter(bus: Bus, unit: CampaignUnit, personal: Personal, run: PrintRun): Promise<Paper> {
  const [{ content, number }, dealer] = await Promise.all([
    bus.call(CampaignService.method.getCampaign, { id: unit.campaignId }),
    unit.dealerId ? ifVisible(bus.call(DealerService.method.getDealerStanding, { id: unit.dealerId })) : undefined,
  ]);
  const letter = (run.locale === 'en' && content?.letterEn) || content?.letter || content?.problem || '';
  return formPaper(run, {
    title: run.say(content?.kind === 'recall' ? 'recallLetter' : 'campaignLetter'),
    number: `${number}-${unit.serial}`,
    path: `/public/units/${encodeURIComponent(unit.serial)}`,
    body: [
      fields(run.say('customer'), [[[run.say('personName'), personal.name], [run.say('phone'), personal.phones.join('  ')]], [[run.say('address'), personal.address]]]),
      fields(run.say('product'), [[[run.say('serial'), unit.serial], [run.say('model'), unit.modelCode]], [[run.say('dealer'), dealer ? run.name(dealer) : ''], [run.say('campaignUntil'), content?.dueOn ?? '']]]),
      texts(content?.title ?? '', [[run.say('dearCustomer'), letter]]),
    ],
    notes: [run.say('letterNote'), run.say(personal.plain ? 'personalNote' : 'maskedNote')],
    signatures: [run.say('signQuality'), run.say('signService')],
  });
}
