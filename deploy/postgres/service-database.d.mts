export function roleSql(service: string, passwordOf: (role: string) => string): string[];
export function databaseSql(service: string): string[];
export function initSql(services: string[]): string;
