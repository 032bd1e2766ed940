// Questions whether something is there or offered at all, apart from those about what is known to be.
import t from 'tap'
import { askForDifferentOffers, offerClause, offerWords } from '../../src/language/asking-offer.ts'
import type { Language } from '../../src/types.ts'

const asksForOffer = (question: string, language: Language) => offerWords(question, language).size > 0

t.test('recognises questions for what may not be offered', async t => {
  for (const [language, question] of [
    ['fr', 'Vous réparez les machines à coudre ?'], ['fr', 'avez-vous un parking'], ['fr', 'Peut-on payer par chèque ?'],
    ['en', 'Do you ship to Norway?'], ['en', 'is there a lift'], ['en', 'Can I pay by cheque?'],
    ['de', 'Haben Sie auch Hüte?'], ['de', 'Gibt es einen Aufzug?'], ['es', '¿Hay ascensor?'], ['es', '¿Envían a Portugal?'],
    ['de', 'Nehmen Sie neue Patienten auf?'], ['de', 'Stellt ihr Briefe zu?'], ['de', 'Verschickt ihr Pianos zu?'],
    ['de', 'Habt ihr Platz, und nehmt ihr auch Katzen auf?'],
    ['es', '¿Tiene ascensor?'], ['und', 'Avete un ascensore?'], ['und', 'Hebben jullie een lift?'],
  ] as [Language, string][]) t.ok(asksForOffer(question, language), question)
})

t.test('the words that ask for an offer are known', async t => {
  t.same([...offerWords('Can I pay by bank transfer?', 'en')], ['can', 'i', 'pay', 'by'])
  t.equal(offerWords('When do you open?', 'en').size, 0)
})

t.test('leaves other questions alone', async t => {
  for (const [language, question] of [
    ['fr', 'Quels sont vos horaires ?'], ['en', 'When do you open?'], ['en', 'How long is there between two trains?'],
    ['de', 'Wann liefern die Nachbarn?'], ['es', '¿Cuánto cuesta la entrada?'],
    ['en', 'How far can I get with a full tank?'], ['es', '¿Qué altura tiene que tener el techo?'],
    ['und', 'Mag ik dan ook later komen?'], ['es', 'Mi tía tiene 68, ¿qué abono necesita?'], ['es', '¿Hay que llevar toalla?'],
    ['und', 'Quanto costa il biglietto?'],
    ['fr', 'Je vous ai écrit il y a deux semaines'], ['de', 'Habt ihr am Feiertag auf?'], ['de', 'Haben Sie heute noch geöffnet?'],
    ['de', 'Habt ihr montags zu?'],
  ] as [Language, string][]) t.notOk(asksForOffer(question, language), question)
})

t.test('what is told before the clause that asks for an offer need not be offered', async t => {
  t.same([...offerClause('Meine Enkelin wird acht, gibt es einen Malkurs?', 'de')], ['gibt', 'es', 'einen', 'malkurs'])
  t.same([...offerClause('Is there a bus to the mill?', 'en')], ['is', 'there', 'a', 'bus', 'to', 'the', 'mill'])
  const holds = (question: string, language: Language, word: string) => t.ok(offerClause(question, language).has(word), question)
  holds('Do you sell a 1.5 l thermos flask?', 'en', 'flask')
  holds('Haben Sie eine 4,5 kg Kettlebell?', 'de', 'kettlebell')
  holds('Haben Sie z. B. Kajaks?', 'de', 'kajaks')
  holds('Do you have a St. Bernard calendar?', 'en', 'calendar')
  holds('Habt ihr um 10:30 eine Führung?', 'de', 'fuhrung')
  holds('Avez-vous un parking, une piscine et un sauna ?', 'fr', 'sauna')
  holds('Avez-vous, pour 4 personnes, un sauna ?', 'fr', 'sauna')
  holds('Nous venons à 4. Avez-vous une piscine, ou un sauna ?', 'fr', 'sauna')
  t.notOk(offerClause('Nous venons en bus. Avez-vous un sauna ?', 'fr').has('bus'))
})

t.test('tells two things that are asked for in the same words from one thing that is asked for in other words', async t => {
  const cases: [different: boolean, language: Language, a: string, b: string][] = [
    [true, 'de', 'Verkauft ihr Regenschirme?', 'Verkauft ihr Blumensamen?'],
    [true, 'en', 'Do you rent out kayaks?', 'Do you rent out snowshoes?'],
    [true, 'fr', 'Livrez-vous le dimanche ?', 'Livrez-vous en Norvège ?'],
    [true, 'es', '¿Tienen sauna?', '¿Tienen guardería?'],
    [true, 'und', 'Avete un ascensore?', 'Avete una piscina?'],
    [false, 'de', 'Vermietet ihr Zelte?', 'Habt ihr ein Zelt zum Ausleihen?'],
    [false, 'de', 'Bietet ihr Reinigung für Teppiche an?', 'Macht ihr Teppichreinigung?'],
    [false, 'en', 'Do you offer piano lessons?', 'Is there a lesson for piano beginners?'],
    [false, 'fr', 'Avez-vous un éducateur pour chat ?', "Donnez-vous des cours d'éducation ?"],
    [false, 'en', 'Do you sell umbrellas?', 'What does an umbrella cost?'],
    [false, 'en', 'Do you rent out kayaks?', 'How do I get to the lake?'],
    [false, 'en', 'Do you have some?', 'Do you have kayaks?'],
  ]
  for (const [different, language, a, b] of cases) {
    t.equal(askForDifferentOffers(a, b, language), different, `${a} ${b}`)
    t.equal(askForDifferentOffers(b, a, language), different)
  }
})
