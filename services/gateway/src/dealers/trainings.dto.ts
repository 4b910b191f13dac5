import { Code, Flag, Id, Items, LocalDate, OneOf, Text, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';

const RESULTS = ['passed', 'failed', 'absent'];
const STATES = ['planned', 'held', 'cancelled'];
const ATTENDANCES = { min: 1, max: 200 };

export class CreateCourseDto {
  @Code(20) code: string;
  @Text(100) name: string;
  @Text(100, { optional: true }) nameEn?: string;
  @Code(40) family: string;
  @Whole({ min: 1, max: 120 }) validMonths: number;
}

export class ListCoursesQuery extends PageQuery {
  @Code(40, { optional: true }) family?: string;
  @Sort('code') sort?: string;
}

export class PlanTrainingDto {
  @Id() courseId: string;
  @LocalDate() heldOn: string;
  @Text(200) place: string;
}

/** How one technician came through. */
export class AttendanceInputDto {
  @Id() technicianId: string;
  @OneOf(RESULTS) result: string;
}

export class RecordAttendanceDto extends VersionDto {
  @Items(() => AttendanceInputDto, ATTENDANCES) attendances: AttendanceInputDto[];
}

export class CorrectAttendanceDto extends RecordAttendanceDto {
  @Text(500) reason: string;
}

export class RevokeCertificateDto extends ReasonedDto {
  @LocalDate() revokedFrom: string;
}

export class ListTrainingsQuery extends PageQuery {
  @Id({ optional: true }) courseId?: string;
  @OneOf(STATES, { optional: true }) state?: string;
  @Sort('-heldOn') sort?: string;
}

export class ListCertificatesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) technicianId?: string;
  @Code(40, { optional: true }) family?: string;
  @LocalDate({ optional: true }) validOn?: string;
  @QueryFlag() @Flag({ optional: true }) onlyActive?: boolean;
  @Sort('validUntil') sort?: string;
}
