// Finds the main content of a page and leaves out its menus.
import type { Block } from './html-blocks.ts'

/** A main element with less text than this, in characters, is probably one that a script would have filled. */
const minMainChars = 200
/** A list is a menu when more than this share of its text is links. */
const menuShare = 0.8
const minMenuItems = 3

/**
 * Returns the part that the page's author marked as main; without one, everything except navigation, margins and lists
 * of links. Returns all blocks when none would be left: a page that has text is never read as empty.
 */
export function mainBlocks (blocks: Block[]): Block[] {
  const main = blocks.filter(block => block.main && !block.margin)
  if (length(main) >= minMainChars || (main.length > 0 && length(main) * 2 >= length(blocks))) return main
  const content = blocks.filter(block => !block.margin && !isMenu(block))
  return length(content) > 0 ? content : blocks
}

function length (blocks: Block[]): number {
  return blocks.reduce((sum, block) => sum + block.text.length, 0)
}

function isMenu ({ kind, text, linked, items }: Block): boolean {
  return kind === 'list' && items >= minMenuItems && linked > menuShare * text.replace(/^\s*(-|\d+\.) |\n/gm, '').length
}
