import { standardErrorForData, standardOutput } from '../standard-output.js';

/** Where the JSON summary goes: beside the records where they take standard output. Throws a runError where that is closed. */
export function summaryPlace(recordsOnStdout: boolean): NodeJS.WriteStream {
  return recordsOnStdout ? standardErrorForData() : standardOutput();
}
