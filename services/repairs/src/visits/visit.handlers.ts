import { Controller } from '@nestjs/common';
import { CallVisitService, type HandOverCallRequest, type RescheduleCallRequest } from '@aftercare/contracts';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { certificateOf } from '../calls/call-certificate.js';
import { callForChange, refOf, step } from '../calls/call-change.js';
import { tellWorkers } from '../calls/call-workers.js';
import { RepairCall } from '../calls/call.entity.js';
import { requireReason } from '../calls/call.rules.js';
import { requireTechnicianOf, technicianBehind } from '../calls/technician.js';
import { passWindow, promise } from './appointment.js';
import { refuseSameTechnician, refuseWrongNewAppointment } from './appointment.rules.js';

type Visits = Handlers<typeof CallVisitService>;

/** Another time, or another technician. */
@Controller()
export class VisitHandlers implements Visits {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(CallVisitService.method.rescheduleCall)
  async rescheduleCall(request: RescheduleCallRequest, ctx: CallContext): ReturnType<Visits['rescheduleCall']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'reschedule', request);
      refuseWrongNewAppointment(request, await tx.now());
      await step(tx, call, 'reschedule', reason);
      await promise(tx, call, { from: request.appointmentFrom, to: request.appointmentTo, reason });
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  @Rpc(CallVisitService.method.handOverCall)
  async handOverCall(request: HandOverCallRequest, ctx: CallContext): ReturnType<Visits['handOverCall']> {
    const reason = requireReason(request.reason);
    const technician = await technicianBehind(this.bus, request.technicianUserId);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'hand-over', request);
      requireTechnicianOf(call.dealerId, technician);
      await step(tx, call, 'hand-over', reason);
      refuseSameTechnician(call.technicianUserId, request.technicianUserId);
      call.technicianUserId = request.technicianUserId;
      if (request.appointmentFrom !== '' || request.appointmentTo !== '') {
        refuseWrongNewAppointment(request, await tx.now());
        await promise(tx, call, { from: request.appointmentFrom, to: request.appointmentTo, reason });
      }
      await passWindow(tx, call);
      call.technicianCertificate = await certificateOf(tx, call);
      await tellWorkers(tx, call);
      await tx.em.save(RepairCall, call);
      return { ...refOf(call), technicianCertificate: call.technicianCertificate };
    }, { request });
  }
}
