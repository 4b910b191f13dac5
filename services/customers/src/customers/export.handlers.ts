import { Controller } from '@nestjs/common';
import { CustomerService, type ExportCustomerRequest } from '@aftercare/contracts';
import { Rpc, systemContext, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, refuseTerminated } from '@aftercare/service';
import { auditReason, customerForChange } from './customer-change.js';
import { requireReason } from './customer.rules.js';
import { everythingOf, type ExportRow } from './export.queries.js';
import { namedFiles, ownOnly, requireExportRole } from './export.rules.js';

type Exporting = Pick<Handlers<typeof CustomerService>, 'exportCustomer'>;

/** C-5: what is kept of a person, for that person. */
@Controller()
export class ExportHandlers implements Exporting {
  constructor(private readonly database: Database) {}

  /** The log entry is committed first, and nothing of the answer is stored. Errors as documented at the rpc. */
  @Rpc(CustomerService.method.exportCustomer)
  async exportCustomer(request: ExportCustomerRequest, ctx: CallContext): ReturnType<Exporting['exportCustomer']> {
    const { id } = await this.database.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const customer = await customerForChange(tx, request.id);
      requireExportRole(ctx.role);
      await refuseTerminated(tx, customer.dealerId);
      requireReason(request.reason);
      await auditReason(tx, 'export', { id: customer.id, reason: request.reason });
      return { id: customer.id };
    });
    const row = (await this.database.one<ExportRow>(systemContext('customers', ctx), everythingOf(id))) as ExportRow;
    const content = ownOnly(row.content, ctx, row.dealerId);
    return {
      id: row.id, number: row.number, content: JSON.stringify(content), attachments: namedFiles(content), installationIds: row.installationIds,
    };
  }
}
