/** Whether --from names a CSV file, packed or not. Ending and all, a URL is none. */
export function isCsvName(text: string): boolean {
  return /[^/]\.csv(?:\.gz)?$/i.test(text) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
