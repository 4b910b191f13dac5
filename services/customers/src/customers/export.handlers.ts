import { Controller } from '@nestjs/common';
import { CustomerService, type ExportCustomerRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Rpc, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { customerForChange } from './customer-change.js';
import { requireReason } from './customer.rules.js';
import { everythingOf, type ExportRow } from './export.queries.js';
import { namedFiles, ownOnly, requireExportRole } from './export.rules.js';
import { reasonWithout } from './known-values.js';

type Exporting = Pick<Handlers<typeof CustomerService>, 'exportCustomer'>;

/** C-5: what is kept of a person, for that person. */
@Controller()
export class ExportHandlers implements Exporting {
  constructor(private readonly database: Database) {}

  /** The log entry is committed first, and nothing of the answer is stored. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.exportCustomer)
  async exportCustomer(request: ExportCustomerRequest, ctx: CallContext): ReturnType<Exporting['exportCustomer']> {
    const reason = isId(request.id) ? await reasonWithout(this.database, ctx, request) : '';
    const { id } = await this.database.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const customer = await customerForChange(tx, request.id);
      requireExportRole(ctx.role);
      requireReason(request.reason);
      await tx.audit({ action: 'export', kind: 'customer', id: customer.id, dealerId: customer.dealerId, changed: { reason: { after: reason } } });
      return { id: customer.id };
    });
    const row = (await this.database.one<ExportRow>(systemContext('customers', ctx), everythingOf(id))) as ExportRow;
    const content = ownOnly(row.content, ctx, row.dealerId);
    return {
      id: row.id, number: row.number, content: JSON.stringify(content), attachments: namedFiles(content), installationIds: row.installationIds,
    };
  }
}
