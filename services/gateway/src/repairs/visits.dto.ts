import { Id, Instant, Text } from '../http/fields.js';
import { VersionDto } from '../http/shared.dto.js';

export class RescheduleCallDto extends VersionDto {
  @Instant() appointmentFrom: string;
  @Instant() appointmentTo: string;
  @Text(500) reason: string;
}

export class HandOverCallDto extends VersionDto {
  @Id() technicianUserId: string;
  @Text(500) reason: string;
  @Instant({ optional: true }) appointmentFrom?: string;
  @Instant({ optional: true }) appointmentTo?: string;
}
