import { Body, Controller, Query, Req } from '@nestjs/common';
import { BankService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';
import { answerOf } from '../auth/auth.schemas.js';
import { ChangeOnce, Create, List, Read, Replace, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import { readUpload } from '../http/upload.js';
import { bankLineForm } from '../imports/import-forms.js';
import { SheetImports, type Begun } from '../imports/sheet-imports.js';
import { AssignBankLineDto, BankFileQuery, CreateBankFormatDto, ListBankFormatsQuery, ListBankLinesQuery, ReplaceBankFormatDto } from './finance.dto.js';

const bank = BankService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });

/** How files of banks are read. */
@Controller('bank-formats')
export class BankFormatsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'bank.change', bank.createBankFormat)
  create(@Body() body: CreateBankFormatDto): Promise<Buffer> {
    return this.bus.callJson(bank.createBankFormat, body);
  }

  @List('', 'bank.read', bank.listBankFormats)
  list(@Query() query: ListBankFormatsQuery): Promise<Buffer> {
    return this.bus.callJson(bank.listBankFormats, listRequest(query));
  }

  @Read(':id', 'bank.read', bank.getBankFormat)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(bank.getBankFormat, { id });
  }

  @Replace(':id', 'bank.change', bank.replaceBankFormat)
  replace(@PathId() id: string, @Body() body: ReplaceBankFormatDto): Promise<Buffer> {
    return this.bus.callJson(bank.replaceBankFormat, { ...body, id });
  }
}

/** Lines of files of banks. */
@Controller('bank-lines')
export class BankLinesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'bank.read', bank.listBankLines)
  list(@Query() query: ListBankLinesQuery): Promise<Buffer> {
    return this.bus.callJson(bank.listBankLines, listRequest(query));
  }

  @ChangeOnce(':id/assign', 'bank.change', bank.assignBankLine)
  assign(@PathId() id: string, @Body() body: AssignBankLineDto): Promise<Buffer> {
    return this.bus.callJson(bank.assignBankLine, { ...body, id });
  }

  @ChangeOnce(':id/ignore', 'bank.change', bank.ignoreBankLine)
  ignore(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(bank.ignoreBankLine, { ...body, id });
  }
}

@Controller('imports/bank-lines')
export class BankLineImportsController {
  constructor(
    private readonly bus: Bus,
    private readonly imports: SheetImports,
  ) {}

  /** The bank's own file, read by the format that is named. */
  @Upload('', 'bank.change', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { formatId, dryRun = false }: BankFileQuery): Promise<Begun> {
    await this.bus.call(bank.getBankFormat, { id: formatId });
    return this.imports.begin(bankLineForm, await readUpload(request), { dryRun, options: { formatId } });
  }
}
