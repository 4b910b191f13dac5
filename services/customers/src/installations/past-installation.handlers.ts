import { Controller } from '@nestjs/common';
import { PastInstallationService, TechnicianService, type RegisterPastInstallationRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Bus, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { normalisePhones, requireServingDealer } from '../customers/customer.rules.js';
import { Standing } from '../dealers/standing.js';
import { registerChecked } from './past-customer.js';
import { registerPast, type PastInstallation } from './past-installation.js';
import { requireAdditionRole, type ReportFrame } from './past-installation.rules.js';

/** D-7: an addition to a monthly report, from a form. The sheet is the job beside it. */
@Controller()
export class PastInstallationHandlers implements Handlers<typeof PastInstallationService> {
  constructor(
    private readonly database: Database,
    private readonly standing: Standing,
    private readonly bus: Bus,
  ) {}

  @Rpc(PastInstallationService.method.registerPastInstallation)
  async registerPastInstallation(request: RegisterPastInstallationRequest, ctx: CallContext) {
    requireAdditionRole(ctx.role);
    const { dealerId, technicianUserId } = request;
    requireServingDealer(await this.standing.of(dealerId, ctx));
    if (technicianUserId !== '') await this.requireTechnician(technicianUserId, dealerId, ctx);
    if (request.customerId !== '' && !isId(request.customerId)) throw notFound('customer');
    return this.database.command(ctx, async (tx) => {
      const { id, number, state, version } = await registerPast(tx, {
        ...request, frame: frameOf(request), customer: customerOf(tx, request),
      });
      return { id, number, state, version };
    }, { request });
  }

  /** Who left since may have done it: naming him gives him no work. One of another dealer looks like a missing one. */
  private async requireTechnician(userId: string, dealerId: string, ctx: CallContext): Promise<void> {
    const technician = await this.bus.client(TechnicianService).getTechnician({ userId }, { ctx });
    if (technician.dealerId !== dealerId) throw notFound('technician');
  }
}

const frameOf = ({ month, activeDays, servingDays }: RegisterPastInstallationRequest): ReportFrame => ({ month, activeDays, servingDays });

/** An existing and a new one together are handed on: the rule refuses them. */
function customerOf(tx: Tx, { dealerId, customerId, customer }: RegisterPastInstallationRequest): PastInstallation['customer'] {
  const existing = customerId === '' ? {} : { id: customerId };
  const fresh = customer
    ? { register: () => registerChecked(tx, { dealerId, phones: normalisePhones(customer.phones), form: customer, acceptShared: customer.acceptSharedPhone }) }
    : {};
  const named = { ...existing, ...fresh };
  return 'id' in named || 'register' in named ? (named as PastInstallation['customer']) : null;
}
