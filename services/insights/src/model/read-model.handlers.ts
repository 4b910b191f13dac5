import { Controller } from '@nestjs/common';
import { ReadModelService, type GetReadModelRequest, type RebuildReadModelRequest } from '@aftercare/contracts';
import { Refusal, requireRole } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { Rebuild } from './rebuild.js';
import { sources } from './sources.js';

/** The read model and its rebuilding, for the administrator. */
@Controller()
export class ReadModelHandlers implements Handlers<typeof ReadModelService> {
  constructor(
    private readonly db: Database,
    private readonly rebuild: Rebuild,
  ) {}

  @Rpc(ReadModelService.method.rebuildReadModel)
  async rebuildReadModel(request: RebuildReadModelRequest, ctx: CallContext) {
    requireRole(ctx.role, ['admin'], 'read-model.rebuild');
    const answer = await this.db.command(ctx, async (tx) => {
      const begun = await tx.sql<{ building: number }>({ name: 'rebuild_begin', text: BEGIN, values: [] });
      if (begun.length === 0) throw new Refusal('failed_precondition', 'REBUILD_RUNNING', 'The figures are being built already.');
      const [{ building }] = begun;
      await tx.sql({ name: 'rebuild_row', text: 'insert into rebuild (generation, requested_by) values ($1, $2)', values: [building, ctx.userId] });
      await tx.audit({ action: 'rebuild', kind: 'read_model', id: String(building), changed: { building: { after: building } } });
      return stateOf(tx);
    }, { request });
    this.rebuild.wake();
    return answer;
  }

  @Rpc(ReadModelService.method.getReadModel)
  getReadModel(_request: GetReadModelRequest, ctx: CallContext) {
    requireRole(ctx.role, ['admin', 'auditor'], 'read-model.read');
    return this.db.read(ctx, stateOf);
  }
}

interface Standing {
  generation: number;
  state: string;
  startedAt: string;
  finishedAt: string;
  sources: { service: string; events: number; finished: boolean; problem: string }[];
}

async function stateOf(tx: Tx): Promise<Standing> {
  const [state] = await tx.sql<Standing>({ name: 'read_model_state', text: STATE, values: [[...sources.keys()]] });
  return state;
}

/** One more than every model before, of which rows may still be left. */
const BEGIN = 'update read_model set building = current + 1 where building is null returning building';

const STATE = `
  select m.current as generation, case when m.building is null then 'ready' else 'rebuilding' end as state,
    iso(r.started_at) as "startedAt", coalesce(iso(r.finished_at), '') as "finishedAt",
    (select json_agg(json_build_object('service', w.service, 'events', coalesce(s.events, 0), 'finished', coalesce(s.finished, false),
        'problem', coalesce(s.problem, '')) order by w.place)
      from unnest($1::text[]) with ordinality w (service, place)
      left join rebuild_source s on s.generation = r.generation and s.service = w.service) as sources
  from read_model m join rebuild r on r.generation = coalesce(m.building, m.current)`;
