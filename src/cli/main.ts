#!/usr/bin/env node
// The command line: `causerie <command>`, one file per family of commands.
import { Command } from 'commander'

const program = new Command('causerie')
  .description('Cited answers from a company\'s own documents: the service\'s tools.')
  .showHelpAfterError()

await program.parseAsync()
