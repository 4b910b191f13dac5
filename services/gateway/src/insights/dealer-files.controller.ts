import { Controller, Query } from '@nestjs/common';
import { DealerFileService, ReadModelService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { DealerFileQuery, ListDealerFilesQuery } from './dealer-files.dto.js';

const file = DealerFileService.method;
const model = ReadModelService.method;

/** One dealer's file. */
@Controller('dealers')
export class DealerFileController {
  constructor(private readonly bus: Bus) {}

  @Read(':dealerId/file', 'dealer-file.read', file.getDealerFile)
  get(@PathId('dealerId') dealerId: string, @Query() query: DealerFileQuery): Promise<Buffer> {
    return this.bus.callJson(file.getDealerFile, { ...query, dealerId });
  }
}

/** All dealers side by side, and the figures behind them. */
@Controller('dealer-files')
export class DealerFilesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'dealer-file.list', file.listDealerFiles)
  list(@Query() query: ListDealerFilesQuery): Promise<Buffer> {
    return this.bus.callJson(file.listDealerFiles, listRequest(query));
  }

  @Read('read-model', 'read-model.read', model.getReadModel)
  readModel(): Promise<Buffer> {
    return this.bus.callJson(model.getReadModel, {});
  }

  @Create('rebuild', 'read-model.rebuild', model.rebuildReadModel)
  rebuild(): Promise<Buffer> {
    return this.bus.callJson(model.rebuildReadModel, {});
  }
}
