import { runService } from '@aftercare/service';
import { dealers } from './dealers.module.js';

void runService(dealers);
