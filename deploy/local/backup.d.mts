/** Answers the file written. */
export function backup(options: { dir: string; file?: string }): Promise<string>;
