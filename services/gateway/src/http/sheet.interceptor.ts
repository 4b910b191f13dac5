import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { callContext, ServiceError } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { columnText } from '../texts/texts.js';
import { ENDPOINT, type Endpoint } from './endpoint.js';

const PAGE_ROWS = 200;
const ROWS_MAX = 5_000;
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Row = Record<string, unknown>;

/** every list with `?format=xlsx` answers all its pages, filtered and sorted as asked, as one sheet. */
@Injectable()
export class SheetInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly spreadsheets: SpreadsheetPort,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const endpoint = this.reflector.get<Endpoint | undefined>(ENDPOINT, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!endpoint?.list || (request.query as Row).format !== 'xlsx') return next.handle();
    return from(this.sheet(request, context.switchToHttp().getResponse<FastifyReply>(), next));
  }

  private async sheet(request: FastifyRequest, reply: FastifyReply, next: CallHandler): Promise<Buffer> {
    const query = request.query as Row;
    const rows: Row[] = [];
    query.limit = String(PAGE_ROWS);
    for (;;) {
      const page = pageOf(await lastValueFrom(next.handle() as Observable<unknown>));
      rows.push(...page.items);
      if (rows.length > ROWS_MAX) throw new ServiceError('invalid_argument', 'EXPORT_TOO_LARGE', 'The export has too many rows.', { rows: ROWS_MAX });
      if (page.nextCursor === '') break;
      query.cursor = page.nextCursor;
    }
    const { locale } = callContext();
    const keys = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isCell(row[key]))))];
    const content = await this.spreadsheets.write({
      name: 'list',
      columns: keys.map((key) => ({ heading: columnText(locale, key) })),
      rows: rows.map((row) => keys.map((key) => cellOf(row[key]))),
    });
    void reply.header('content-type', SHEET_TYPE).header('content-disposition', 'attachment; filename="list.xlsx"');
    return content;
  }
}

function pageOf(answer: unknown): { items: Row[]; nextCursor: string } {
  return (Buffer.isBuffer(answer) ? JSON.parse(answer.toString('utf8')) : answer) as { items: Row[]; nextCursor: string };
}

/** Lists inside a row have no place in a cell. */
const isCell = (value: unknown): boolean => value === null || typeof value !== 'object';

function cellOf(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : typeof value === 'string' ? value : '';
}
