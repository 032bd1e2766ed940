// A bare word that many things have is answered with what there is.
import t from 'tap'
import { whichOne } from '../../src/chat/which-one.ts'
import type { FoundPassage } from '../../src/types.ts'

const passage = (title: string, text: string, heading?: string): FoundPassage => ({
  id: title, index: 'pages', title, text, url: '', fields: [], score: 1, similarity: null, stems: ' ', matched: [],
  ...(heading === undefined ? {} : { heading }),
})
const passages = [
  passage('Atelier', 'La journée coûte 45 €.', 'Poterie'), passage('Atelier', 'Comptez 30 € le cours.', 'Vannerie'),
  passage('Atelier', 'Nous sommes au bord du canal.', 'Accès'),
]

t.test('a bare word lists what has one', async t => {
  t.equal(whichOne('tarifs', 'fr', 'fr', passages), "De quoi s'agit-il ? J'ai : Poterie ; Vannerie.")
  t.equal(whichOne('Combien ça coûte ?', 'fr', 'fr', passages), "De quoi s'agit-il ? J'ai : Poterie ; Vannerie.")
})

t.test('a question with a subject, of the organisation itself, or with one answer is answered', async t => {
  t.equal(whichOne('tarif poterie', 'fr', 'fr', passages), null)
  t.equal(whichOne('horaires', 'fr', 'fr', passages), null)
  t.equal(whichOne('téléphone', 'fr', 'fr', passages), null)
  t.equal(whichOne('tarifs', 'fr', 'fr', passages.slice(0, 1)), null)
  t.equal(whichOne('tarifs', 'fr', 'fr', []), null)
  t.equal(whichOne('tarif PO-12/3', 'fr', 'fr', passages), null, 'a code is a subject')
  t.equal(whichOne('combien pour du A2', 'fr', 'fr', passages), null, 'a format is one')
})

t.test('of ages only those of people are listed', async t => {
  const courses = [
    passage('Torneo', 'A partir de 9 años.'), passage('Piezas', 'Se guardan dos meses.'), passage('Barro', 'Desde los 6 años.'),
  ]
  t.equal(whichOne('¿desde qué edad?', 'es', 'es', courses), '¿A cuál se refiere? Tengo: Torneo; Barro.')
  t.equal(whichOne('¿desde qué edad?', 'es', 'es', courses.slice(0, 2)), null)
})
