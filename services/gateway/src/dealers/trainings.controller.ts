import { Body, Controller, Query } from '@nestjs/common';
import { CertificateService, TrainingService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import {
  CorrectAttendanceDto, CreateCourseDto, ListCertificatesQuery, ListCoursesQuery, ListTrainingsQuery, PlanTrainingDto, RecordAttendanceDto, RevokeCertificateDto,
} from './trainings.dto.js';

const certificate = CertificateService.method;
const training = TrainingService.method;

@Controller('training-courses')
export class TrainingCoursesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'training.change', training.createCourse)
  create(@Body() body: CreateCourseDto): Promise<Buffer> {
    return this.bus.callJson(training.createCourse, body);
  }

  @List('', 'training.read', training.listCourses)
  list(@Query() query: ListCoursesQuery): Promise<Buffer> {
    return this.bus.callJson(training.listCourses, listRequest(query));
  }
}

@Controller('trainings')
export class TrainingsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'training.change', training.planTraining)
  plan(@Body() body: PlanTrainingDto): Promise<Buffer> {
    return this.bus.callJson(training.planTraining, body);
  }

  @List('', 'training.read', training.listTrainings)
  list(@Query() query: ListTrainingsQuery): Promise<Buffer> {
    return this.bus.callJson(training.listTrainings, listRequest(query));
  }

  @Read(':id', 'training.read', training.getTraining)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(training.getTraining, { id });
  }

  @Change(':id/record-attendance', 'training.change', training.recordAttendance)
  recordAttendance(@PathId() id: string, @Body() body: RecordAttendanceDto): Promise<Buffer> {
    return this.bus.callJson(training.recordAttendance, { ...body, id });
  }

  @Change(':id/correct-attendance', 'training.change', training.correctAttendance)
  correctAttendance(@PathId() id: string, @Body() body: CorrectAttendanceDto): Promise<Buffer> {
    return this.bus.callJson(training.correctAttendance, { ...body, id });
  }

  @Change(':id/cancel', 'training.change', training.cancelTraining)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(training.cancelTraining, { ...body, id });
  }
}

@Controller('certificates')
export class CertificatesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'certificate.read', certificate.listCertificates)
  list(@Query() query: ListCertificatesQuery): Promise<Buffer> {
    return this.bus.callJson(certificate.listCertificates, listRequest(query));
  }

  @Read(':id', 'certificate.read', certificate.getCertificate)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(certificate.getCertificate, { id });
  }

  @Change(':id/revoke', 'certificate.revoke', certificate.revokeCertificate)
  revoke(@PathId() id: string, @Body() body: RevokeCertificateDto): Promise<Buffer> {
    return this.bus.callJson(certificate.revokeCertificate, { ...body, id });
  }
}
