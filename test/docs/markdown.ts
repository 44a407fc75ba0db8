/** The documents as tests read them: fenced blocks, headings and links. */
import { readFileSync } from 'node:fs';

export const ROOT = new URL('../../..', import.meta.url);

/** A file of the project as text, by its path from the root. */
export function document(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export interface Block {
  /** What follows the fence: sh, sql, console ... */
  readonly language: string;
  /** The nearest heading above it, without the # signs. */
  readonly heading: string;
  /** Without the fence's indentation, with the last line's end. */
  readonly text: string;
}

/** All fenced blocks, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const pattern = /^#+ (?<heading>.*)$|^(?<indent> *)```(?<language>\w+)\n(?<text>[\s\S]*?)^\k<indent>```$/gm;
  let heading = '';
  for (const { groups = {} } of markdown.matchAll(pattern)) {
    if (groups.heading !== undefined) heading = groups.heading;
    else {
      const text = groups.text!.replaceAll(new RegExp(`^${groups.indent}`, 'gm'), '');
      blocks.push({ language: groups.language!, heading, text });
    }
  }
  return blocks;
}

/** The one block of that language, under that heading, that contains the words. Throws unless there is exactly one. */
export function blockOf(path: string, language: string, heading: string, words = ''): string {
  const found = blocksOf(document(path)).filter(
    (block) => block.language === language && block.heading === heading && block.text.includes(words),
  );
  if (found.length !== 1) throw new Error(`${path} has ${found.length} blocks of ${language} under "${heading}"`);
  return found[0]!.text;
}

/** Prose only: fenced blocks contain no links or headings. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** Targets of links and images, without those on other hosts. */
export function linksOf(markdown: string): string[] {
  const inline = [...proseOf(markdown).matchAll(/\]\(<?([^\s)>]+)>?(?: "[^"]*")?\)/g)];
  const defined = [...proseOf(markdown).matchAll(/^ *\[[^\]]+\]: *<?([^\s>]+)/gm)];
  return [...inline, ...defined].map((match) => match[1]!).filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchor of a heading, as GitHub and npm make it. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const text = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}
