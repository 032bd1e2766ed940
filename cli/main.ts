#!/usr/bin/env node
// The command line `causerie <command>`, with one file per family of commands.
import { readFileSync } from 'node:fs'
import { Command } from 'commander'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

// Families load on demand: `causerie keys list` should not wait for an embedding model.
const families = [
  {
    name: 'keys',
    description: 'Create, list and revoke API keys of the service',
    load: async () => (await import('./keys.ts')).keysCommand(process),
  },
  {
    name: 'company',
    description: 'Create, change and delete the companies of a running service',
    load: async () => (await import('./company.ts')).companyCommand(process),
  },
  {
    name: 'user',
    description: 'Erase or export what a running service keeps of a user',
    load: async () => (await import('./user.ts')).userCommand(process),
  },
  {
    name: 'usage',
    description: 'Show questions, tokens, searches and storage of the companies of a running service',
    load: async () => (await import('./usage.ts')).usageCommand(process),
  },
  {
    name: 'audit',
    description: 'Show who changed keys, documents, profiles, budgets and curated answers',
    load: async () => (await import('./usage.ts')).auditCommand(process),
  },
  {
    name: 'check',
    description: 'Check that no company gets at what belongs to another one on a running service',
    load: async () => (await import('./check/isolation.ts')).checkCommand(process),
  },
  {
    name: 'meili',
    description: 'Create and check keys of Meilisearch, and load documents',
    load: async () => (await import('./meilisearch/main.ts')).meilisearchCommand(process),
  },
  {
    name: 'ingest',
    description: 'Put files into an index: PDF, Word, HTML, Markdown, CSV, JSON(L), text, logs, source code',
    load: async () => (await import('./ingest.ts')).ingestCommand(process),
  },
  {
    name: 'watch',
    description: 'Keep an index in sync with a folder',
    load: async () => (await import('./watch.ts')).watchCommand(process),
  },
  {
    name: 'crawl',
    description: 'Keep an index in sync with web pages',
    load: async () => (await import('./crawl.ts')).crawlCommand(process),
  },
  {
    name: 'eval',
    description: 'Ask a set of questions of a running service, and measure its answers',
    load: async () => (await import('./eval.ts')).evalCommand(process),
  },
  {
    name: 'warm',
    description: 'Make a running service answer the common questions of every company in advance',
    load: async () => (await import('./warm.ts')).warmCommand(process),
  },
  {
    name: 'gaps',
    description: 'See what customers asked in vain, and close it with an FAQ entry',
    load: async () => (await import('./gaps.ts')).gapsCommand(process),
  },
  {
    name: 'curated',
    description: 'Answers that a person wrote or corrected: list, write, change and remove them',
    load: async () => (await import('./curated.ts')).curatedCommand(process),
  },
  {
    name: 'feedback',
    description: 'List, export and import what users say about answers',
    load: async () => (await import('./feedback.ts')).feedbackCommand(process),
  },
  {
    name: 'learn',
    description: 'Fit ranking, floor and sentence weights of a company to its feedback, and undo it',
    load: async () => (await import('./learn.ts')).learnCommand(process),
  },
  {
    name: 'status',
    description: 'Show whether a running service can answer, and how it is doing',
    load: async () => (await import('./status.ts')).statusCommand(process),
  },
  {
    name: 'doctor',
    description: 'Check settings, back ends, keys, clock, disk and models, and say what to do',
    load: async () => (await import('./doctor/main.ts')).doctorCommand(process),
  },
  {
    name: 'backup',
    description: 'Copy the data folder of a running service, and check the copy',
    load: async () => (await import('./backup.ts')).backupCommand(process, version),
  },
  {
    name: 'restore',
    description: 'Put a backup into the data folder of a service that is stopped',
    load: async () => (await import('./backup.ts')).restoreCommand(process),
  },
  {
    name: 'export',
    description: "Write a company's documents with their vectors into one file",
    load: async () => (await import('./export.ts')).exportCommand(process),
  },
  {
    name: 'import',
    description: 'Make a company of a file that causerie export has written',
    load: async () => (await import('./export.ts')).importCommand(process),
  },
  {
    name: 'bench',
    description: 'Ask a running service at a steady pace, and report how it answers',
    load: async () => (await import('./bench/main.ts')).benchCommand(process),
  },
]

const program = new Command('causerie')
  .version(version, '-V, --version', 'print the version')
  .description('Tools for Causerie, which answers questions from a company\'s own documents. See also `causerie <command> --help`.')
  .showHelpAfterError()
  .addHelpText('after', `
Settings come from the environment and from the file .env in the current folder, like the service's; relative folders in them
(DATA_DIR) start there too. All commands but keys, meili, doctor, backup, restore, export and import talk to a running service: at
--url, or at HOST and PORT.

Examples:
  causerie ingest handbook/ --company acme --index pages
  causerie keys create --company acme --name "website"`)
  // 2 = wrong usage, as in every family of commands; Commander's default is 1.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

for (const { name, description, load } of families) {
  if (process.argv.includes(name)) program.addCommand(await load())
  else program.command(name).description(description)
}

await program.parseAsync()
