import { Controller, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { ImportPasswords } from '../auth/import-passwords.js';
import { Download, Upload } from '../http/endpoint.js';
import { Flag } from '../http/fields.js';
import { QueryFlag } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { customerForm, dealerForm, faultCodeForm, modelForm, unitForm, userForm, type ImportForm } from './import-forms.js';
import { ImportTemplates } from './import-templates.js';
import { SheetImports, type Begun } from './sheet-imports.js';

const text = { type: 'string' };
const begun = answerOf({ id: text, service: text });

export class ImportQuery {
  @QueryFlag() @Flag({ optional: true }) dryRun?: boolean;
}

async function templateOf(templates: ImportTemplates, form: ImportForm, reply: FastifyReply): Promise<StreamableFile> {
  download(reply, SHEET_TYPE, `${form.name}.xlsx`);
  return new StreamableFile(await templates.of(form));
}

@Controller('imports/units')
export class UnitImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.units', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(unitForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.units')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, unitForm, reply);
  }
}

@Controller('imports/dealers')
export class DealerImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.dealers', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(dealerForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.dealers')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, dealerForm, reply);
  }
}

@Controller('imports/users')
export class UserImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.users', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(userForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.users')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, userForm, reply);
  }
}

@Controller('imports/models')
export class ModelImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.models', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(modelForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.models')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, modelForm, reply);
  }
}

@Controller('imports/customers')
export class CustomerImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.customers', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(customerForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.customers')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, customerForm, reply);
  }
}

@Controller('imports/fault-codes')
export class FaultCodeImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.fault-codes', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<Begun> {
    return this.imports.begin(faultCodeForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.fault-codes')
  template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return templateOf(this.templates, faultCodeForm, reply);
  }
}

@Controller('jobs/gateway')
export class ImportedUsersController {
  constructor(private readonly imported: ImportPasswords) {}

  /** The one-time passwords that nobody has changed yet, for who imported the accounts. */
  @Download(':id/passwords', 'import.users')
  async passwords(@PathId() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const content = await this.imported.of(id);
    download(reply, SHEET_TYPE, 'one-time-passwords.xlsx');
    return new StreamableFile(content);
  }
}

@Controller('jobs')
export class MarkedUpController {
  constructor(private readonly imports: SheetImports) {}

  @Download(':service/:id/marked-up', 'job.sheet')
  async markedUp(@Param('service') service: string, @PathId() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { name, content } = await this.imports.markedUp(service, id);
    download(reply, SHEET_TYPE, `${name}-marked-up.xlsx`);
    return new StreamableFile(content);
  }
}
