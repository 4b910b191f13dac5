/** C0 and C1 control characters but tab and line breaks: nobody types them, and PostgreSQL refuses NUL. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Embeddings, overrides and isolates: they turn what stands after them, so that a name is read as another one. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/;
const BREAKS = /[\t\n\r\u2028\u2029]/;

/** True where a text hides, turns or moves nothing; tabs and line breaks are taken only where it may have several lines. */
export function isPrintable(text: string, { lines }: { lines: boolean }): boolean {
  return !CONTROL.test(text) && !TURNS.test(text) && (lines || !BREAKS.test(text));
}
