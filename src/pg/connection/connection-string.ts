/**
 * Parses the text that names a server: a postgresql:// URL or libpq's `host=... port=...`. No error repeats the text,
 * as a mistyped one can hold a password anywhere.
 */
import { requestError } from '../../base/errors.js';
import { isKeyword, type Settings, supportedKeywords } from './libpq-settings.js';

const URL_START = /^postgres(ql)?:\/\//;
const CONNINFO_START = /^\s*([a-z_]+)\s*=/;

/** Whether a text names a server: a URL, `keyword=value` pairs, or the word postgres for libpq's environment. */
export function isConnectionString(text: string): boolean {
  return text === 'postgres' || URL_START.test(text) || isConninfo(text);
}

/** The settings of a URL or of `keyword=value` pairs. Throws a requestError. */
export function parseConnectionString(text: string): Settings {
  return isConninfo(text) ? settingsOfConninfo(text) : settingsOfUrl(text);
}

function isConninfo(text: string): boolean {
  const [, keyword] = CONNINFO_START.exec(text) ?? [];
  return keyword !== undefined && isKeyword(keyword);
}

/** As libpq parses it: values with spaces are in single quotes, and a backslash escapes the next character. */
function settingsOfConninfo(text: string): Settings {
  const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:\\.|[^'\\])*)'(?=\s|$)|((?:\\.|[^\s'\\])*)(?=\s|$))\s*/sy;
  const settings: Settings = {};
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (found === null || !isKeyword(found[1]!)) {
      throw requestError(
        'PG_CONNINFO',
        `the PostgreSQL connection string can't be read: write KEYWORD=VALUE pairs, with a value that holds a space or a quote as 'it\\'s'; keywords are ${supportedKeywords()}`,
      );
    }
    settings[found[1]!] = (found[2] ?? found[3]!).replace(/\\(.)/gs, '$1');
  }
  return settings;
}

function settingsOfUrl(text: string): Settings {
  // WHATWG URLs allow neither several hosts nor a user without a host, which libpq allows for sockets.
  const [, start = '', hosts = ''] = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)/.exec(text) ?? [];
  const odd = hosts.includes(',') || (hosts === '' && start.endsWith('@'));
  const url = parseUrl(odd ? `${start}several${text.slice(start.length + hosts.length)}` : text);
  if (url.hash !== '') throw malformed('a # in a name or password is written %23');
  const given: Settings = {
    user: decode(url.username),
    password: decode(url.password),
    ...(odd ? severalHosts(hosts) : { host: withoutBrackets(decode(url.hostname)), port: url.port }),
    dbname: decode(url.pathname.slice(1)),
  };
  const settings = parameters(url);
  for (const [name, value] of Object.entries(given)) if (value) settings[name] ??= value;
  return settings;
}

function parameters(url: URL): Settings {
  // In libpq's URLs + is a literal plus sign.
  const found = new URLSearchParams(url.search.replaceAll('+', '%2B'));
  const settings: Settings = {};
  for (const [name, value] of found) {
    if (name === 'ssl' && value === 'true') settings.sslmode = 'require';
    else if (isKeyword(name)) settings[name] = value;
    else {
      // After a password with an unescaped &, what looks like a name is the rest of the password.
      const shown = /^[a-z_]{2,30}$/.test(name) && !found.has('password') ? ` "${name}"` : '';
      throw requestError(
        'PG_URL',
        `the PostgreSQL URL has an unknown parameter${shown}: known are ${supportedKeywords()}; an & in a value is written %26`,
      );
    }
  }
  return settings;
}

function severalHosts(text: string): Settings {
  const parts = text.split(',').map((part) => /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(part));
  if (parts.some((part) => part === null)) throw malformed('several hosts are written HOST:PORT,HOST:PORT');
  const ports = parts.map((part) => part![2] ?? '');
  return {
    host: parts.map((part) => withoutBrackets(decode(part![1]!))).join(','),
    port: ports.every((port) => port === '') ? '' : ports.join(','),
  };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function parseUrl(text: string): URL {
  // One of these characters in a password ends the address early: the rest would be shown as database or parameter.
  if (/^postgres(ql)?:(?!\/\/)/i.test(text) || /^[^/?#]*\/\/[^/?#]*[/?#].*@/s.test(text)) {
    throw malformed('an @ : / ? or # in a name, password or value is written %40 %3A %2F %3F or %23');
  }
  try {
    const url = new URL(text);
    if (url.protocol === 'postgresql:' || url.protocol === 'postgres:') return url;
  } catch {
    // Not passed on: Node's error repeats the URL.
  }
  throw malformed('write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters as %XX');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a % that stands for itself is written %25');
  }
}

function malformed(how: string): Error {
  return requestError('PG_URL', `the PostgreSQL URL can't be read: ${how}`);
}
