// Questions whether something is there or offered at all, apart from those about what is known to be.
import t from 'tap'
import { asksForOffer } from '../../src/language/asking-offer.ts'
import type { Language } from '../../src/types.ts'

t.test('recognises questions for what may not be offered', async t => {
  for (const [language, question] of [
    ['fr', 'Vous réparez les machines à coudre ?'], ['fr', 'avez-vous un parking'], ['fr', 'Peut-on payer par chèque ?'],
    ['en', 'Do you ship to Norway?'], ['en', 'is there a lift'], ['en', 'Can I pay by cheque?'],
    ['de', 'Haben Sie auch Hüte?'], ['de', 'Gibt es einen Aufzug?'], ['es', '¿Hay ascensor?'], ['es', '¿Envían a Portugal?'],
    ['und', 'Avete un ascensore?'], ['und', 'Hebben jullie een lift?'],
  ] as [Language, string][]) t.ok(asksForOffer(question, language), question)
})

t.test('leaves other questions alone', async t => {
  for (const [language, question] of [
    ['fr', 'Quels sont vos horaires ?'], ['en', 'When do you open?'], ['en', 'How long is there between two trains?'],
    ['de', 'Wann liefern die Nachbarn?'], ['es', '¿Cuánto cuesta la entrada?'], ['und', 'Quanto costa il biglietto?'],
  ] as [Language, string][]) t.notOk(asksForOffer(question, language), question)
})
