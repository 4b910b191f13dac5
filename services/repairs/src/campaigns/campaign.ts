import { NoticeRequestedSchema } from '@aftercare/contracts';
import { addDays, startOfDay } from '@aftercare/domain';
import { isManufacturer, notFound, type CallContext } from '@aftercare/messaging';
import { dealerScope, expectVersion, EVERY_DEALER, type Tx } from '@aftercare/service';
import { CampaignRow, type StoredPart } from './campaign.entity.js';
import { requireCampaignRole, type CampaignAction } from './campaign.rules.js';

/** The audit trail's and the notices' name of the document. */
export const CAMPAIGN_KIND = 'campaign';
/** The audit trail's name of a unit's work. */
export const CAMPAIGN_UNIT_KIND = 'campaign-unit';
/** Fires when the day of a running campaign is over; its ref is the campaign's id. */
export const CAMPAIGN_DEADLINE = 'campaign-due';

/** One for a change by the manufacturer: locked, by a role that may, at the version the change is based on. */
export async function campaignForChange(tx: Tx, action: CampaignAction, request: { id: string; version: number }): Promise<CampaignRow> {
  if (!isManufacturer(tx.ctx)) throw notFound('campaign');
  const found = await tx.em.findOne(CampaignRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
  if (!found) throw notFound('campaign');
  requireCampaignRole(action, tx.ctx.role);
  expectVersion(found, request.version, { state: found.state });
  return found;
}

/** One to be read: the manufacturer's staff reads all, a dealer what was launched and concerns a unit of its own. Errors: NOT_FOUND. */
export async function readableCampaign(tx: Tx, id: string): Promise<CampaignRow> {
  const campaign = await tx.em.findOneBy(CampaignRow, { id });
  if (!campaign) throw notFound('campaign');
  const scope = dealerScope(tx.ctx);
  if (scope === EVERY_DEALER) return campaign;
  if (campaign.launchedAt === null) throw notFound('campaign');
  const own = await tx.sql({ name: 'campaign_own', text: 'select 1 as own from campaign_unit where campaign_id = $1 and dealer_id = any($2::uuid[]) limit 1', values: [id, scope] });
  if (own.length === 0) throw notFound('campaign');
  return campaign;
}

/** Writes a change with its version and its audit row. */
export async function saveCampaign(tx: Tx, action: string, campaign: CampaignRow, changed: Record<string, { before?: unknown; after?: unknown }> = {}) {
  campaign.version += 1;
  await tx.em.save(CampaignRow, campaign);
  await tx.audit({ action, kind: CAMPAIGN_KIND, id: campaign.id, changed: { state: { after: campaign.state }, ...changed } });
  return { id: campaign.id, number: campaign.number, state: campaign.state, version: campaign.version };
}

/** The day after which a running campaign is overdue. */
export async function keepDeadline(tx: Tx, campaign: CampaignRow): Promise<void> {
  await tx.deadline({ kind: CAMPAIGN_DEADLINE, ref: campaign.id, dueAt: startOfDay(addDays(campaign.dueOn, 1)) });
}

type Recipient = { recipientRole: string; recipientDealerId?: string } | { recipientUserId: string };

/** Tells somebody something about a campaign. */
export async function tellOfCampaign(tx: Tx, campaign: CampaignRow, kind: string, to: Recipient): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    ...to, kind, documentKind: CAMPAIGN_KIND, documentId: campaign.id, documentNumber: campaign.number, severity: kind === 'campaign.overdue' ? 'alarm' : 'warning',
    params: JSON.stringify({ dueOn: campaign.dueOn }),
  });
}

/** The dealers with units of the campaign, `toDo`: those with work left. */
export async function dealersOf(tx: Tx, campaignId: string, toDo: boolean): Promise<string[]> {
  const rows = await tx.sql<{ dealerId: string }>({
    name: 'campaign_dealers',
    text: `select distinct dealer_id as "dealerId" from campaign_unit
           where campaign_id = $1 and dealer_id is not null and state <> 'excluded' and (not $2::boolean or state <> 'done') order by 1`,
    values: [campaignId, toDo],
  });
  return rows.map(({ dealerId }) => dealerId);
}

/** How many units are where, and of how many customers and dealers; only the caller's where he is a dealer's. */
export interface Counts {
  open: number;
  contacted: number;
  unreachable: number;
  done: number;
  excluded: number;
  customers: number;
  dealers: number;
}

export async function countsOf(tx: Tx, campaignId: string): Promise<Counts & { units: number }> {
  const [counts] = await tx.sql<Counts>({ name: 'campaign_counts', text: COUNTS, values: [campaignId, ...scopeOf(tx.ctx)] });
  const { open, contacted, unreachable, done } = counts;
  return { ...counts, units: open + contacted + unreachable + done };
}

/** The caller's dealers as values of a statement: all of them, or these. */
export function scopeOf(ctx: CallContext): [everything: boolean, dealers: string[]] {
  const scope = dealerScope(ctx);
  return scope === EVERY_DEALER ? [true, []] : [false, scope];
}

/** Counts by state, of rows under the alias u. */
export const BY_STATE = ['open', 'contacted', 'unreachable', 'done', 'excluded'].map((state) => `count(*) filter (where u.state = '${state}')::int as ${state}`).join(', ');

const COUNTS = `select ${BY_STATE}, count(distinct u.customer_id) filter (where u.state <> 'excluded')::int as customers,
    count(distinct u.dealer_id) filter (where u.state <> 'excluded')::int as dealers
  from campaign_unit u where u.campaign_id = $1 and ($2::boolean or u.dealer_id = any($3::uuid[]))`;

/** Parts as they are kept. */
export const storedParts = (parts: StoredPart[]): StoredPart[] => parts.map(({ partId, partNumber, quantity }) => ({ partId, partNumber, quantity }));
