// Reads the anchors: questions about the sample companies, whose answers no company's weights may make worse.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSet } from '../evaluation/read-set.ts'
import { casesOfSet, type LearningCase } from './cases.ts'

const fileName = 'questions.json'

/** @param dir the folder of the sample companies */
export async function anchorCases (dir: string, company: string): Promise<LearningCase[]> {
  const { cases } = readSet(await readFile(join(dir, company, fileName), 'utf8'), fileName, 'golden')
  return casesOfSet(cases).map(one => ({ ...one, from: 'anchor' }))
}
