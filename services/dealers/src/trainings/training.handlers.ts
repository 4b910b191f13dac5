import { Controller } from '@nestjs/common';
import {
  TrainingAttendedSchema, TrainingService,
  type CancelTrainingRequest, type CorrectAttendanceRequest, type CreateCourseRequest, type GetTrainingRequest, type ListCoursesRequest, type ListTrainingsRequest,
  type PlanTrainingRequest, type RecordAttendanceRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isId, newId, Refusal, requireFamilyInUse } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, holdCode, KnownAccount, type Change, type GatheredRow, type Tx } from '@aftercare/service';
import { In, Raw } from 'typeorm';
import { KnownFamilies } from '../families/known-families.js';
import { TechnicianEntity } from '../technicians/technician.entity.js';
import { certify, withdrawCertificate } from './certify.js';
import { AttendanceEntity, CourseEntity, TrainingEntity } from './training.entity.js';
import { attendanceOf, listCourses, listTrainings } from './training.queries.js';
import {
  cancelTraining, checkCourse, correctAttendance, checkTraining, recordAttendance, requireTrainingRole, trainingActions,
  type AttendanceResult, type TrainingAction,
} from './training.rules.js';

/** D-5: courses and their sessions. Everybody sees what is held when; of who came, a dealer sees its own technicians. */
@Controller()
export class TrainingHandlers implements Handlers<typeof TrainingService> {
  constructor(
    private readonly database: Database,
    private readonly families: KnownFamilies,
  ) {}

  @Rpc(TrainingService.method.createCourse)
  async createCourse(request: CreateCourseRequest, ctx: CallContext) {
    requireTrainingRole(ctx.role);
    const known = await this.families.of(request.family.trim(), ctx);
    return this.database.command(ctx, async (tx) => {
      const course = tx.em.create(CourseEntity, {
        id: newId(), code: request.code.trim(), name: request.name.trim(), nameEn: request.nameEn.trim(), family: request.family.trim(),
        validMonths: request.validMonths, version: 1, createdAt: await tx.now(),
      });
      checkCourse(course);
      requireFamilyInUse(known);
      await holdCode(tx, 'training_course', course.code);
      if (await tx.em.existsBy(CourseEntity, { code: Raw((column) => `lower(${column}) = lower(:code)`, { code: course.code }) })) {
        throw new Refusal('already_exists', 'COURSE_CODE_TAKEN', 'Another course has this code.', { field: 'code' });
      }
      await tx.em.insert(CourseEntity, course);
      const { id, code, family, validMonths } = course;
      await tx.audit({ action: 'create', kind: 'training_course', id, changed: { code: { after: code }, family: { after: family }, validMonths: { after: validMonths } } });
      return { id, number: code, state: '', version: course.version };
    }, { request });
  }

  @Rpc(TrainingService.method.listCourses)
  async listCourses(request: ListCoursesRequest, ctx: CallContext) {
    const { page, ...statement } = listCourses(request);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  @Rpc(TrainingService.method.planTraining)
  async planTraining(request: PlanTrainingRequest, ctx: CallContext) {
    requireTrainingRole(ctx.role);
    return this.database.command(ctx, async (tx) => {
      const course = isId(request.courseId) ? await tx.em.findOneBy(CourseEntity, { id: request.courseId }) : null;
      if (!course) throw notFound('course');
      const plan = { heldOn: request.heldOn, place: request.place.trim() };
      checkTraining(plan, businessDate(await tx.now()));
      const training = tx.em.create(TrainingEntity, {
        id: newId(), number: await tx.nextNumber('training', { prefix: 'TR', gapFree: false }), courseId: course.id, ...plan,
        state: 'planned', stateReason: '', version: 1, createdAt: await tx.now(),
      });
      await tx.em.insert(TrainingEntity, training);
      await tx.audit({ action: 'plan', kind: 'training', id: training.id, changed: { courseId: { after: course.id }, heldOn: { after: plan.heldOn } } });
      return refOf(training);
    }, { request });
  }

  @Rpc(TrainingService.method.recordAttendance)
  recordAttendance(request: RecordAttendanceRequest, ctx: CallContext) {
    return this.change('record-attendance', request, ctx, async (tx, training) => {
      training.state = recordAttendance(training, request.attendances, businessDate(await tx.now()));
      const course = await tx.em.findOneByOrFail(CourseEntity, { id: training.courseId });
      const technicians = await namedTechnicians(tx, request, new Set());
      await tx.em.insert(AttendanceEntity, technicians.map(({ technician: { id, dealerId }, result }) => ({
        trainingId: training.id, technicianId: id, dealerId, result, correctionReason: '', correctedAt: null,
      })));
      for (const { technician, result } of technicians) {
        const { id: technicianId, dealerId } = technician;
        await tx.announce(TrainingAttendedSchema, { trainingId: training.id, technicianId, dealerId, family: course.family, heldOn: training.heldOn, result, version: training.version + 1 });
        if (result === 'passed') await certify(tx, { technician, training, course });
      }
      return { attendances: { after: request.attendances.map(({ technicianId, result }) => ({ technicianId, result })) } };
    });
  }

  /** D-5: who passes now is certified from the session's day; the certificate of who did not pass after all never held. */
  @Rpc(TrainingService.method.correctAttendance)
  correctAttendance(request: CorrectAttendanceRequest, ctx: CallContext) {
    return this.change('correct-attendance', request, ctx, async (tx, training) => {
      const recorded = new Map((await tx.em.findBy(AttendanceEntity, { trainingId: training.id })).map(({ technicianId, result }) => [technicianId, result]));
      const corrections = correctAttendance(training.state, recorded, request);
      const course = await tx.em.findOneByOrFail(CourseEntity, { id: training.courseId });
      const reason = request.reason.trim();
      for (const { technician, result } of await namedTechnicians(tx, request, new Set(recorded.keys()))) {
        const { id: technicianId, dealerId } = technician;
        await tx.em.save(AttendanceEntity, { trainingId: training.id, technicianId, dealerId, result, correctionReason: reason, correctedAt: await tx.now() });
        await tx.announce(TrainingAttendedSchema, {
          trainingId: training.id, technicianId, dealerId, family: course.family, heldOn: training.heldOn, result, version: training.version + 1,
        });
        if (recorded.get(technicianId) === 'passed') await withdrawCertificate(tx, { trainingId: training.id, technicianId }, reason);
        if (result === 'passed') await certify(tx, { technician, training, course });
      }
      return { attendances: { before: corrections.map(({ technicianId, before }) => ({ technicianId, result: before })), after: corrections.map(({ technicianId, result }) => ({ technicianId, result })) }, reason: { after: reason } };
    });
  }

  @Rpc(TrainingService.method.cancelTraining)
  cancelTraining(request: CancelTrainingRequest, ctx: CallContext) {
    return this.change('cancel', request, ctx, (_tx, training) => {
      training.state = cancelTraining(training.state, request.reason);
      training.stateReason = request.reason.trim();
      return Promise.resolve({});
    });
  }

  @Rpc(TrainingService.method.getTraining)
  async getTraining(request: GetTrainingRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const training = await load(tx, request.id);
      const { code, name, nameEn, family } = await tx.em.findOneByOrFail(CourseEntity, { id: training.courseId });
      return {
        ...training, courseCode: code, courseName: name, courseNameEn: nameEn, family,
        attendances: await tx.sql<AttendanceRow>(attendanceOf(training.id, ctx)),
        allowedActions: allowedActions(ctx, trainingActions(training, ctx.role, businessDate(await tx.now()))),
      };
    });
  }

  @Rpc(TrainingService.method.listTrainings)
  async listTrainings(request: ListTrainingsRequest, ctx: CallContext) {
    const { page, ...statement } = listTrainings(request);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }

  /** One step of a session: allowed to the role, based on the present version; the work answers what else the audit shows. */
  private change(
    action: TrainingAction,
    request: { id: string; version: number },
    ctx: CallContext,
    work: (tx: Tx, training: TrainingEntity) => Promise<Record<string, Change>>,
  ) {
    return this.database.command(ctx, async (tx) => {
      const training = await load(tx, request.id, 'pessimistic_write');
      requireTrainingRole(ctx.role);
      expectVersion(training, request.version, { id: training.id, number: training.number, state: training.state });
      const before = training.state;
      const shown = await work(tx, training);
      training.version += 1;
      await tx.em.save(TrainingEntity, training);
      await tx.audit({ action, kind: 'training', id: training.id, changed: { state: { before, after: training.state }, ...shown } });
      return refOf(training);
    }, { request });
  }
}

interface AttendanceRow {
  technicianId: string;
  technicianName: string;
  dealerId: string;
  result: AttendanceResult;
  certificateId: string;
  correctionReason: string;
  correctedAt: string;
}

async function load(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<TrainingEntity> {
  const training = isId(id) ? await tx.em.findOne(TrainingEntity, { where: { id }, ...(lock ? { lock: { mode: lock } } : {}) }) : null;
  if (!training) throw notFound('training');
  return training;
}

/** The technicians an attendance names, in its order; one who was there may have left since. Refuses TECHNICIAN_UNKNOWN, TECHNICIAN_INACTIVE. */
async function namedTechnicians(tx: Tx, { attendances }: Pick<RecordAttendanceRequest, 'attendances'>, there: ReadonlySet<string>): Promise<{ technician: TechnicianEntity; result: AttendanceResult }[]> {
  const found = await tx.em.findBy(TechnicianEntity, { id: In(attendances.map(({ technicianId }) => technicianId).filter(isId)) });
  const left = await accountsLeft(tx, found);
  const byId = new Map(found.map((technician) => [technician.id, technician]));
  return attendances.map(({ technicianId, result }, at) => {
    const technician = byId.get(technicianId);
    const details = { field: `attendances[${at}].technicianId` };
    if (!technician) throw new Refusal('not_found', 'TECHNICIAN_UNKNOWN', 'There is no such technician.', details);
    if ((!technician.active || left.has(technician.userId)) && !there.has(technicianId)) throw new Refusal('failed_precondition', 'TECHNICIAN_INACTIVE', 'This technician gets no more work.', details);
    return { technician, result: result as AttendanceResult };
  });
}

/** accounts of these technicians that are disabled. */
async function accountsLeft(tx: Tx, technicians: TechnicianEntity[]): Promise<Set<string>> {
  const left = await tx.em.findBy(KnownAccount, { id: In(technicians.map(({ userId }) => userId)), disabled: true });
  return new Set(left.map(({ id }) => id));
}

function refOf(training: TrainingEntity) {
  return { id: training.id, number: training.number, state: training.state, version: training.version };
}
