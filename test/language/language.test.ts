// Detects the language of a question: the company's, unless another one is certain.
import t from 'tap'
import { questionLanguage } from '../../src/language/language.ts'

t.test('short questions are in the company\'s language', async t => {
  for (const text of ['', '?', 'Prix', 'taille 4', 'delivery time', '👶', 'T4']) {
    t.equal(questionLanguage(text, 'fr'), 'fr', text)
    t.equal(questionLanguage(text, 'en'), 'en', text)
  }
})

t.test('a question of figures and codes is in the company\'s language', async t => {
  for (const text of ['300 150 T4 EN716', 'Prix lot 300 couches taille 4?', 'RTX 4090 24 GB']) {
    t.equal(questionLanguage(text, 'fr'), 'fr', text)
  }
})

t.test('a whole sentence in another language is recognised', async t => {
  t.equal(questionLanguage('How long does the delivery take to an island?', 'fr'), 'en')
  t.equal(questionLanguage('Combien de temps faut-il pour recevoir le colis chez moi ?', 'en'), 'fr')
  t.equal(questionLanguage('¿Cuánto tiempo tarda en llegar el paquete a mi casa?', 'fr'), 'es')
  t.equal(questionLanguage('Wie lange dauert es, bis das Paket bei mir ist?', 'fr'), 'de')
  t.equal(questionLanguage('¿Está permitida la barbacoa en julio?', 'fr'), 'es', 'only Spanish has its marks')
})

t.test('what asks says the language of a question whose small words two languages share', async t => {
  t.equal(questionLanguage('tarif du nettoyage des tapis', 'de'), 'fr')
  t.equal(questionLanguage('prix de la location d\'un kayak à la semaine', 'es'), 'fr')
  t.equal(questionLanguage('precio de la entrada para dos personas', 'fr'), 'es')
})

t.test('borrowed words and typos do not change the language', async t => {
  t.equal(questionLanguage('Quel est le prix du sac de couchage "The North Face" pour la randonnée ?', 'fr'), 'fr')
  t.equal(questionLanguage('Do you sell the café crème set with a croissant?', 'en'), 'en')
  t.equal(questionLanguage('combien coute la pousette compacte pour l avion', 'fr'), 'fr')
})

t.test('a question in a language without word lists counts as the company\'s', async t => {
  t.equal(questionLanguage('hoe lang duurt de levering naar Rotterdam', 'und'), 'und')
  t.equal(questionLanguage('Сколько стоит доставка в Москву?', 'und'), 'und')
})

t.test('other scripts break nothing', async t => {
  for (const text of ['你好，这个多少钱？', 'كم سعر الحفاضات مقاس أربعة', '👶 🎉 🍼 👶', '\ud800 \ud800 \ud800']) {
    t.equal(questionLanguage(text, 'fr'), 'fr', text)
  }
})
