import { Amount, Flag, Id, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AttachmentDto, VersionDto } from '../http/shared.dto.js';

const REASONS = ['too_far', 'urgent'];
const PAYEES = ['dealer', 'customer', 'third_party'];
const STATES = ['draft', 'submitted', 'approved', 'rejected', 'withdrawn'];
const PAYOUT_STATES = ['awaited', 'confirmed', 'part_paid', 'paid', 'dropped'];

export class CreateReimbursementDto {
  @Id() callId: string;
  @Text(100, { optional: true }) askedBy?: string;
  @OneOf(REASONS) reason: string;
  @LocalDate() performedOn: string;
  @Text(100) performedBy: string;
  @Text(2000) description: string;
  @Amount({ positive: true }) amount: string;
  @OneOf(PAYEES) payeeKind: string;
  @Text(100, { optional: true }) payeeName?: string;
  @Text(200, { optional: true }) payeeAccount?: string;
  @Items(() => AttachmentDto, { max: 20 }, { optional: true }) proofs?: AttachmentDto[];
}

export class UpdateReimbursementDto extends VersionDto {
  @OneOf(REASONS) reason: string;
  @LocalDate() performedOn: string;
  @Text(100) performedBy: string;
  @Text(2000) description: string;
  @Amount({ positive: true }) amount: string;
  @OneOf(PAYEES) payeeKind: string;
  @Text(100, { optional: true }) payeeName?: string;
  @Text(200, { optional: true }) payeeAccount?: string;
  @Items(() => AttachmentDto, { max: 20 }, { optional: true }) proofs?: AttachmentDto[];
}

export class ApproveReimbursementDto extends VersionDto {
  @Amount({ positive: true }) amount: string;
  @Text(1000, { optional: true }) note?: string;
}

export class TellReimbursementDto extends VersionDto {
  @OneOf(['phone', 'message', 'on_site']) way: string;
}

export class ListReimbursementsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) callId?: string;
  @OneOf(STATES, { optional: true }) state?: string;
  @OneOf(PAYOUT_STATES, { optional: true }) payoutState?: string;
  @QueryFlag() @Flag({ optional: true }) untold?: boolean;
  @Sort('-createdAt') sort?: string;
}
