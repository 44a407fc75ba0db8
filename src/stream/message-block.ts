/** Encoded messages in order of arrival, filled by a feed and taken by a sink. One line of JSON each. */

/** Times are virtual milliseconds: the timeline of the data, before any shift. */
export class MessageBlock {
  /** Lines of JSON, one after another, each with its line feed. */
  readonly bytes: Uint8Array;
  length = 0;
  /** By message: the offset after its line feed. */
  readonly ends: Int32Array;
  /** By message: recorded_at as it is written, in UTC milliseconds; the vehicle's number; virtual time of arrival. */
  readonly recordedAt: Float64Array;
  readonly vehicle: Int32Array;
  readonly arrival: Float64Array;
  readonly recordId: Float64Array;
  private readonly view: Buffer;

  constructor(bytes: number, messages: number) {
    this.bytes = new Uint8Array(bytes);
    this.view = Buffer.from(this.bytes.buffer);
    this.ends = new Int32Array(messages);
    this.recordedAt = new Float64Array(messages);
    this.vehicle = new Int32Array(messages);
    this.arrival = new Float64Array(messages);
    this.recordId = new Float64Array(messages);
  }

  get used(): number {
    return this.length === 0 ? 0 : this.ends[this.length - 1]!;
  }

  clear(): void {
    this.length = 0;
  }

  hasRoom(bytes: number): boolean {
    return this.length < this.ends.length && this.used + bytes <= this.bytes.length;
  }

  /** Appends the line source[from, to); the caller has checked for room. */
  add(
    source: Buffer,
    from: number,
    to: number,
    recordedAt: number,
    vehicle: number,
    arrival: number,
    recordId: number,
  ): void {
    const used = this.used;
    const i = this.length++;
    source.copy(this.view, used, from, to);
    this.ends[i] = used + to - from;
    this.recordedAt[i] = recordedAt;
    this.vehicle[i] = vehicle;
    this.arrival[i] = arrival;
    this.recordId[i] = recordId;
  }
}
