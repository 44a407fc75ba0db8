/**
 * YAML (or JSON) text as plain values, with the position of each. Rejects what hostile text could exploit.
 */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { type FleetgenError, requestError } from '../../base/errors.js';
import { truncateLine } from '../../base/text.js';

/** Keys of maps and positions in lists, from the root. */
export type Path = readonly (string | number)[];

/** Formats a position for an error, from line and column, which count from 1. */
export type NamePlace = (line: number, column: number) => string;

export interface YamlText {
  readonly value: unknown;
  /** How many steps of the path the text contains, and the position of the last; `atKey`: of its key. */
  locate(path: Path, atKey: boolean): { readonly depth: number; readonly place: string };
}

/** A level of nesting takes two or three; a scenario has up to eight levels. */
const MAX_OPEN_TOKENS = 60;
const MAX_ALIASES = 100;

/** Throws a requestError if the text is not one YAML document of plain values. */
export function parseYaml(text: string, namePlace: NamePlace): YamlText {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return namePlace(Math.max(1, line), Math.max(1, col));
  };
  const document = compose(text, lines, at);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw syntaxError(at(problem.pos[0]), `not valid YAML: ${problem.message}`);
  refuseOddKeys(document, at);
  return {
    value: plainValue(document, at(0)),
    locate: (path, atKey) => {
      const { depth, offset } = find(document.contents, path, atKey);
      return { depth, place: at(offset) };
    },
  };
}

/**
 * The library's parseDocument, except for two things: nesting so deep that composing would overflow the stack is
 * rejected while parsing, and keys are compared in linear time, in refuseOddKeys.
 */
function compose(text: string, lineCounter: LineCounter, at: (offset: number) => string): Document.Parsed {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  function* tokens() {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > MAX_OPEN_TOKENS) {
        throw syntaxError(at(parser.offset), 'nested too deeply: a scenario has up to eight levels');
      }
    }
    yield* parser.end();
  }
  const composer = new Composer({ lineCounter, prettyErrors: false, logLevel: 'silent', uniqueKeys: false });
  const [document, second] = composer.compose(tokens(), true, text.length);
  if (second !== undefined) throw syntaxError(at(second.range[0]), 'a second document begins: a scenario is one');
  return document as Document.Parsed;
}

function syntaxError(place: string, says: string): FleetgenError {
  return requestError('SCENARIO_SYNTAX', `${place}: ${says.replace(/\s+/g, ' ')}`);
}

/** Keys must be plain scalars and unique in a map; merge keys are not supported. */
function refuseOddKeys(document: Document.Parsed, at: (offset: number) => string): void {
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const word = isScalar(key) && key.value !== null ? String(key.value) : undefined;
        const says = oddKey(word, seen);
        if (says !== undefined) throw syntaxError(at(isNode(key) ? (key.range?.[0] ?? 0) : 0), says);
      }
    },
  });
}

function oddKey(key: string | undefined, seen: Set<string>): string | undefined {
  if (key === undefined) return 'a key must be a word, such as per_hour';
  if (key === '<<') return 'merge keys (<<) are not known here: write the values out';
  if (seen.has(key)) return `"${truncateLine(key)}" stands twice in this map: keep one`;
  seen.add(key);
  return undefined;
}

function plainValue(document: Document.Parsed, place: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // The library's errors for too many aliases, and for one without its anchor.
    if (!(error instanceof ReferenceError)) throw error;
    throw syntaxError(place, 'repeats values by alias (*name) too often: write them out');
  }
}

function find(root: Node | null, path: Path, atKey: boolean): { depth: number; offset: number } {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    let value: unknown;
    let keyOffset = offset;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return { depth, offset };
      value = pair.value;
      if (isScalar(pair.key)) keyOffset = pair.key.range?.[0] ?? offset;
    } else if (isSeq(node)) {
      value = node.items[Number(step)];
      if (value === undefined) return { depth, offset };
    } else return { depth, offset };
    // The position of a map is that of its key, before it.
    const byKey = isMap(value) || !isNode(value) || (atKey && depth === path.length - 1);
    offset = byKey ? keyOffset : ((value as Node).range?.[0] ?? keyOffset);
    if (isAlias(value)) return { depth: depth + 1, offset };
    node = value;
  }
  return { depth: path.length, offset };
}
