import { Controller } from '@nestjs/common';
import { InstalledBaseService, type InstalledModel, type ListInstalledBaseRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, scopeValues } from '@aftercare/service';

const INSTALLED = `
  select model.id as "modelId", model.code as "modelCode", installed.units
    from (select sale.model_id, count(*)::int as units from unit_sale sale where sale.dealer_id = $3 and ($1::boolean or sale.dealer_id = any($2::uuid[])) group by sale.model_id) installed
    join product_model model on model.id = installed.model_id
   order by model.code`;

/** P-12: how many units of each model stand with the customers of a dealer. */
@Controller()
export class InstalledBaseHandlers implements Handlers<typeof InstalledBaseService> {
  constructor(private readonly database: Database) {}

  @Rpc(InstalledBaseService.method.listInstalledBase)
  async listInstalledBase({ dealerId }: ListInstalledBaseRequest, ctx: CallContext) {
    if (!isId(dealerId)) return { items: [] };
    const values = [...scopeValues(ctx), dealerId];
    return { items: await this.database.many<Pick<InstalledModel, 'modelId' | 'modelCode' | 'units'>>(ctx, { name: 'installed_base', text: INSTALLED, values, onePlan: true }) };
  }
}
