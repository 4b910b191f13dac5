import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { technicianCertificate, type CertificateFacts, type TechnicianCertificate } from './call-certificate.rules.js';
import type { RepairCall } from './call.entity.js';

/** D-5: whether the assigned technician is certified for the unit's family on the day of the visit, today without appointment. */
export async function certificateOf(tx: Tx, call: RepairCall): Promise<TechnicianCertificate> {
  const [facts] = await tx.sql<CertificateFacts>({
    name: 'call_certificate',
    // A call may name its unit by a serial only; serials are unique.
    text: `with unit as (select m.family from known_unit u join known_model m on m.id = u.model_id
               where u.id = $1::uuid or ($1::uuid is null and u.serial = $2) limit 1)
           select (select family from unit) as family,
             (select k.valid_until::text from known_certificate k join unit on unit.family = k.family
               where k.technician_user_id = $3::uuid and k.dealer_id = $4::uuid) as "validUntil"`,
    values: [call.unitId, call.unitSerial, call.technicianUserId, call.dealerId],
  });
  return technicianCertificate(facts, businessDate(call.appointmentFrom ?? (await tx.now())));
}
