import { runService } from '@aftercare/service';
import { customers } from './customers.module.js';

void runService(customers);
