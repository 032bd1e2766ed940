// A long message is searched by the question in it.
import t from 'tap'
import { coreQuestion } from '../../src/language/core-question.ts'

t.test('a short message stays as it is', async t => {
  t.equal(coreQuestion('Hello. I am new here. Where can I leave my bicycle?', 'en'), 'Hello. I am new here. Where can I leave my bicycle?')
})

t.test('a letter is reduced to its question, wherever it stands', async t => {
  const story = 'Last winter my aunt moved to the coast and left me her piano. It stood in the barn for weeks, and the mice liked it. ' +
    'My neighbour says that somebody in your workshop once mended hers. '
  t.equal(coreQuestion(`${story}How much does tuning an upright piano cost?`, 'en'), 'How much does tuning an upright piano cost?')
  t.equal(
    coreQuestion(`How much does tuning an upright piano cost? ${story}Many thanks for your help.`, 'en'),
    'How much does tuning an upright piano cost?'
  )
})

t.test('a question without a subject brings the sentence before it', async t => {
  const letter =
    'Guten Tag, wir waren im letzten Jahr schon einmal bei Ihnen und haben den Garten sehr genossen. Diesmal interessiert uns die ' +
    'Ferienwohnung mit Balkon. Was kostet sie?'
  t.match(coreQuestion(letter, 'de'), /^Diesmal interessiert uns die Ferienwohnung mit Balkon\. Was kostet sie\?$/)
})

t.test('a question that names one thing brings nothing', async t => {
  const letter =
    'Guten Tag, wir kommen im Mai mit dem Rad aus Passau und freuen uns schon sehr auf den Fluss. Meine Schwester hatte im letzten Jahr ' +
    'Ärger mit ihrem Schloss. Daher meine Frage: Habt ihr einen Fahrradkeller?'
  t.equal(coreQuestion(letter, 'de'), 'Daher meine Frage: Habt ihr einen Fahrradkeller?')
})

t.test("the numbers of the reader's own matter stay", async t => {
  const letter = 'Bonjour, merci encore pour votre accueil de la semaine passée, toute la famille en parle encore avec plaisir le soir. ' +
    "Notre caravane mesure 7 m. Le temps était magnifique et les enfants ont adoré l'étang. Quel emplacement convient à une caravane ?"
  t.match(coreQuestion(letter, 'fr'), /mesure 7 m.*Quel emplacement/)
})

t.test('a long message without a question is searched as a whole', async t => {
  const text = 'The old mill stands by the river and nobody has lived there for years. '.repeat(4).trim()
  t.equal(coreQuestion(text, 'en'), text)
})
