import { Controller } from '@nestjs/common';
import { InstallationService, type ReassignInstallationRequest } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion } from '@aftercare/service';
import { requireServingDealer } from '../customers/customer.rules.js';
import { Standing } from '../dealers/standing.js';
import { InstallationEntity } from './installation.entity.js';
import { loadInstallation, refOf, requireTechnician } from './installation.handlers.js';
import { checkAppointment, checkComingAppointment, requireInstallationRole, requireOpen } from './installation.rules.js';

/** C-4, D-1: an open appointment goes to another technician: of whoever left, or of a dealer whose customers were taken over. */
@Controller()
export class ReassignHandlers implements Pick<Handlers<typeof InstallationService>, 'reassignInstallation'> {
  constructor(
    private readonly database: Database,
    private readonly standing: Standing,
    private readonly bus: Bus,
  ) {}

  /** Errors as documented at the rpc. */
  @Rpc(InstallationService.method.reassignInstallation)
  async reassignInstallation(request: ReassignInstallationRequest, ctx: CallContext) {
    const { dealerId } = await this.database.read(ctx, (tx) => loadInstallation(tx, request.id));
    requireInstallationRole('reassign', ctx.role);
    const moved = request.appointmentFrom !== '' || request.appointmentTo !== '';
    if (moved) checkAppointment(request.appointmentFrom, request.appointmentTo);
    requireServingDealer(await this.standing.of(dealerId, ctx));
    await requireTechnician(this.bus, request.technicianUserId, { dealerId, ctx });
    return this.database.command(ctx, async (tx) => {
      const installation = await loadInstallation(tx, request.id, 'pessimistic_write');
      expectVersion(installation, request.version, { id: installation.id, state: installation.state });
      requireOpen(installation.state);
      if (moved) checkComingAppointment(request.appointmentFrom, request.appointmentTo, businessDate(await tx.now()));
      const { technicianUserId, appointmentFrom, appointmentTo } = installation;
      const window = moved ? { appointmentFrom: request.appointmentFrom, appointmentTo: request.appointmentTo } : { appointmentFrom, appointmentTo };
      Object.assign(installation, { technicianUserId: request.technicianUserId, ...window, version: installation.version + 1 });
      await tx.em.save(InstallationEntity, installation);
      await tx.audit({
        action: 'reassign', kind: 'installation', id: installation.id, dealerId,
        changed: {
          technicianUserId: { before: technicianUserId, after: installation.technicianUserId },
          ...(moved ? { appointmentFrom: { before: appointmentFrom, after: window.appointmentFrom }, appointmentTo: { before: appointmentTo, after: window.appointmentTo } } : {}),
        },
      });
      return refOf(installation);
    }, { request });
  }
}
