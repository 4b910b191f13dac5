import { Controller } from '@nestjs/common';
import { InstalledBaseService, StockKitService, type InstalledModel, type ListSuggestedKitRequest } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { Bus, Rpc, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, pageAnswer, pageOf, seesDealer, settingAt, type Page, type Tx } from '@aftercare/service';
import { requireMoneyReader } from '../actions.js';
import { partsById, type PartFacts } from '../catalogue/part-lookup.js';
import { replacesOf } from '../catalogue/supersession-links.js';
import { successors } from '../catalogue/supersession.rules.js';
import { filterId } from '../documents.js';
import { kitFigures, partsFitting } from './kit-figures.js';
import { KIT_REASONS, suggestedKit, type KitLine } from './kit.rules.js';

/** What a dealer should keep in its own stock (P-12). */
@Controller()
export class KitHandlers implements Handlers<typeof StockKitService> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** P-12: customers says what is installed, this service what was used. Errors: FIELD_MISSING, REASON_UNKNOWN. */
  @Rpc(StockKitService.method.listSuggestedKit)
  async listSuggestedKit(request: ListSuggestedKitRequest, ctx: CallContext) {
    requireMoneyReader(ctx);
    const page = pageOf(request.page, { list: 'suggested-kit' });
    const { reason } = request;
    if (reason !== '' && !(KIT_REASONS as readonly string[]).includes(reason)) throw invalidField('reason', 'Consumption, installed_base or covered.', 'REASON_UNKNOWN');
    const dealerId = filterId(request.dealerId, 'dealerId') ?? ctx.dealerId;
    if (dealerId === null) throw invalidField('dealerId', 'Name the dealer.', 'FIELD_MISSING');
    if (!seesDealer(ctx, dealerId)) return { items: [], nextCursor: '' };
    const { items: base } = await this.bus.client(InstalledBaseService).listInstalledBase({ dealerId }, { ctx });
    return this.database.read(ctx, (tx) => readKit(tx, { dealerId, base, reason, page }));
  }
}

/** What is to be read, for whom. */
interface KitWanted {
  dealerId: string;
  base: readonly InstalledModel[];
  reason: string;
  page: Page;
}

async function readKit(tx: Tx, { dealerId, base, reason, page }: KitWanted) {
  const { coverMonths, lines } = await kitOf(tx, dealerId, base);
  const parts = await partsById(tx, lines.map(({ partId }) => partId));
  const rows = lines.filter((line) => reason === '' || line.reason === reason).map((line) => row(line, { dealerId, coverMonths, part: parts.get(line.partId) }));
  const { after, limit } = page;
  const rest = rows.sort(byNumber).filter((each) => after === null || byNumber(each, { partNumber: after.key, id: after.id }) > 0);
  const { items, nextCursor } = pageAnswer(rest.slice(0, limit + 1), page, ({ partNumber }) => partNumber);
  return { items: items.map(({ id: _id, ...item }) => item), nextCursor };
}

async function kitOf(tx: Tx, dealerId: string, base: readonly InstalledModel[]): Promise<{ coverMonths: number; lines: KitLine[] }> {
  const today = businessDate(await tx.now());
  const coverMonths = await settingAt(tx, 'kit.coverMonths', today);
  const unitsPerPiece = await settingAt(tx, 'kit.unitsPerPiece', today);
  const figures = await kitFigures(tx, dealerId, coverMonths);
  const fits = await partsFitting(tx, base.map(({ modelId }) => modelId));
  const replaces = await replacesOf(tx);
  const newest = (partId: string): string => successors(partId, replaces).at(-1) ?? partId;
  const unitsByModel = new Map(base.map(({ modelId, units }) => [modelId, units]));
  return { coverMonths, lines: suggestedKit({ figures, fits, unitsByModel, newest }, { coverMonths, unitsPerPiece }) };
}

function row(line: KitLine, { dealerId, coverMonths, part }: { dealerId: string; coverMonths: number; part: PartFacts | undefined }) {
  return { ...line, id: line.partId, dealerId, coverMonths, partNumber: part?.number ?? '', partName: part?.name ?? '' };
}

interface Numbered {
  partNumber: string;
  id: string;
}

/** By part number, character by character. */
function byNumber(a: Numbered, b: Numbered): number {
  const [left, right] = [`${a.partNumber} ${a.id}`, `${b.partNumber} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
