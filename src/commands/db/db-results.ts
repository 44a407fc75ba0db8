/**
 * Reads the results of any number of statements as the server sends them, as text, and stops reading while the output
 * is full. pg's own query would first hold all rows in memory.
 */
import type { Writable } from 'node:stream';
import type { Connection, Submittable } from 'pg';

export interface ResultColumn {
  readonly name: string;
  /** OID of the column's type. */
  readonly type: number;
}

/** A value as PostgreSQL writes it; null for SQL's null. */
export type Cell = string | null;

/** Turns results into text, piece by piece; an empty string prints nothing. */
export interface ResultPrinter {
  begin(columns: readonly ResultColumn[]): string;
  row(cells: readonly Cell[]): string;
  /** After the last row of a result. */
  end(): string;
}

/** Characters collected before a write: a write per row would cost more than the row. */
const PIECE = 65_536;

export class ResultReader implements Submittable {
  /** Settles when the server is ready again. Rejects with pg's error. */
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #printer: ResultPrinter;
  readonly #out: Writable;
  #connection: Connection | undefined;
  #inRows = false;
  #gathered = '';
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(sql: string, printer: ResultPrinter, out: Writable) {
    this.#sql = sql;
    this.#printer = printer;
    this.#out = out;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  handleRowDescription(message: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#inRows = true;
    this.#print(this.#printer.begin(message.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }))));
  }

  handleDataRow(message: { fields: Cell[] }): void {
    this.#print(this.#printer.row(message.fields));
  }

  handleCommandComplete(message: { text: string }): void {
    if (this.#inRows) this.#print(this.#printer.end());
    this.#flush();
    // Command tags such as CREATE TABLE are information for the user, not data.
    if (!this.#inRows) process.stderr.write(`${message.text}\n`);
    this.#inRows = false;
  }

  handleEmptyQuery(): void {}

  handleCopyInResponse(connection: Connection & { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('db query cannot feed a COPY FROM STDIN: use fleetgen db psql');
  }

  /** COPY ... TO STDOUT is passed through unchanged. */
  handleCopyData(message: { chunk: Uint8Array }): void {
    this.#write(message.chunk);
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: unknown): void {
    if (this.#inRows) this.#print(this.#printer.end());
    this.#flush();
    this.#reject(error);
  }

  #print(piece: string): void {
    this.#gathered += piece;
    if (this.#gathered.length >= PIECE) this.#flush();
  }

  #flush(): void {
    if (this.#gathered !== '') this.#write(this.#gathered);
    this.#gathered = '';
  }

  #write(piece: string | Uint8Array): void {
    if (this.#out.write(piece)) return;
    const socket = this.#connection?.stream;
    if (socket === undefined || socket.isPaused()) return;
    socket.pause();
    this.#out.once('drain', () => socket.resume());
  }
}
