import { Controller } from '@nestjs/common';
import { CertificateService, type GetCertificateRequest, type ListCertificatesRequest, type RevokeCertificateRequest } from '@aftercare/contracts';
import { allowedActions, isId, isRealDate } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, gatheredPage, seen, type GatheredRow } from '@aftercare/service';
import { certificateActions } from './certificate.rules.js';
import { revokeCertificate } from './certify.js';
import { CertificateEntity } from './training.entity.js';
import { certificateById, listCertificates } from './training.queries.js';
import { requireTrainingRole } from './training.rules.js';

/** A certificate as its message says, without what may be done with it. */
interface CertificateRow {
  id: string;
  number: string;
  dealerId: string;
  technicianId: string;
  technicianName: string;
  technicianActive: boolean;
  family: string;
  trainingId: string;
  validFrom: string;
  validUntil: string;
  valid: boolean;
  revokedFrom: string;
  revokeReason: string;
  version: number;
}

/** D-5: what technicians are certified for; a dealer sees its own technicians' and its children's. */
@Controller()
export class CertificateHandlers implements Handlers<typeof CertificateService> {
  constructor(private readonly database: Database) {}

  @Rpc(CertificateService.method.revokeCertificate)
  async revokeCertificate(request: RevokeCertificateRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      const found = isId(request.id) ? await tx.em.findOne(CertificateEntity, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } }) : null;
      const certificate = seen(ctx, found, 'certificate');
      requireTrainingRole(ctx.role);
      expectVersion(certificate, request.version, { id: certificate.id, number: certificate.number });
      await revokeCertificate(tx, certificate, request);
      return { id: certificate.id, number: certificate.number, state: 'revoked', version: certificate.version };
    }, { request });
  }

  @Rpc(CertificateService.method.getCertificate)
  async getCertificate(request: GetCertificateRequest, ctx: CallContext) {
    const row = isId(request.id) ? await this.database.one<{ certificate: string }>(ctx, certificateById(request.id, ctx)) : null;
    if (row === null) throw notFound('certificate');
    const certificate = JSON.parse(row.certificate) as CertificateRow;
    return { ...certificate, allowedActions: allowedActions(ctx, certificateActions({ revokedFrom: certificate.revokedFrom || null }, ctx.role)) };
  }

  @Rpc(CertificateService.method.listCertificates)
  async listCertificates(request: ListCertificatesRequest, ctx: CallContext) {
    if (request.validOn !== '' && !isRealDate(request.validOn)) throw invalidField('validOn', 'This is not a calendar date.', 'INVALID_DATE');
    const { page, ...statement } = listCertificates(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }
}
