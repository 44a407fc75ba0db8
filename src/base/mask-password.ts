/**
 * Masks passwords in user input before it is shown. A mistyped URL can have its password in odd places, so err on the
 * side of hiding too much.
 */

/**
 * The text with *** for everything before the last @ of an address, for what follows a user name if there is no @, and
 * for everything from the value of a password parameter on.
 */
export function maskPassword(text: string): string {
  const withoutUser = text.includes(':') ? text.replace(/^([a-z][a-z0-9+.-]*:\/+)?.*@/is, '$1***@') : text;
  return withoutUser
    .replace(/^([a-z][a-z0-9+.-]*:\/+[^/:?#[\]]*:)(?!\d{1,5}(?:[/?#]|$)).+/is, '$1***')
    .replace(/((?:pass|passwd|password|pwd|secret)\s*=\s*).+/is, '$1***');
}
