import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { RepairCall } from '../calls/call.entity.js';
import { givenUp, WINDOW_DEADLINE } from './appointment.js';
import { CallAppointmentRow } from './appointment.entity.js';

/** a promised window that passed with nobody coming counts as missed once its day is over. */
@Injectable()
export class AppointmentJob {
  @OnDeadline(WINDOW_DEADLINE)
  async windowOver(deadline: Deadline, em: EntityManager): Promise<void> {
    const { callId } = await em.findOneByOrFail(CallAppointmentRow, { id: deadline.ref });
    // The call is locked first, as every command does: an arrival at the same moment comes before or after.
    const call = await em.findOneOrFail(RepairCall, { where: { id: callId }, lock: { mode: 'pessimistic_write' } });
    await givenUp(txOf(em), call, deadline.ref);
  }
}
