export function fingerprintOfTimes(root: string, paths: string[]): string;
export function fingerprintOfContent(root: string, paths: string[], wanted?: (file: string) => boolean): string;
