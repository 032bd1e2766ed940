// Finds the questions that need the conversation, and completes them from it.
import t, { type Test } from 'tap'
import { readGolden } from '../../bench/golden.ts'
import { answerType } from '../../src/language/answer-types.ts'
import { complete, standsAlone } from '../../src/language/follow-up.ts'
import { languages } from '../../src/language/words.ts'
import type { History, Language, Turn } from '../../src/types.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const after = (question: string, cited: string[] = [], more: Partial<Turn> = {}): History => ({
  digest: '', turns: [{ question, answer: '', cited, ...more }],
})

const nappies = after('prix des couches taille 4', ['Couches taille 4, lot de 300'])
const pram = after('combien coûte la poussette Moineau ?', ['Poussette citadine Moineau'])
const tent = after('how much is the Skarv 2 tent?', ['Vardheim Skarv 2 Tent'])
const mochila = after('¿cuánto cuesta la mochila de 45 litros?', ['Mochila Dagny 45'])
const rucksack = after('Was kostet der Rucksack mit 45 Litern?', ['Rucksack Dagny 45'])

/** Asserts the completed form of each question; null when it stands alone. */
function becomes (test: Test, language: Language, history: History, expected: Record<string, string | null>): void {
  for (const [question, standalone] of Object.entries(expected)) {
    const actual = standsAlone(question, language, history) ? null : complete(question, language, history)
    test.equal(actual, standalone, question)
  }
}

t.test('figures, sizes, colours and models replace those of the previous question', async t => {
  becomes(t, 'fr', nappies, {
    'et en taille 3 ?': 'prix des couches taille 3 ?',
    'taille 5 ?': 'prix des couches taille 5 ?',
    'et T5': 'prix des couches taille 5 ?',
  })
  becomes(t, 'fr', after('prix des couches T4'), {
    'et en taille 5 ?': 'prix des couches taille 5 ?', 'et en T5 ?': 'prix des couches T5 ?',
  })
  becomes(t, 'fr', after('prix lait 1er age 800 g'), { 'et le 2eme age ?': 'prix lait 2eme age 800 g ?' })
  becomes(t, 'fr', after('quel tog pour une chambre à 18 degrés ?'), { 'et à 22 degrés ?': 'quel tog pour une chambre à 22 degrés ?' })
  becomes(t, 'en', tent, { 'and the 3?': 'how much is the Skarv 3 tent?', 'what about the skarv 4?': 'how much is the Skarv 4 tent?' })
  becomes(t, 'en', after('do you have a tent for one person?'), {
    'and for two people?': 'do you have a tent for two people?', 'and for four?': 'do you have a tent for four?',
  })
  becomes(t, 'en', after('Flyt 9.5 mm rope 60 m price'), { 'and in 70 m?': 'Flyt 9.5 mm rope 70 m price?' })
  becomes(t, 'en', after("price of the men's jacket in size M"), { 'and in L?': "price of the men's jacket in size L?" })
  becomes(t, 'en', after('How much are the aluminium poles?'), { 'and the carbon ones?': 'How much are the carbon poles?' })
  becomes(t, 'en', after('price of the red jacket'), { 'and the blue one?': 'price of the blue jacket?' })
  becomes(t, 'es', mochila, {
    '¿y la de 65?': '¿cuánto cuesta la mochila de 65?', '¿y en rojo?': '¿cuánto cuesta la mochila de 45 litros en rojo?',
  })
  becomes(t, 'de', rucksack, { 'und mit 65 Litern?': 'Was kostet der Rucksack mit 65 Litern?' })
})

t.test('another fact is asked about the first cited document', async t => {
  becomes(t, 'fr', after('vous avez un siège auto pivotant ?', ['Siège auto pivotant i-Size 40-105 cm']), {
    'combien ça coûte ?': 'Siège auto pivotant i-Size 40-105 cm : combien ça coûte ?',
    'et le poids ?': 'Siège auto pivotant i-Size 40-105 cm : le poids ?',
  })
  becomes(t, 'en', tent, {
    'how heavy is it?': 'Vardheim Skarv 2 Tent: how heavy is it?', 'thanks, and its weight?': 'Vardheim Skarv 2 Tent: its weight?',
    'in stock?': 'Vardheim Skarv 2 Tent: in stock?',
  })
  becomes(t, 'es', mochila, { '¿y cuánto pesa?': 'Mochila Dagny 45: cuánto pesa?' })
  becomes(t, 'de', rucksack, { 'Und wie schwer ist er?': 'Rucksack Dagny 45: wie schwer ist er?' })
})

t.test('among several cited titles, the one named in the question counts', async t => {
  const history = after('vous avez un siège auto pivotant ?', [
    'Bien choisir et installer un siège auto', 'Siège auto pivotant i-Size 40-105 cm',
  ])
  t.equal(complete('combien ça coûte ?', 'fr', history), 'Siège auto pivotant i-Size 40-105 cm : combien ça coûte ?')
})

t.test('a name in the question that the title lacks is kept', async t => {
  const history = after('vous livrez en belgique ?', ['Livraison : modes, délais et tarifs'], {
    answer: 'Nous expédions également en Belgique et au Luxembourg pour 8,90 €.',
  })
  t.equal(complete("c'est combien ?", 'fr', history), "Livraison : modes, délais et tarifs, belgique : c'est combien ?")
})

t.test('the words of the question replace a title that is itself a question', async t => {
  t.equal(
    complete('ça coûte combien ?', 'fr', after('vous faites les paquets cadeaux ?', ['Faites-vous des paquets cadeaux ?'])),
    'paquets cadeaux : ça coûte combien ?'
  )
  t.equal(
    complete('how long does it take?', 'en', after('somebody squashed the box', ['What do I do if my parcel arrives damaged?'])),
    'What do I do if my parcel arrives damaged: how long does it take?'
  )
})

t.test('care and reasons are asked about the kind of thing; anything else about the thing as the customer called it', async t => {
  const duvet = after('Combien coûte la gigoteuse TOG 2.5 en 70 cm ?', ['Gigoteuse chaude TOG 2.5, 70 cm'])
  becomes(t, 'fr', duvet, { 'comment la laver ?': 'Gigoteuse chaude : comment la laver ?' })
  becomes(t, 'en', after('Flyt rope price', ['Rennfjell Flyt 9.5 mm Rope 70 m']), { 'how do I clean it?': 'Rope: how do I clean it?' })
  becomes(t, 'en', after('what is the regn jacket made of', ['Tarnwick Regn Rain Jacket']), {
    'how do i wash it?': 'Rain Jacket: how do i wash it?', 'why is that?': 'Rain Jacket: why is that?',
    'is it waterproof?': 'Regn Jacket: is it waterproof?',
  })
})

t.test('a thing named after "et" or "and" gets the same question', async t => {
  becomes(t, 'fr', nappies, {
    'et les lingettes ?': 'les lingettes : prix ?', "et pour les lingettes à l'eau ?": "les lingettes à l'eau : prix ?",
    'et pour un bébé de 10 kg ?': 'prix des couches taille 4 pour un bébé de 10 kg ?',
  })
  becomes(t, 'fr', pram, {
    'et la Chevreuil ?': 'la Chevreuil : combien coûte ?', 'et la double ?': 'combien coûte la poussette double ?',
    'et celle pour jumeaux ?': 'combien coûte la poussette pour jumeaux ?',
  })
  becomes(t, 'en', tent, { 'and the Havn 6?': 'the Havn 6: how much?' })
  becomes(t, 'fr', after('vous livrez en Belgique ?'), {
    'et en Suisse ?': 'vous livrez en Suisse ?', 'et pour la Suisse ?': 'vous livrez en Suisse ?',
  })
  becomes(t, 'fr', after('livraison en point relais, combien ?'), { 'et à domicile ?': 'livraison à domicile, combien ?' })
  becomes(t, 'en', after('do you ship to Ireland?'), { 'and to France?': 'do you ship to France?' })
})

t.test('a question that names its own subject stays unchanged', async t => {
  const alone: Partial<Record<Language, string[]>> = {
    fr: [
      'et vous livrez en Belgique ?', 'et les horaires de la boutique ?', 'et la livraison ?', 'et vos horaires ?',
      'et est-ce que la carte cadeau est valable longtemps ?', 'ça coûte combien la livraison à domicile ?',
      "c'est quoi le TOG d'une gigoteuse ?", "c'est combien pour louer un tire-lait ?", "c'est ouvert le dimanche ?",
      'la poussette Chevreuil, elle pèse combien ?', 'elle pèse combien la poussette Chevreuil ?',
      'les biberons en verre, ils passent au lave-vaisselle ?', 'mon bébé a 3 mois, quelle taille il lui faut ?',
      'il faut un compte pour commander ?', 'où êtes-vous ?', 'comment vous contacter ?', 'comment payer ?',
      'avez-vous le lit évolutif en blanc ?', "ok merci. Et le doudou Basile, on peut l'acheter en ligne ?",
      "c'est possible de venir chercher ma commande à Nantes ?", 'comment ça se passe pour les retours ?', 'prix matelas 60x120',
    ],
    en: [
      'and do you ship to Ireland?', 'and the Bristol shop, is it open on Sundays?', 'my tent smells musty, can it be saved?',
      "my parcel hasn't arrived, where is it?", 'Is it possible to hire a tent?', 'does it cost anything to return a parcel?',
      'how long does it take to get a refund?', 'what should I bring if it rains?', 'which one of your tents is the lightest?',
      'where are you?', "what's your phone number?", 'what is it made of, the Regn jacket?',
      'how do I wash a down jacket so that it stays fluffy?', 'what about returns?', 'and gift cards?', 'when will my order ship?',
      "there's a hole in my jacket, can you repair it?", 'carbon poles weight',
    ],
    es: [
      '¿y hacen envíos a Portugal?', '¿cuál es el horario de la tienda?', '¿es impermeable la chaqueta Regn?', '¿dónde están?',
      '¿dónde está situada la tienda?',
    ],
    de: [
      'und liefern Sie nach Österreich?', 'Wann haben Sie geöffnet?', 'Gibt es einen Laden in Berlin?',
      'Wie lange dauert es, bis mein Paket ankommt?', 'Meine Jacke ist kaputt, können Sie sie reparieren?',
    ],
  }
  const histories: Partial<Record<Language, History>> = { fr: nappies, en: tent, es: mochila, de: rucksack }
  for (const language of languages) {
    for (const question of alone[language]!) t.ok(standsAlone(question, language, histories[language]!), question)
  }
})

t.test('no question of the golden sets changes, whatever the conversation', async t => {
  for (const [company, language, history] of [['petit-nid', 'fr', pram], ['fjord-outdoor', 'en', tent]] as const) {
    const { questions, paraphrases, unanswerable, unstated } = readGolden(`test/golden/${company}.json`)
    const all = [...questions, ...paraphrases].map(({ q }) => q).concat(unanswerable, unstated)
    t.same(all.filter(question => !standsAlone(question, language, history)), [], company)
  }
})

t.test('a pronoun, or no subject at all, needs the conversation', async t => {
  const dependent: Partial<Record<Language, string[]>> = {
    fr: [
      "c'est lavable en machine ?", 'on peut la mettre au four ?', "comment on l'installe ?", 'combien de temps pour le recevoir ?',
      'vous pouvez me le livrer en Belgique ?', 'il y en a encore ?', 'pourquoi ?', 'dispo ?', "et dans l'autre couleur ?",
      'lequel est le moins cher ?', 'cette poussette rentre dans une clio ?',
    ],
    en: [
      'is it machine washable?', 'can I put them in the dryer?', 'do you have a bigger one?', 'can I hire one?', 'why is that?', 'price?',
      'how come?', 'does that include delivery?', 'is this tent waterproof?', 'will it fit in a 45 litre pack?',
      'same question for the 70 m',
    ],
    es: ['¿es impermeable?', '¿lo tienen en stock?', '¿la puedo lavar a máquina?'],
    de: ['ist er wasserdicht?', 'kann ich ihn waschen?', 'was kostet das?', 'ist das auf Lager?'],
  }
  const histories: Partial<Record<Language, History>> = { fr: pram, en: tent, es: mochila, de: rucksack }
  for (const language of languages) {
    for (const question of dependent[language]!) t.notOk(standsAlone(question, language, histories[language]!), question)
  }
})

t.test('without a conversation, and for thanks, nothing changes', async t => {
  const none = { digest: 'They spoke of tents.', turns: [] }
  for (const question of ['how much is it?', 'et en taille 3 ?', '']) {
    t.ok(standsAlone(question, 'en', none))
    t.equal(complete(question, 'en', none), question)
  }
  for (const question of ['merci !', 'ok super merci', '?', '👍', '']) t.ok(standsAlone(question, 'fr', nappies), question)
  t.ok(standsAlone('et en taille 3 ? '.repeat(30), 'fr', nappies), 'a letter names its subject')
})

t.test('a turn of thanks is skipped, and a completed question serves the next one', async t => {
  const history: History = {
    digest: '',
    turns: [
      { question: 'prix des couches taille 4', answer: '59,90 €', cited: ['Couches taille 4, lot de 300'] },
      {
        question: 'et en taille 3 ?', standalone: 'prix des couches taille 3 ?', answer: '56,90 €',
        cited: ['Couches taille 3, lot de 300'],
      },
      { question: 'merci', answer: 'Avec plaisir.', cited: [] },
    ],
  }
  t.equal(complete('et en taille 5 ?', 'fr', history), 'prix des couches taille 5 ?')
  t.equal(complete('elles sont en stock ?', 'fr', history), 'Couches taille 3, lot de 300 : elles sont en stock ?')
})

t.test('in another language only bare figures need the conversation', async t => {
  const history = after('Quanto costa lo zaino da 45 litri?', ['Zaino Dagny 45'])
  t.ok(standsAlone('quanto pesa la tenda?', 'und', history))
  t.notOk(standsAlone('e 65?', 'und', history))
  t.match(complete('e 65?', 'und', history), /zaino.*65/)
})

t.test('any completed question has words, is not longer than both parts, and asks for the same fact', async t => {
  const word = fc.constantFrom(
    'et', 'en', 'taille', '3', 'T4', 'XL', 'ça', 'coûte', 'combien', 'la', 'it', 'and', 'the', 'one', 'red', 'how', 'heavy', '?', ',',
    '0.5', '-10', '°C', 'Skarv', '(', '[', '\\', '$', 'for', 'two', 'people', '2e', '60x120', '👶', '价格', '.*'
  )
  const text = fc.oneof(fc.array(word, { maxLength: 12 }).map(words => words.join(' ')), fc.string({ unit: 'binary', maxLength: 60 }))
  const turn = fc.record({ question: text, answer: text, cited: fc.array(text, { maxLength: 3 }) })
  fc.assert(
    fc.property(
      text, fc.constantFrom<Language>('fr', 'en', 'es', 'de', 'und'), fc.array(turn, { maxLength: 3 }),
      (question, language, turns) => {
        const completed = complete(question, language, { digest: '', turns })
        const longest =
          question.length * 3 +
          Math.max(0, ...turns.flatMap(({ question, cited }) => [question, ...cited].map(text => text.length))) * 3 +
          200
        return (
          !completed.includes('undefined') &&
          completed.length <= longest &&
          typeof standsAlone(question, language, { digest: '', turns }) === 'boolean'
        )
      }
    ),
    propertyRuns(2000, { seed: 20260301 })
  )

  for (const question of [
    'combien ça coûte ?', 'elle pèse combien ?', 'ça dure combien de temps ?', "c'est pour quel âge ?", 'en stock ?',
    'quelles dimensions ?',
  ]) {
    for (const title of [
      'Notre boutique de Nantes : adresse et horaires', 'Livraison : modes, délais et tarifs',
      'À partir de quel montant la livraison est-elle offerte ?',
    ]) {
      t.equal(
        answerType(complete(question, 'fr', after('dites-moi tout', [title])), 'fr'), answerType(question, 'fr'), `${title} ${question}`
      )
    }
  }
})

t.test('a long text does not take long', async t => {
  for (const text of ['1 '.repeat(150), 'do it '.repeat(50), 'et en taille 3 '.repeat(20), 'a'.repeat(300)]) {
    const began = cpuMs()
    for (const language of languages) {
      standsAlone(text, language, after(text, [text]))
      complete(text, language, after(text, [text]))
    }
    t.ok(cpuMs() - began < 1000, text.slice(0, 20))
  }
})

t.test('questions about orders, items and the shop itself stand alone', async t => {
  const jacket = {
    digest: '', turns: [{ question: 'How much is the Tarnwick rain jacket?', answer: '£129', cited: ['Tarnwick rain jacket'] }],
  }
  for (const question of [
    'Can I change my order after I placed it?', 'Can I cancel an order once it has shipped?',
    'If an item is out of stock, when will it be back?', 'Who are you?',
  ]) { t.ok(standsAlone(question, 'en', jacket), question) }
  for (const question of [
    'Si un article est en rupture, quand revient-il ?', "Puis-je annuler ma commande après l'avoir passée ?", 'Qui êtes-vous ?',
  ]) { t.ok(standsAlone(question, 'fr', jacket), question) }
  t.notOk(standsAlone('How heavy is it?', 'en', jacket))
})
