import { runService } from '@aftercare/service';
import { definition } from './parts.module.js';

void runService(definition);
