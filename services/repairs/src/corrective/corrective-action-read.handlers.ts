import { Controller } from '@nestjs/common';
import { CorrectiveActionService, type GetCorrectiveActionRequest, type ListCorrectiveActionsRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageOf, type JsonRow, type ListOrder } from '@aftercare/service';
import { actionMessage, requireInsider } from './corrective-action.js';
import { CorrectiveActionRow } from './corrective-action.entity.js';

type Reads = Pick<Handlers<typeof CorrectiveActionService>, 'getCorrectiveAction' | 'listCorrectiveActions'>;

/** What the manufacturer's staff reads of corrective actions. */
@Controller()
export class CorrectiveActionReadHandlers implements Reads {
  constructor(private readonly db: Database) {}

  @Rpc(CorrectiveActionService.method.getCorrectiveAction)
  async getCorrectiveAction({ id }: GetCorrectiveActionRequest, ctx: CallContext): ReturnType<Reads['getCorrectiveAction']> {
    requireInsider(ctx);
    return this.db.read(ctx, async (tx) => {
      const action = isId(id) ? await tx.em.findOneBy(CorrectiveActionRow, { id }) : null;
      if (!action) throw notFound('corrective action');
      return actionMessage(tx, action);
    });
  }

  @Rpc(CorrectiveActionService.method.listCorrectiveActions)
  async listCorrectiveActions(request: ListCorrectiveActionsRequest, ctx: CallContext): ReturnType<Reads['listCorrectiveActions']> {
    requireInsider(ctx);
    for (const id of [request.ownerUserId, request.reportId]) if (id !== '' && !isId(id)) throw notFound('filter');
    if (request.figureValue !== '' && request.figureName === '') throw invalidField('figureName', 'Say which filter has this value.', 'FIELD_MISSING');
    const page = pageOf(request.page, { list: 'corrective-actions', key: 'instant' });
    const bar = request.figureName && JSON.stringify([{ name: request.figureName, ...(request.figureValue ? { value: request.figureValue } : {}) }]);
    const where = new Conditions()
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(request.ownerUserId, 'u', (owner) => `r.owner_user_id = ${owner}::uuid`)
      .when(request.reportId, 'r', (report) => `r.report_id = ${report}::uuid`)
      .when(request.overdue, 'o', () => IS_OVERDUE)
      .when(bar, 'f', (filter) => `r.figure @> ${filter}::jsonb`);
    const statement = listStatement({ name: 'corrective_actions', table: 'corrective_action', order: NEWEST, where, page, columns: LINE });
    return jsonPage(await this.db.many<JsonRow>(ctx, statement), page);
  }
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const IS_OVERDUE = `coalesce(r.next_due_on < (select (business_now() at time zone 'Asia/Shanghai')::date), false)`;
const LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', r.number, 'title', r.title,
  'origin', case when r.report_id is null then 'figure' else 'quality-report' end, 'reportNumber', r.report_number, 'ownerUserId', r.owner_user_id,
  'state', r.state, 'round', r.round, 'nextStep', coalesce(r.next_step, ''), 'nextDueOn', coalesce(r.next_due_on::text, ''), 'overdue', ${IS_OVERDUE},
  'createdAt', iso(r.created_at), 'closedAt', coalesce(iso(r.closed_at), ''), 'version', r.version)::text as item`;
