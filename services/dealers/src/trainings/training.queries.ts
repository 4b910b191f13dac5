import type { ListCertificatesRequest, ListCoursesRequest, ListTrainingsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { pageOf, scopeValues, type Page, type Statement } from '@aftercare/service';
import { WORKS } from '../technicians/technician.store.js';

/** Courses by code; keyset (code, id). */
export function listCourses(request: ListCoursesRequest): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'courses' });
  return {
    page,
    name: 'course_list',
    text: `
      with found as (
        select * from training_course
        where ($1 = '' or family = $1) and ($2::text is null or (code, id) > ($2, $3::uuid))
        order by code, id limit $4::int + 1),
      page as (select * from found order by code, id limit $4::int),
      last as (select code, id from page order by code desc, id desc limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', id, 'code', code, 'name', name, 'nameEn', name_en, 'family', family, 'validMonths', valid_months, 'version', version)
          order by code, id) from page), '[]')::text as items,
        case when (select count(*) from found) > $4::int then (select code from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [request.family, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}

/** Sessions, newest day first; keyset (held_on, id). */
export function listTrainings(request: ListTrainingsRequest): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'trainings', key: 'date' });
  return {
    page,
    name: 'training_list',
    text: `
      with found as (
        select * from training
        where ($1::uuid is null or course_id = $1) and ($2 = '' or state = $2) and ($3::date is null or (held_on, id) < ($3, $4::uuid))
        order by held_on desc, id desc limit $5::int + 1),
      page as (select * from found order by held_on desc, id desc limit $5::int),
      last as (select held_on, id from page order by held_on, id limit 1)
      select coalesce((select json_agg(json_build_object(
          'id', p.id, 'number', p.number, 'courseId', p.course_id, 'courseCode', c.code, 'family', c.family, 'heldOn', p.held_on,
          'place', p.place, 'state', p.state, 'version', p.version) order by p.held_on desc, p.id desc)
          from page p join training_course c on c.id = p.course_id), '[]')::text as items,
        case when (select count(*) from found) > $5::int then (select held_on::text from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [request.courseId || null, request.state, page.after?.key ?? null, page.after?.id ?? null, page.limit],
  };
}

/** A certificate as its message's JSON; the alias `c` is the certificate, beside its `technician`. */
const CERTIFICATE = `json_build_object(
  'id', c.id, 'number', c.number, 'dealerId', c.dealer_id, 'technicianId', c.technician_id, 'technicianName', technician.name, 'technicianActive', ${WORKS}, 'family', c.family,
  'trainingId', c.training_id, 'validFrom', c.valid_from, 'validUntil', c.valid_until,
  'valid', (select (business_now() at time zone 'Asia/Shanghai')::date) between c.valid_from and c.holds_until,
  'revokedFrom', coalesce(c.revoked_from::text, ''), 'revokeReason', c.revoke_reason, 'version', c.version)`;

/** One certificate the caller may see. */
export function certificateById(id: string, ctx: CallContext): Statement {
  return {
    name: 'certificate_get',
    text: `select ${CERTIFICATE}::text as certificate from certificate c join technician on technician.id = c.technician_id
           where c.id = $1 and ($2::boolean or c.dealer_id = any($3::uuid[]))`,
    values: [id, ...scopeValues(ctx)],
  };
}

/** Certificates, first to expire first; keyset (valid_until, id). */
export function listCertificates(request: ListCertificatesRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'certificates', key: 'date' });
  return {
    page,
    name: 'certificate_list',
    text: `
      with found as (
        select * from certificate
        where ($1::boolean or dealer_id = any($2::uuid[])) and ($3::uuid is null or dealer_id = $3) and ($4::uuid is null or technician_id = $4)
          and ($5 = '' or family = $5) and ($6::date is null or $6 between valid_from and holds_until)
          and (not $7::boolean or exists (select from technician where technician.id = technician_id and ${WORKS}))
          and ($8::date is null or (valid_until, id) > ($8, $9::uuid))
        order by valid_until, id limit $10::int + 1),
      page as (select * from found order by valid_until, id limit $10::int),
      last as (select valid_until, id from page order by valid_until desc, id desc limit 1)
      select coalesce((select json_agg(${CERTIFICATE} order by c.valid_until, c.id)
          from page c join technician on technician.id = c.technician_id), '[]')::text as items,
        case when (select count(*) from found) > $10::int then (select valid_until::text from last) end as "lastKey", (select id from last) as "lastId"`,
    values: [
      ...scopeValues(ctx), request.dealerId || null, request.technicianId || null, request.family, request.validOn || null, request.onlyActive,
      page.after?.key ?? null, page.after?.id ?? null, page.limit,
    ],
  };
}

/** The attendance of a session that the caller may see, each with its certificate. */
export function attendanceOf(trainingId: string, ctx: CallContext): Statement {
  return {
    name: 'training_attendance_of',
    text: `select a.technician_id as "technicianId", t.name as "technicianName", a.dealer_id as "dealerId", a.result,
             coalesce(c.id::text, '') as "certificateId", a.correction_reason as "correctionReason", coalesce(iso(a.corrected_at), '') as "correctedAt"
           from training_attendance a join technician t on t.id = a.technician_id
             left join lateral (select id from certificate where training_id = a.training_id and technician_id = a.technician_id and a.result = 'passed'
               order by created_at desc, id desc limit 1) c on true
           where a.training_id = $1 and ($2::boolean or a.dealer_id = any($3::uuid[])) order by t.name, t.id`,
    values: [trainingId, ...scopeValues(ctx)],
  };
}
