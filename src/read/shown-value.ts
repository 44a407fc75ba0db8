const MOST_CHARACTERS = 40;

/** What a file holds, for an error: in quotes, on one line, and not too long. */
export function shownValue(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text);
}
