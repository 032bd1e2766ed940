// Which blocks of a page are what it is about, and which are its menus.
import type { Block } from './html-blocks.ts'

/** A main element with less text than this, in characters, is taken for one that a script would have filled. */
const leastMain = 200
/** A list is a menu when more than this share of its text is links. */
const menuShare = 0.8
const menuItems = 3

/**
 * What the page's author marked as its main part; else all but navigation, margins and lists of links. When nothing
 * would be left, all of it: a page is never read as empty that says something.
 */
export function mainBlocks (blocks: Block[]): Block[] {
  const main = blocks.filter(block => block.main && !block.margin)
  if (length(main) >= leastMain || (main.length > 0 && length(main) * 2 >= length(blocks))) return main
  const content = blocks.filter(block => !block.margin && !isMenu(block))
  return length(content) > 0 ? content : blocks
}

function length (blocks: Block[]): number {
  return blocks.reduce((sum, block) => sum + block.text.length, 0)
}

function isMenu ({ kind, text, linked, items }: Block): boolean {
  return kind === 'list' && items >= menuItems && linked > menuShare * text.replace(/^\s*(-|\d+\.) |\n/gm, '').length
}
