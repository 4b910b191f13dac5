export class BootstrapError extends Error {}
export function checkNode(version: string): void;
export function bootstrap(options?: { log?: (line: string) => void; build?: boolean }): Promise<void>;
