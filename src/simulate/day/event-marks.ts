/** The events of a trip as marks in chronological order. */

/** Most trips have fewer; the arrays grow. */
const USUAL_MARKS = 32;

export class EventMarks {
  /** Marks in chronological order: seconds from the trip's start, event, its end (0 if it is instantaneous), cause. */
  marks = 0;
  timeS = new Float64Array(USUAL_MARKS);
  untilS = new Float64Array(USUAL_MARKS);
  event = new Uint8Array(USUAL_MARKS);
  cause = new Uint8Array(USUAL_MARKS);

  protected mark(t: number, event: number, until: number, cause: number): void {
    if (this.marks === this.timeS.length) this.grow();
    const i = this.marks++;
    this.timeS[i] = t;
    this.untilS[i] = until;
    this.event[i] = event;
    this.cause[i] = cause;
  }

  /** Sorts by time; stable. */
  protected sort(): void {
    const { timeS, untilS, event, cause } = this;
    for (let i = 1; i < this.marks; i++) {
      const t = timeS[i]!;
      const u = untilS[i]!;
      const e = event[i]!;
      const c = cause[i]!;
      let j = i;
      for (; j > 0 && timeS[j - 1]! > t; j--) {
        timeS[j] = timeS[j - 1]!;
        untilS[j] = untilS[j - 1]!;
        event[j] = event[j - 1]!;
        cause[j] = cause[j - 1]!;
      }
      timeS[j] = t;
      untilS[j] = u;
      event[j] = e;
      cause[j] = c;
    }
  }

  private grow(): void {
    const size = this.timeS.length * 2;
    const times = new Float64Array(size);
    const untils = new Float64Array(size);
    const events = new Uint8Array(size);
    const causes = new Uint8Array(size);
    times.set(this.timeS);
    untils.set(this.untilS);
    events.set(this.event);
    causes.set(this.cause);
    this.timeS = times;
    this.untilS = untils;
    this.event = events;
    this.cause = causes;
  }
}
