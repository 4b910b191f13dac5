import { Body, Controller, Query } from '@nestjs/common';
import { WrongPartService } from '@aftercare/contracts';
import { RETURN_CONDITIONS, WRONG_PART_INSTRUCTIONS, WRONG_PART_STATES } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, List } from '../http/endpoint.js';
import { Id, OneOf, Text } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';

const wrong = WrongPartService.method;

export class InstructWrongPartDto extends VersionDto {
  @OneOf(WRONG_PART_INSTRUCTIONS) instruction: string;
  @Text(500, { optional: true }) note?: string;
}

/** A waybill for what is sent back, a condition for what is kept. */
export class CarryOutWrongPartDto extends VersionDto {
  @Text(60, { optional: true }) carrier?: string;
  @Text(60, { optional: true }) waybillNumber?: string;
  @OneOf(RETURN_CONDITIONS, { optional: true }) condition?: string;
}

export class ListWrongPartsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(WRONG_PART_STATES, { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

/** Wrong parts that wait for their dealer's instruction. */
@Controller('wrong-parts')
export class WrongPartsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'return.read', wrong.listWrongParts)
  list(@Query() query: ListWrongPartsQuery): Promise<Buffer> {
    return this.bus.callJson(wrong.listWrongParts, listRequest(query));
  }

  @Change(':id/instruct', 'wrong-part.instruct', wrong.instructWrongPart)
  instruct(@PathId() id: string, @Body() body: InstructWrongPartDto): Promise<Buffer> {
    return this.bus.callJson(wrong.instructWrongPart, { ...body, id });
  }

  @ChangeOnce(':id/carry-out', 'return.handle', wrong.carryOutWrongPart)
  carryOut(@PathId() id: string, @Body() body: CarryOutWrongPartDto): Promise<Buffer> {
    return this.bus.callJson(wrong.carryOutWrongPart, { ...body, id });
  }
}
