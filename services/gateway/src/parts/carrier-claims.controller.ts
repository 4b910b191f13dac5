import { Body, Controller, Query } from '@nestjs/common';
import { CarrierClaimService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, List, Read, Replace } from '../http/endpoint.js';
import { Amount, Id, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AttachmentDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const claim = CarrierClaimService.method;

export class SetCarrierClaimFilesDto extends VersionDto {
  @Items(() => AttachmentDto, { max: 50 }) files: AttachmentDto[];
}

export class FileCarrierClaimDto extends VersionDto {
  @Amount({ positive: true, optional: true }) amount?: string;
  @Text(60, { optional: true }) reference?: string;
}

export class SettleCarrierClaimDto extends VersionDto {
  @LocalDate() settledOn: string;
  @Amount({ positive: true }) amount: string;
  @Text(500, { optional: true }) note?: string;
}

export class ListCarrierClaimsQuery extends PageQuery {
  @OneOf(['draft', 'filed', 'settled', 'refused', 'withdrawn'], { optional: true }) state?: string;
  @Text(100, { optional: true }) carrier?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('-createdAt') sort?: string;
}

/** What carriers lost or damaged. */
@Controller('carrier-claims')
export class CarrierClaimsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'carrier-claim.read', claim.listCarrierClaims)
  list(@Query() query: ListCarrierClaimsQuery): Promise<Buffer> {
    return this.bus.callJson(claim.listCarrierClaims, listRequest(query));
  }

  @Read(':id', 'carrier-claim.read', claim.getCarrierClaim)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(claim.getCarrierClaim, { id });
  }

  @Replace(':id/files', 'carrier-claim.change', claim.setCarrierClaimFiles)
  files(@PathId() id: string, @Body() body: SetCarrierClaimFilesDto): Promise<Buffer> {
    return this.bus.callJson(claim.setCarrierClaimFiles, { ...body, id });
  }

  @Change(':id/file', 'carrier-claim.change', claim.fileCarrierClaim)
  file(@PathId() id: string, @Body() body: FileCarrierClaimDto): Promise<Buffer> {
    return this.bus.callJson(claim.fileCarrierClaim, { ...body, id });
  }

  @Change(':id/settle', 'carrier-claim.change', claim.settleCarrierClaim)
  settle(@PathId() id: string, @Body() body: SettleCarrierClaimDto): Promise<Buffer> {
    return this.bus.callJson(claim.settleCarrierClaim, { ...body, id });
  }

  @Change(':id/refuse', 'carrier-claim.change', claim.refuseCarrierClaim)
  refuse(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.refuseCarrierClaim, { ...body, id });
  }

  @Change(':id/withdraw', 'carrier-claim.change', claim.withdrawCarrierClaim)
  withdraw(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.withdrawCarrierClaim, { ...body, id });
  }
}
