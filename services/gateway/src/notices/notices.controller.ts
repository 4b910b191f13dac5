import { Controller, Query } from '@nestjs/common';
import { answerOf, pageAnswerOf } from '../auth/auth.schemas.js';
import { Change, List } from '../http/endpoint.js';
import { Flag } from '../http/fields.js';
import { PageQuery, QueryFlag, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { Notices, type NoticeView } from './notices.js';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const noticesAnswer = pageAnswerOf(answerOf({
  id: text, kind: text, severity: text, text, documentKind: text, documentId: text, documentNumber: text, createdAt: text, read: flag,
}));

export class ListNoticesQuery extends PageQuery {
  @QueryFlag() @Flag({ optional: true }) unread?: boolean;
  @Sort('-createdAt') sort?: string;
}

@Controller('notices')
export class NoticesController {
  constructor(private readonly notices: Notices) {}

  @List('', 'notice.own', noticesAnswer)
  list(@Query() query: ListNoticesQuery): Promise<{ items: NoticeView[]; nextCursor: string }> {
    return this.notices.list(query);
  }

  @Change(':id/read', 'notice.own', answerOf({ id: text, read: flag }))
  read(@PathId() id: string): Promise<{ id: string; read: true }> {
    return this.notices.markRead(id);
  }
}
