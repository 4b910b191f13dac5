import { Flag, Id, Ids, Items, OneOf, Text, Version } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { AttachmentDto } from '../http/shared.dto.js';

const KINDS = ['notice', 'manual', 'exploded_view', 'bulletin'];
const STATES = ['draft', 'published'];
const ATTACHMENTS = { max: 20 };

export class CreateBulletinDto {
  @OneOf(KINDS) kind: string;
  @Text(200) title: string;
  @Text(10_000, { optional: true }) text?: string;
  @Ids({ max: 50 }, { optional: true }) modelIds?: string[];
  @Ids({ max: 500 }, { optional: true }) dealerIds?: string[];
  @Items(() => AttachmentDto, ATTACHMENTS, { optional: true }) attachments?: AttachmentDto[];
}

export class UpdateBulletinDto extends CreateBulletinDto {
  @Version() version: number;
}

export class ListBulletinsQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(KINDS, { optional: true }) kind?: string;
  @OneOf(STATES, { optional: true }) state?: string;
  @Id({ optional: true }) modelId?: string;
  @QueryFlag()
  @Flag({ optional: true }) unread?: boolean;
  @Sort('-publishedAt') sort?: string;
}

export class ListBulletinReadersQuery extends PageQuery {
  @QueryFlag()
  @Flag({ optional: true }) unread?: boolean;
  @Sort('dealerCode') sort?: string;
}
