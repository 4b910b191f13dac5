import { Controller } from '@nestjs/common';
import { TerritoryService, type ListCallTakersRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, scopeValues } from '@aftercare/service';

type Territory = Handlers<typeof TerritoryService>;

/** Who may be given a call (D-1). */
@Controller()
export class TerritoryHandlers implements Territory {
  constructor(private readonly database: Database) {}

  @Rpc(TerritoryService.method.listCallTakers)
  async listCallTakers(request: ListCallTakersRequest, ctx: CallContext): ReturnType<Territory['listCallTakers']> {
    const items = await this.database.many<CallTakerRow>(ctx, {
      name: 'call_takers', text: CALL_TAKERS, values: [...scopeValues(ctx), request.dealerIds.filter(isId), request.regionCode],
    });
    return { items };
  }
}

interface CallTakerRow {
  id: string;
  code: string;
  name: string;
  nameEn: string;
  status: string;
  regionCode: string;
  territoryRegionCodes: string[];
}

/** A territory's code ends in 0000 for a province and in 00 for a city: what stands before is the beginning of all its districts. */
const CALL_TAKERS = `
  select id, code, name, name_en as "nameEn", status, region_code as "regionCode", territory as "territoryRegionCodes" from dealer
  where ($1::boolean or id = any($2::uuid[])) and status in ('active', 'suspended')
    and (id = any($3::uuid[]) or ($4 <> '' and (left(region_code, 4) = left($4, 4)
      or exists (select from unnest(territory) code where starts_with($4, regexp_replace(code, '(00){1,2}$', ''))))))
  order by code`;
