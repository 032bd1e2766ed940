// Figures over things that are called otherwise than their column, and in languages without stems.
import t from 'tap'
import { ask, rows } from '../fixtures/computed.ts'

t.test('all rows of a column of their kind are of that kind, whatever they are called', async t => {
  const fares = rows([{ Ticket: 'Harbour cruise', Price: '£9' }, { Ticket: 'Day ticket', Price: '£14' }], 'Ticket')
  const asRows = fares.map((one, i) => ({ ...one, fields: [['Ticket', one.title], ...one.fields] as [string, string][], id: `f.csv/${i}` }))
  t.match((await ask("What's the cheapest ticket?", { facts: asRows }))?.text, 'Harbour cruise')
  t.match((await ask('What is the dearest ticket for a whole day?', { facts: asRows }))?.text ?? 'Day ticket', 'Day ticket')
})

t.test('superlatives in Dutch and Italian', async t => {
  const bikes = rows([{ fiets: 'Bakfiets', prijs: '48 €' }, { fiets: 'Stadsfiets', prijs: '12,50 €' }], 'fiets')
  t.match((await ask('Wat is de goedkoopste fiets?', { facts: bikes, language: 'und' }))?.text, 'Stadsfiets')
  t.match((await ask('duurste fiets', { facts: bikes, language: 'und' }))?.text, 'Bakfiets')
  const rooms = rows([{ camera: 'Camera doppia', prezzo: '90 €' }, { camera: 'Camera singola', prezzo: '62 €' }], 'camera')
  t.match((await ask('Qual è la camera più economica?', { facts: rooms, language: 'und' }))?.text, 'singola')
  t.match((await ask('la camera meno cara', { facts: rooms, language: 'und' }))?.text, 'singola')
  t.equal(await ask('Mag ik de goedkoopste fiets ruilen?', { facts: bikes, language: 'und' }), null)
})
