/** Texts as CSV fields: RFC 4180 quoting, done once when a writer is compiled. */

/**
 * Quotes where a reader would need it. An empty text is quoted too, since an empty field means null; so is one with white space at
 * its ends, which some readers trim, and COPY's end mark.
 */
export function csvText(text: string): string {
  return /^$|^\s|\s$|[",\r\n]|^\\\.$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
