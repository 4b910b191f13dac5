import { Body, Controller, Query, type StreamableFile } from '@nestjs/common';
import { CustomerService, InstallationService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Print, PrintRevealed } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { RevealDto } from '../http/shared.dto.js';
import { customerFile } from './customer-file.js';
import { dealerSheet } from './dealer-sheet.js';
import { installationCertificate, requirePrintable } from './installation-certificate.js';
import { monthlyReport } from './monthly-report.js';
import { maskedPersonal, revealedPersonal } from './personal.js';
import { CopiesQuery, PrintQuery } from './print.dto.js';
import { Prints } from './prints.js';

const customer = CustomerService.method;
const installation = InstallationService.method;

@Controller('dealers')
export class DealerPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/print', 'dealer.read')
  async print(@PathId() id: string, @Query() query: CopiesQuery): Promise<StreamableFile> {
    return this.prints.answer(await dealerSheet(this.bus, id, await this.prints.run(query)));
  }
}

/** C-5: a GET prints masked; a POST with a reason prints the plain values and is logged as a reveal. */
@Controller('customers')
export class CustomerPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/print', 'customer.read')
  async print(@PathId() id: string, @Query() query: PrintQuery): Promise<StreamableFile> {
    const file = await this.bus.call(customer.getCustomer, { id });
    const { name, phones, addressDetail: address } = file;
    return this.prints.answer(await customerFile(this.bus, file, maskedPersonal({ name, phones, address }), await this.prints.run(query)));
  }

  @PrintRevealed(':id/print', 'customer.reveal')
  async printRevealed(@PathId() id: string, @Query() query: PrintQuery, @Body() { reason }: RevealDto): Promise<StreamableFile> {
    const file = await this.bus.call(customer.getCustomer, { id });
    const personal = await revealedPersonal(this.bus, id, reason);
    return this.prints.answer(await customerFile(this.bus, file, personal, await this.prints.run(query)));
  }
}

/** C-5: as with the customer file. */
@Controller('installations')
export class InstallationPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/certificate', 'installation.read')
  async certificate(@PathId() id: string, @Query() query: CopiesQuery): Promise<StreamableFile> {
    const found = await this.bus.call(installation.getInstallation, { id });
    requirePrintable(found);
    const { customerName: name, customerPhone, customerAddress: address } = found;
    const personal = maskedPersonal({ name, phones: [customerPhone], address });
    return this.prints.answer(await installationCertificate(this.bus, found, personal, await this.prints.run(query)));
  }

  @PrintRevealed(':id/certificate', 'customer.reveal')
  async certificateRevealed(@PathId() id: string, @Query() query: CopiesQuery, @Body() { reason }: RevealDto): Promise<StreamableFile> {
    const found = await this.bus.call(installation.getInstallation, { id });
    requirePrintable(found);
    const personal = await revealedPersonal(this.bus, found.customerId, reason);
    return this.prints.answer(await installationCertificate(this.bus, found, personal, await this.prints.run(query)));
  }
}

@Controller('monthly-reports')
export class MonthlyReportPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/print', 'report.read')
  async print(@PathId() id: string, @Query() query: CopiesQuery): Promise<StreamableFile> {
    return this.prints.answer(await monthlyReport(this.bus, id, await this.prints.run(query)));
  }
}
