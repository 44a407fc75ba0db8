/**
 * What a person typed, fit to be shown: a mistyped URL can hold a password, and a mistyped one has it in odd places, so
 * too much is hidden rather than too little.
 */

/** The text with *** for all that stands before the last @ of an address, and for the values of password parameters. */
export function maskPassword(text: string): string {
  const withoutUser = text.includes(':') ? text.replace(/^([a-z][a-z0-9+.-]*:\/+)?.*@/is, '$1***@') : text;
  return withoutUser.replace(/(pass(?:word|wd)?\s*=\s*)('[^']*'|[^\s&;]+)/gi, '$1***');
}
