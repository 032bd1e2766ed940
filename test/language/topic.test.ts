// Which words of a question name its subject, and how much each weighs.
import t from 'tap'
import { quantities } from '../../src/language/quantities.ts'
import { topicWeights } from '../../src/language/topic.ts'
import type { Language } from '../../src/types.ts'

const weigh = (question: string, language: Language) => topicWeights(question, language, language, [])

t.test('a noun is a topic, also where a common verb has its stem', async t => {
  const cases: [language: Language, question: string, noun: string][] = [
    ['fr', 'Avez-vous des laisses ?', 'laisses'], ['fr', 'Acceptez-vous les chiens sans laisse ?', 'laisse'],
    ['fr', 'Réparez-vous aussi des montres ?', 'montres'], ['fr', 'Avez-vous une montre pour enfants ?', 'montre'],
    ['es', '¿Tienen platos sin sal?', 'sal'],
  ]
  for (const [language, question, noun] of cases) t.equal(weigh(question, language).get(noun), 1, question)
})

t.test('a common verb says little in each of its forms, also after a pronoun', async t => {
  const cases: [language: Language, question: string, verb: string][] = [
    ['fr', 'Je vous le laisse combien de temps ?', 'laisse'], ['en', 'May I leave without paying?', 'paying'],
    ['de', 'Wo kann ich die lassen?', 'lassen'],
  ]
  for (const [language, question, verb] of cases) t.equal(weigh(question, language).get(verb), 0.2, question)
})

t.test('people say little beside their age or their number', async t => {
  for (const [language, question, word] of [
    ['fr', 'Un bébé de 5 mois peut-il monter en barque ?', 'bebe'], ['en', 'Is a sauna fine for a 12 year old boy?', 'boy'],
    ['de', 'Wir sind eine Gruppe von 7 Personen', 'gruppe'],
    ['de', 'Darf ein 8-jähriger Junge in die Sauna?', 'junge'], ['es', '¿Puede nadar un niño de 3 años?', 'nino'],
    ['en', 'Do you have a room for a family of 4 people?', 'family'],
  ] as [Language, string, string][]) {
    t.equal(topicWeights(question, language, language, quantities(question, language)).get(word), 0.2, question)
  }
  t.equal(weigh('Avez-vous un lit de bébé ?', 'fr').get('bebe'), 1)
  for (const [language, question, word] of [
    ['en', 'How much is a 12-month membership for children?', 'children'], ['en', 'Do you have a family room for 4 people?', 'family'],
    ['fr', "Quel est le prix de l'abonnement de 12 mois pour enfants ?", 'enfants'],
    ['de', 'Was kostet ein Kinderrad für 2 Jahre, und was für ein Kind?', 'kind'],
  ] as [Language, string, string][]) {
    t.ok(topicWeights(question, language, language, quantities(question, language)).get(word)! > 0.5, question)
  }
})

t.test('what asks politely is no topic in any of its forms', async t => {
  const cases: [language: Language, question: string, topics: string[]][] = [
    ['fr', 'Pouvez-vous me dire combien coûte une nuit ?', ['nuit']],
    ['fr', 'Pourriez-vous nous indiquer le prix de la salle ?', ['salle']],
    ['fr', 'Savez-vous quand les élèves ont piscine ?', ['eleves', 'piscine']],
    ['en', 'I was wondering, could you explain the deposit?', ['deposit']],
    ['es', '¿Podríais decirme el precio de la sauna?', ['sauna']],
    ['de', 'Könntet ihr mir die Kaution erklären?', ['kaution']],
    ['und', 'Volete dirmi il prezzo della stanza?', ['stanza']],
    ['fr', 'Quels moyens de paiement acceptez-vous ?', ['paiement', 'acceptez']],
    ['und', 'Quale prodotto ha il manico?', ['manico']],
    ['es', '¿Qué medios de pago aceptan?', ['pago', 'aceptan']],
    ['es', '¿Tenéis medias?', ['medias']],
    ['und', 'Quanto costa il mais?', ['mais']],
    ['und', 'Verhuren jullie een vos?', ['verhuren', 'vos']],
  ]
  for (const [language, question, topics] of cases) t.same([...weigh(question, language).keys()], topics, question)
})

t.test('a child of one\'s own says as little as a son; children as such are a topic', async t => {
  for (const [question, language, word] of [
    ['Was muss mein Kind anziehen?', 'de', 'kind'], ['Mon enfant peut-il nager ?', 'fr', 'enfant'], ['Can my kids climb?', 'en', 'kids'],
  ] as [string, Language, string][]) t.equal(weigh(question, language).get(word), 0.2, question)
  for (const [question, language, word] of [
    ['Habt ihr Schuhe für ein Kind?', 'de', 'kind'], ['Un lit pour enfant', 'fr', 'enfant'], ['Do you have kids bikes?', 'en', 'kids'],
  ] as [string, Language, string][]) t.not(weigh(question, language).get(word), 0.2, question)
})
