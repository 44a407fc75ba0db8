/**
 * What a person typed, fit to be shown: a mistyped URL can hold a password, and a mistyped one has it in odd places, so
 * too much is hidden rather than too little.
 */

/**
 * The text with *** for all that stands before the last @ of an address, for what follows a user's name without one, and for
 * everything from the value of a password parameter on.
 */
export function maskPassword(text: string): string {
  const withoutUser = text.includes(':') ? text.replace(/^([a-z][a-z0-9+.-]*:\/+)?.*@/is, '$1***@') : text;
  return withoutUser
    .replace(/^([a-z][a-z0-9+.-]*:\/+[^/:?#[\]]*:)(?!\d{1,5}(?:[/?#]|$)).+/is, '$1***')
    .replace(/((?:pass|passwd|password|pwd|secret)\s*=\s*).+/is, '$1***');
}
