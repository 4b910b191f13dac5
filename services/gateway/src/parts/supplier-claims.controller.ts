import { Body, Controller, Query } from '@nestjs/common';
import { SupplierClaimService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, Read, Replace } from '../http/endpoint.js';
import { Amount, Id, Ids, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AttachmentDto, ReasonedDto, VersionDto } from '../http/shared.dto.js';

const claim = SupplierClaimService.method;
const FILES = { max: 50 };

export class OpenSupplierClaimDto {
  @Text(100) supplier: string;
  @Ids({ min: 1, max: 500 }) lineIds: string[];
  @Text(2000) grounds: string;
  @Items(() => AttachmentDto, FILES, { optional: true }) files?: AttachmentDto[];
}

export class SetSupplierClaimFilesDto extends VersionDto {
  @Items(() => AttachmentDto, FILES) files: AttachmentDto[];
}

export class SendSupplierClaimDto extends VersionDto {
  @Text(60, { optional: true }) reference?: string;
}

export class RecordRecoveryDto extends VersionDto {
  @LocalDate() recoveredOn: string;
  @Amount({ positive: true }) amount: string;
  @Text(500, { optional: true }) note?: string;
}

export class ListClaimablePiecesQuery extends PageQuery {
  @Id({ optional: true }) partId?: string;
  @Sort('countedAt') sort?: string;
}

export class ListSupplierClaimsQuery extends PageQuery {
  @OneOf(['open', 'sent', 'closed', 'cancelled'], { optional: true }) state?: string;
  @Text(100, { optional: true }) supplier?: string;
  @Sort('-openedAt') sort?: string;
}

export class SupplierRecoveryQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
}

/** Recovery from suppliers. */
@Controller('supplier-claims')
export class SupplierClaimsController {
  constructor(private readonly bus: Bus) {}

  @List('claimable-pieces', 'supplier-claim.read', claim.listClaimablePieces)
  claimable(@Query() query: ListClaimablePiecesQuery): Promise<Buffer> {
    return this.bus.callJson(claim.listClaimablePieces, listRequest(query));
  }

  @Read('recovery', 'supplier-claim.recovery', claim.getSupplierRecovery)
  recovery(@Query() query: SupplierRecoveryQuery): Promise<Buffer> {
    return this.bus.callJson(claim.getSupplierRecovery, query);
  }

  @Create('', 'supplier-claim.change', claim.openSupplierClaim)
  open(@Body() body: OpenSupplierClaimDto): Promise<Buffer> {
    return this.bus.callJson(claim.openSupplierClaim, body);
  }

  @List('', 'supplier-claim.read', claim.listSupplierClaims)
  list(@Query() query: ListSupplierClaimsQuery): Promise<Buffer> {
    return this.bus.callJson(claim.listSupplierClaims, listRequest(query));
  }

  @Read(':id', 'supplier-claim.read', claim.getSupplierClaim)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(claim.getSupplierClaim, { id });
  }

  @Replace(':id/files', 'supplier-claim.change', claim.setSupplierClaimFiles)
  files(@PathId() id: string, @Body() body: SetSupplierClaimFilesDto): Promise<Buffer> {
    return this.bus.callJson(claim.setSupplierClaimFiles, { ...body, id });
  }

  @Change(':id/send', 'supplier-claim.change', claim.sendSupplierClaim)
  send(@PathId() id: string, @Body() body: SendSupplierClaimDto): Promise<Buffer> {
    return this.bus.callJson(claim.sendSupplierClaim, { ...body, id });
  }

  @ChangeOnce(':id/recover', 'supplier-claim.change', claim.recordRecovery)
  recover(@PathId() id: string, @Body() body: RecordRecoveryDto): Promise<Buffer> {
    return this.bus.callJson(claim.recordRecovery, { ...body, id });
  }

  @Change(':id/close', 'supplier-claim.change', claim.closeSupplierClaim)
  close(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.closeSupplierClaim, { ...body, id });
  }

  @Change(':id/cancel', 'supplier-claim.change', claim.cancelSupplierClaim)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(claim.cancelSupplierClaim, { ...body, id });
  }
}
