import { Injectable } from '@nestjs/common';
import { AppointmentSettledSchema } from '@aftercare/contracts';
import { businessDate, isId } from '@aftercare/domain';
import { OnEvents, type Heard } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keepTogether, type KeepTogether } from './fact.js';

/** windows that were promised, told once, when they are settled; they count on the day on which they begin. */
export const appointmentsSettled: KeepTogether<typeof AppointmentSettledSchema> = async ({ tx, generation }, events) => {
  const rows = events.map(({ event }) => event).filter(({ dealerId }) => isId(dealerId)).map((event) => ({
    id: event.appointmentId, callId: event.callId, callNumber: event.callNumber, dealerId: event.dealerId, technicianUserId: event.technicianUserId || null,
    windowFrom: event.windowFrom, windowTo: event.windowTo, beginsOn: businessDate(event.windowFrom), arrivedAt: event.arrivedAt || null, outcome: event.outcome,
  }));
  await tx.sql({ name: 'appointment_keep', text: KEEP, values: [generation, JSON.stringify(rows)] });
};

/** Hears of promised windows. */
@Injectable()
export class AppointmentEvents {
  @OnEvents(AppointmentSettledSchema)
  async appointmentsSettled(heard: readonly Heard<typeof AppointmentSettledSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, appointmentsSettled, heard);
  }
}

const KEEP = `
  insert into appointment_fact (generation, appointment_id, call_id, call_number, dealer_id, technician_user_id, window_from, window_to, begins_on, arrived_at, outcome)
  select $1::int, n.id, n."callId", n."callNumber", n."dealerId", n."technicianUserId", n."windowFrom", n."windowTo", n."beginsOn", n."arrivedAt", n.outcome
  from jsonb_to_recordset($2::jsonb) as n (id uuid, "callId" uuid, "callNumber" text, "dealerId" uuid, "technicianUserId" uuid, "windowFrom" timestamptz,
    "windowTo" timestamptz, "beginsOn" date, "arrivedAt" timestamptz, outcome text)
  on conflict do nothing`;
