/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `note`: a feature is missing or something is slower; `failed`: what it names will not work. */
  readonly status: 'ok' | 'note' | 'failed';
  /** One line: what was found, and how to fix it. */
  readonly message: string;
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

export function note(name: string, message: string): Check {
  return { name, status: 'note', message };
}

export function failed(name: string, problem: unknown): Check {
  return { name, status: 'failed', message: problem instanceof Error ? problem.message : String(problem) };
}
