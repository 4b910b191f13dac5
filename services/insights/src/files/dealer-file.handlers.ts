import { Controller } from '@nestjs/common';
import { DealerFileService, type DealerFigures, type GetDealerFileRequest, type ListDealerFilesRequest } from '@aftercare/contracts';
import { businessDate, isId, requireRole } from '@aftercare/domain';
import { isManufacturer, notFound, Rpc, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, settingAt, SharedReads, type JsonRow, type Tx } from '@aftercare/service';
import { generationsOf } from '../model/generations.js';
import { callsPerTechnician, lookedAtOn, periodOf, regionPrefix, showsNetwork, toldPeriod, type Period } from './dealer-file.rules.js';
import { byFamily, byPart, byRegion, holdings, skills, workers } from './file-parts.queries.js';
import { figuresOfDealer, networkMedians, type Asked } from './figures.queries.js';
import { dealerBasics, listFiles, type DealerBasics } from './file-list.queries.js';
import { SUPPORT_SETTINGS, supportNeeded, type SupportLimits } from './support-needed.rules.js';
import { worded } from './support-needed.texts.js';

const READERS = ['service_clerk', 'service_supervisor', 'quality_engineer', 'auditor'] as const;

/** D-4: dealer files. The manufacturer reads all, a manager his dealer's and its children's. */
@Controller()
export class DealerFileHandlers implements Handlers<typeof DealerFileService> {
  private readonly shared: SharedReads;

  constructor(private readonly db: Database) {
    this.shared = new SharedReads(db);
  }

  @Rpc(DealerFileService.method.getDealerFile)
  async getDealerFile(request: GetDealerFileRequest, ctx: CallContext) {
    requireRole(ctx.role, [...READERS, 'dealer_manager'], 'dealer-file.read');
    const basics = isId(request.dealerId) ? await this.db.one<DealerBasics>(ctx, dealerBasics(request.dealerId, ctx)) : null;
    if (!basics) throw notFound('dealer');
    // The network's medians are made of every dealer's rows; the reader gets nothing of them but those.
    const system = systemContext('insights', ctx);
    const { asked, period, rebuilding } = await this.db.read(system, (tx) => askedOf(tx, request));
    const [[network], file] = await Promise.all([
      this.shared.rows<Network>(system, networkMedians(asked)),
      this.db.read(system, (tx) => fileOf(tx, { asked, period, dealerId: basics.dealerId, ctx })),
    ]);
    const shown = showsNetwork(network.dealers, { isManufacturer: isManufacturer(ctx) }) ? network : undefined;
    return { ...basics, ...toldPeriod(period), region: request.region, rebuilding, ...file, network: shown };
  }

  @Rpc(DealerFileService.method.listDealerFiles)
  async listDealerFiles(request: ListDealerFilesRequest, ctx: CallContext) {
    requireRole(ctx.role, READERS, 'dealer-file.list');
    const { asked } = await this.db.read(ctx, (tx) => askedOf(tx, request));
    const { page, statement } = listFiles(asked, request);
    // Whoever reads this list sees every dealer.
    return jsonPage(await this.shared.rows<JsonRow>(systemContext('insights', ctx), statement), page);
  }
}

/** The period, the region and the read model a question is about. */
async function askedOf(tx: Tx, request: { from: string; to: string; region: string }): Promise<{ asked: Asked; period: Period; rebuilding: boolean }> {
  const today = businessDate(await tx.now());
  const period = periodOf(request, today);
  const prefix = regionPrefix(request.region);
  const { current, building } = await generationsOf(tx);
  return { asked: { ...period, prefix, generation: current, asOf: lookedAtOn(period, today) }, period, rebuilding: building !== null };
}

interface FileAsked {
  asked: Asked;
  period: Period;
  dealerId: string;
  ctx: CallContext;
}

/** Everything of a file but the dealer's basics and the network, in one transaction so that its parts agree. */
async function fileOf(tx: Tx, { asked, period, dealerId, ctx }: FileAsked) {
  const reader = { isManufacturer: isManufacturer(ctx) };
  const [[figures], regions, families, parts, held, skilled, [work], limits] = await Promise.all([
    tx.sql<DealerFigures>(figuresOfDealer(asked, dealerId)), tx.sql<Group>(byRegion(asked, dealerId)),
    tx.sql<FamilyGroup>(byFamily(asked, dealerId)), tx.sql<PartRow>(byPart(asked, dealerId)), tx.sql<HoldingRow>(holdings(asked, dealerId)),
    tx.sql<SkillRow>(skills(asked, dealerId)), tx.sql<{ technicians: number; completeFrom: string }>(workers(asked, dealerId)), limitsOf(tx, toldPeriod(period).to),
  ]);
  const perTechnician = callsPerTechnician(figures.resolved, work.technicians, period);
  const shown = parts.map((part) => ({ ...part, networkPer100Calls: showsNetwork(part.dealers, reader) ? part.networkPer100Calls : '' }));
  const needs = supportNeeded({
    families: families.map(({ key, networkFirstFix, networkRepeat, dealers, ...family }) => ({
      ...family, family: key, network: showsNetwork(dealers, reader) ? { firstFixPercent: networkFirstFix, repeatPercent: networkRepeat } : null,
    })),
    parts: shown.map((part) => ({ ...part, name: `${part.number} ${ctx.locale === 'en' && part.nameEn ? part.nameEn : part.name}`.trim() })),
    staff: { ...figures, technicians: work.technicians, callsPerTechnician: perTechnician },
  }, limits);
  return {
    figures, regions, families, parts: shown, holdings: held, skills: skilled,
    technicians: work.technicians, callsPerTechnician: perTechnician, regionsCompleteFrom: work.completeFrom,
    supportNeeded: needs.map((need) => worded(need, ctx.locale)),
  };
}

/** The limits as they hold on the last day of the period. */
async function limitsOf(tx: Tx, on: string): Promise<SupportLimits> {
  const values = await Promise.all(SUPPORT_SETTINGS.map((key) => settingAt(tx, key, on)));
  return Object.fromEntries(SUPPORT_SETTINGS.map((key, at) => [key.slice(key.indexOf('.') + 1), values[at]])) as unknown as SupportLimits;
}

interface Network {
  dealers: number;
  calls: string;
  onTime24Percent: string;
  onTime48Percent: string;
  specialPercent: string;
  firstFixPercent: string;
  repeatPercent: string;
  partsPer100Calls: string;
  holdings: string;
  overdue: string;
  callsPer100Units: string;
  reportsLate: string;
  reportsMissing: string;
  spotCheckScore: string;
}

interface Group {
  key: string;
  calls: number;
  resolved: number;
  within24: number;
  within48: number;
  firstVisit: number;
  firstFixPercent: string;
  repeated: number;
  repeatPercent: string;
}

interface FamilyGroup extends Group {
  certified: number;
  dealers: number;
  networkFirstFix: string;
  networkRepeat: string;
}

interface NamedPart {
  partId: string;
  number: string;
  name: string;
  nameEn: string;
  quantity: number;
}

interface PartRow extends NamedPart {
  fromHoldings: number;
  per100Calls: string;
  networkPer100Calls: string;
  dealers: number;
}

interface HoldingRow extends NamedPart {
  overdue: number;
  days30: number;
  days60: number;
  days90: number;
  older: number;
}

interface SkillRow {
  family: string;
  passed: number;
  failed: number;
  absent: number;
  certified: number;
  expired: number;
}
