import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CreateDealerDto, UpdateDealerDto } from './dealers.dto.js';

const data = { name: '上海经销商', address: { regionCode: '310104', detail: '漕溪路 1 号' }, contactName: '王经理', contactPhone: '13900001111' };
const wrong = (dto: typeof UpdateDealerDto | typeof CreateDealerDto, body: object): string[] => validateSync(plainToInstance<object, object>(dto, body)).map(({ property }) => property);

describe('the data of a dealer', () => {
  it('D-1: a change says the territory, so that none is emptied by silence; a draft may leave it open', () => {
    expect(wrong(UpdateDealerDto, { ...data, version: 1 })).toEqual(['territoryRegionCodes']);
    for (const territoryRegionCodes of [[], ['310000']]) expect(wrong(UpdateDealerDto, { ...data, version: 1, territoryRegionCodes })).toEqual([]);
    expect(wrong(CreateDealerDto, { ...data, code: 'SH1' })).toEqual([]);
  });
});
