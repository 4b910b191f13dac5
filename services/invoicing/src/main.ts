import { runService } from '@aftercare/service';
import { invoicing } from './invoicing.module.js';

void runService(invoicing);
