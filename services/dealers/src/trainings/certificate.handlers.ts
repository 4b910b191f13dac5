import { Controller } from '@nestjs/common';
import { CertificateService, type GetCertificateRequest, type ListCertificatesRequest } from '@aftercare/contracts';
import { isId, isRealDate } from '@aftercare/domain';
import { invalidField, JsonText, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, gatheredPage, type GatheredRow } from '@aftercare/service';
import { certificateById, listCertificates } from './training.queries.js';

/** D-5: what technicians are certified for; a dealer sees its own technicians' and its children's. */
@Controller()
export class CertificateHandlers implements Handlers<typeof CertificateService> {
  constructor(private readonly database: Database) {}

  @Rpc(CertificateService.method.getCertificate)
  async getCertificate(request: GetCertificateRequest, ctx: CallContext) {
    const row = isId(request.id) ? await this.database.one<{ certificate: string }>(ctx, certificateById(request.id, ctx)) : null;
    if (row === null) throw notFound('certificate');
    return new JsonText(row.certificate);
  }

  @Rpc(CertificateService.method.listCertificates)
  async listCertificates(request: ListCertificatesRequest, ctx: CallContext) {
    if (request.validOn !== '' && !isRealDate(request.validOn)) throw invalidField('validOn', 'This is not a calendar date.', 'INVALID_DATE');
    const { page, ...statement } = listCertificates(request, ctx);
    return gatheredPage(await this.database.one<GatheredRow>(ctx, statement), page);
  }
}
