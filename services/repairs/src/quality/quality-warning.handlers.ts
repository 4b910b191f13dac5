import { Controller } from '@nestjs/common';
import {
  QualityReviewService,
  type GetQualityWarningRequest, type ListQualityWarningReadersRequest, type ListQualityWarningsRequest, type QualityWarning, type ReadQualityWarningRequest,
} from '@aftercare/contracts';
import { DEALER_ROLES, isId, requireRole, ROLES, serialText } from '@aftercare/domain';
import { isManufacturer, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder, type Statement } from '@aftercare/service';
import { keepReceipt } from './quality-warning.js';

type Warnings = Pick<Handlers<typeof QualityReviewService>, 'listQualityWarnings' | 'getQualityWarning' | 'readQualityWarning' | 'listQualityWarningReaders'>;

/** Warnings to all dealers: everybody who signs in reads them, the manufacturer sees who has. */
@Controller()
export class QualityWarningHandlers implements Warnings {
  constructor(private readonly db: Database) {}

  @Rpc(QualityReviewService.method.listQualityWarnings)
  async listQualityWarnings(request: ListQualityWarningsRequest, ctx: CallContext): ReturnType<Warnings['listQualityWarnings']> {
    requireRole(ctx.role, ROLES, 'quality-warning.read');
    const page = pageOf(request.page, { list: 'quality-warnings', key: 'instant' });
    const where = new Conditions()
      .when(serialText(request.serial), 's', (serial) => `${serial} = any(r.serials)`)
      .when(request.lot, 'l', (lot) => `${lot} = any(r.lots)`)
      .when(request.unread, 'u', () => `${FIRST_READ} is null`);
    const statement = listStatement({ name: 'quality_warnings', table: 'quality_warning', order: NEWEST, where, page, columns: LINE });
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }

  @Rpc(QualityReviewService.method.getQualityWarning)
  async getQualityWarning({ id }: GetQualityWarningRequest, ctx: CallContext): ReturnType<Warnings['getQualityWarning']> {
    requireRole(ctx.role, ROLES, 'quality-warning.read');
    return found(isId(id) ? await this.db.one<QualityWarning>(ctx, warningById(id)) : null);
  }

  @Rpc(QualityReviewService.method.readQualityWarning)
  async readQualityWarning(request: ReadQualityWarningRequest, ctx: CallContext): ReturnType<Warnings['readQualityWarning']> {
    requireRole(ctx.role, DEALER_ROLES, 'quality-warning.receipt');
    return this.db.command(ctx, async (tx) => {
      const read = async () => (isId(request.id) ? (await tx.sql<QualityWarning>(warningById(request.id)))[0] : null);
      await keepReceipt(tx, 'warning', found(await read()).id);
      return found(await read());
    }, { request });
  }

  @Rpc(QualityReviewService.method.listQualityWarningReaders)
  async listQualityWarningReaders(request: ListQualityWarningReadersRequest, ctx: CallContext): ReturnType<Warnings['listQualityWarningReaders']> {
    if (!isManufacturer(ctx)) throw notFound('quality warning');
    found(isId(request.id) ? await this.db.one<QualityWarning>(ctx, warningById(request.id)) : null);
    const page = pageOf(request.page, { list: 'quality-warning-readers', key: 'instant' });
    const where = new Conditions().add('w', (id) => `r.kind = 'warning' and r.report_id = ${id}::uuid`, request.id);
    const order: ListOrder = { by: 'r.read_at', direction: 'asc', type: 'timestamptz', id: 'r.user_id' };
    return jsonPage(await this.db.many<JsonRow>(ctx, listStatement({ name: 'quality_warning_readers', table: 'quality_receipt', order, where, page, columns: READER })), page);
  }
}

const NEWEST: ListOrder = { by: 'r.published_at', direction: 'desc', type: 'timestamptz' };
/** a warning goes to each dealer: what counts is the first reading by the reader's own one, not by one below it; for the manufacturer by any. */
const FIRST_READ = `(select min(q.read_at) from quality_receipt q where q.kind = 'warning' and q.report_id = r.id and app_sees_money(q.dealer_id))`;
const LINE = `r.id, r.published_at::text as key, json_build_object('id', r.id, 'number', r.number, 'text', r.text, 'serials', to_json(r.serials),
  'lots', to_json(r.lots), 'publishedAt', iso(r.published_at), 'readAt', coalesce(iso(${FIRST_READ}), ''))::text as item`;
const READER = `r.user_id as id, r.read_at::text as key, json_build_object('id', r.user_id, 'dealerId', r.dealer_id, 'readAt', iso(r.read_at))::text as item`;

function warningById(id: string): Statement {
  return {
    name: 'quality_warning',
    text: `select r.id, r.number, r.text, r.serials, r.lots, iso(r.published_at) as "publishedAt", coalesce(iso(${FIRST_READ}), '') as "readAt"
           from quality_warning r where r.id = $1::uuid`,
    values: [id],
  };
}

function found(warning: QualityWarning | null | undefined): QualityWarning {
  if (!warning) throw notFound('quality warning');
  return warning;
}
