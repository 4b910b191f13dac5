// Writes sheets in a process of its own, since making and packing many rows takes long. It is started by hucre-spreadsheets.ts with
// the first large sheet and ended when there is none to write; plain JavaScript, so that specs and the built gateway start the same file.
async function written(sheets) {
  const { writeXlsx } = await import('hucre/xlsx');
  return writeXlsx({ sheets });
}

process.on('message', ({ id, work }) => {
  written(work).then(
    (done) => process.send({ id, done }),
    // The library's message may quote what stands in the sheet.
    (error) => process.send({ id, problem: error?.name ?? 'no error' }),
  );
});
process.on('disconnect', () => process.exit(0));
