import { Controller } from '@nestjs/common';
import { AffectedUnitService, CampaignService, type AffectedUnit, type CollectCampaignRequest, type ListAffectedUnitsResponse } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { heirOf } from '../handover/succession.js';
import { CAMPAIGN_KIND, campaignForChange, countsOf, saveCampaign, tellOfCampaign } from './campaign.js';
import { CampaignRow, type Collecting } from './campaign.entity.js';
import { collectedState, hasConditions, refuseCollecting } from './campaign.rules.js';

const PAGE_ROWS = 200;
/** Pages asked in one request, well within its time. */
const PAGES_AT_ONCE = 8;

/**
 * who owns a unit and who serves it is what customers know. It is asked page by page, before the transaction that keeps the page, so
 * that the collection of many units goes on where it stopped.
 */
@Controller()
export class CampaignCollectHandlers implements Pick<Handlers<typeof CampaignService>, 'collectCampaign'> {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(CampaignService.method.collectCampaign)
  async collectCampaign(request: CollectCampaignRequest, ctx: CallContext): ReturnType<Handlers<typeof CampaignService>['collectCampaign']> {
    // Asked again it goes on: there is no answer to be kept for a second asking.
    const unkeyed = { ...ctx, idempotencyKey: undefined };
    const begun = await this.db.command(unkeyed, (tx) => begin(tx, request));
    let { work, version } = begun;
    for (let page = 0; page < PAGES_AT_ONCE && work !== null; page += 1) {
      const asked = await this.ask(begun.campaign, work);
      ({ version } = await this.db.command(unkeyed, (tx) => keepPage(tx, { id: request.id, version }, asked)));
      work = asked.left;
    }
    return this.db.read(ctx, async (tx) => {
      const { units } = await countsOf(tx, request.id);
      const [{ number, state }] = await tx.sql<{ number: string; state: string }>({ name: 'campaign_ref', text: 'select number, state from campaign where id = $1', values: [request.id] });
      return { id: request.id, number, state, version, units, more: work !== null };
    });
  }

  /** The next page, and what is left after it. */
  private async ask({ selection }: Pick<CampaignRow, 'selection'>, work: Collecting): Promise<Page> {
    const units = this.bus.client(AffectedUnitService);
    if (work.serials.length > 0) {
      const serials = work.serials.slice(0, PAGE_ROWS);
      const { items } = await units.listAffectedUnits({ serials, page: { limit: PAGE_ROWS } });
      const known = new Set(items.map(({ serial }) => serial));
      return { items, unknown: serials.filter((serial) => !known.has(serial)), left: ended({ ...work, serials: work.serials.slice(PAGE_ROWS) }) };
    }
    const { serials: _named, lots: _lots, ...conditions } = selection;
    const { items, nextCursor }: ListAffectedUnitsResponse = await units.listAffectedUnits({ ...conditions, page: { limit: PAGE_ROWS, cursor: work.cursor } });
    return { items, unknown: [], left: ended({ ...work, cursor: nextCursor, conditions: nextCursor !== '' }) };
  }
}

/** What a page brought. */
interface Page {
  items: AffectedUnit[];
  unknown: string[];
  left: Collecting | null;
}

const ended = (work: Collecting): Collecting | null => (work.serials.length === 0 && !work.conditions ? null : work);

/** Where the collection stands; one that is not under way begins with the named serials and those that reports name with the lots. */
async function begin(tx: Tx, request: CollectCampaignRequest) {
  const campaign = await campaignForChange(tx, 'collect', request);
  refuseCollecting(campaign.state);
  if (campaign.collecting === null) {
    const { serials, lots } = campaign.selection;
    const ofLots = lots.length === 0 ? [] : await tx.sql<{ serial: string }>({ name: 'serials_of_lots', text: SERIALS_OF_LOTS, values: [lots] });
    const named = [...new Set([...serials, ...ofLots.map(({ serial }) => serial)])].sort();
    Object.assign(campaign, { collecting: ended({ serials: named, conditions: hasConditions(campaign.selection), cursor: '' }), unknownSerials: [] });
    if (campaign.collecting === null) await finish(tx, campaign);
    await saveCampaign(tx, 'collect', campaign);
  }
  return { work: campaign.collecting, campaign, version: campaign.version };
}

/** Keeps a page: new units, and of known ones, while work is to be done, whose they are now. Errors: STALE_VERSION when somebody else collects as well. */
async function keepPage(tx: Tx, at: { id: string; version: number }, { items, unknown, left }: Page): Promise<{ version: number }> {
  const campaign = await campaignForChange(tx, 'collect', at);
  const heirs = new Map<string, string>();
  for (const dealerId of new Set(items.map((item) => item.dealerId).filter(Boolean))) heirs.set(dealerId, (await heirOf(tx, dealerId)) ?? dealerId);
  if (items.length > 0) {
    const came = await tx.sql<{ dealerId: string | null }>({ name: 'campaign_units_keep', text: KEEP, values: [
      campaign.id, items.map(() => newId()), items.map(({ unitId }) => unitId), items.map(({ serial }) => serial), items.map(({ modelCode }) => modelCode),
      items.map(({ dealerId }) => heirs.get(dealerId) ?? null), items.map(({ customerId }) => customerId || null),
    ] });
    if (campaign.state === 'running') await tellNewDealers(tx, campaign, came.map(({ dealerId }) => dealerId));
  }
  campaign.unknownSerials = [...campaign.unknownSerials, ...unknown];
  campaign.collecting = left;
  if (left === null) await finish(tx, campaign);
  campaign.version += 1;
  await tx.em.save(CampaignRow, campaign);
  if (left === null) await tx.audit({ action: 'collected', kind: CAMPAIGN_KIND, id: campaign.id, changed: { state: { after: campaign.state } } });
  return { version: campaign.version };
}

async function finish(tx: Tx, campaign: CampaignRow): Promise<void> {
  Object.assign(campaign, { collecting: null, collectedAt: await tx.now(), state: collectedState(campaign.state) });
}

/** Dealers that got units of a campaign that runs already are told. */
async function tellNewDealers(tx: Tx, campaign: CampaignRow, dealerIds: (string | null)[]): Promise<void> {
  for (const recipientDealerId of new Set(dealerIds)) {
    if (recipientDealerId !== null) await tellOfCampaign(tx, campaign, 'campaign.launched', { recipientRole: 'dealer_manager', recipientDealerId });
  }
}

/** Lots are written as people write them; a report's own unit and the serials it names are of its lot. */
const SERIALS_OF_LOTS = `
  select distinct upper(trim(s.serial)) as serial from quality_report r
    cross join lateral unnest(r.affected_serials || r.action_serials || array[r.serial]) as s (serial)
  where (r.lot = any($1::text[]) or r.action_lots && $1::text[]) and trim(s.serial) <> ''`;

const KEEP = `
  insert into campaign_unit as u (id, campaign_id, dealer_id, unit_id, serial, model_code, customer_id, state, note, attempts, call_number, photos, version)
  select n.id, $1::uuid, n.dealer_id, n.unit_id, n.serial, n.model_code, n.customer_id, 'open', '', 0, '', '[]', 1
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[]) as n (id, unit_id, serial, model_code, dealer_id, customer_id)
  on conflict (campaign_id, unit_id) do update set dealer_id = excluded.dealer_id, customer_id = excluded.customer_id, version = u.version + 1
    where u.state in ('open', 'contacted', 'unreachable') and (u.dealer_id, u.customer_id) is distinct from (excluded.dealer_id, excluded.customer_id)
  returning u.dealer_id as "dealerId"`;
