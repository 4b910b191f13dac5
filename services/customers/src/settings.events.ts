import { Injectable } from '@nestjs/common';
import { SettingChangedSchema, type SettingChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepSetting } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/** Keeps the copy of the settings that this service's rules read. */
@Injectable()
export class SettingEvents {
  @OnEvent(SettingChangedSchema)
  async settingChanged(event: SettingChanged, em: EntityManager): Promise<void> {
    await keepSetting(em, event);
  }
}
