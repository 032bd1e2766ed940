// Sentences end where they end: not after abbreviations, initials and ordinals, in six languages.
import t from 'tap'
import { sentences } from '../../src/language/sentences.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

/** Each list is one text, given as its sentences. */
const texts: Record<string, string[][]> = {
  de: [
    ['Die Terrasse öffnet am 24. April.', 'Hunde sind erlaubt.'],
    ['Das Haus stammt aus dem 17. Jahrhundert.', 'Es hat drei Etagen.'],
    ['Vom 1. bis zum 15. August bleibt die Praxis zu.', 'Danach gilt: Termine nur nach Anruf.'],
    ['Wir nehmen z. B. Batterien, d. h. Altgeräte, u. a. Radios.', 'Der Hof ist offen.'],
    ['Bitte bringen Sie Nr. 7 und Abs. 2 mit.', 'Dr. Hellwig und Prof. Dr. Anke Lorenz sind da.'],
    ['Der Preis beträgt 18.', 'Das gilt ab sofort.'], ['Der Eintritt kostet 12.', 'Kinder zahlen nichts.'],
    ['Sie finden uns in der Ahornstr. 12 im 3. Stock.', 'Parkplätze gibt es.'], ['Der Kurs dauert 45 Min.', 'Danach gibt es Tee.'],
    ['Mo. bis Fr. 8–12 Uhr, Sa. 9.30 Uhr bis mittags.', 'Der Lift ist da.'], ['Die Kasse kennt er so.', '10 Uhr passt.'],
    ['Das geht nur So.', '2-3 Tage dauert es.'],
    ['Preis inkl. Versand, zzgl. Pfand bzw. Einsatz.', 'Siehe S. 12.'],
    ['Wir haben, u. a. Batterien, vieles da.', 'Das gilt, d. h. Sie zahlen nichts.'], ['Offen bis 18 Uhr usw.', 'Am Montag ist zu.'],
    ['Träger ist der Förderverein e. V.', 'Die Satzung liegt aus.'], ['Der Sportclub e.V. hat 300 Mitglieder.', 'Das freut uns.'],
    ['Hr. Weiß und die Fa. Huber liefern.', 'Die max. Menge ist 12.'], ['Die Höhe beträgt max. 3 m.', 'Die Breite 2 m.'],
    ['Siehe § 5 Abs. 2 S. 1.', 'Das Gesetz gilt.'], ['Betriebsferien sind bis 2.1. einschließlich.', 'Vom 24.12. bis 2.1. Inventur.'],
    ['Er sagte: „Kommen Sie.“', 'Danach ging er.'], ['„Ist offen?“', 'Ja, bis 5.'], ['»Kommen Sie.«', 'Er ging.'],
    ['I. d. R. Sie selbst zahlen.', 'Das Fest ist am Sa. 5. Mai.'], ['Eine Stufe an der Kath. Kirche.', 'Der Bus hält.'],
    ['Der Kurs hat 12 Plätze max.', 'Der Raum ist klein.'],
  ],
  fr: [
    ['M. Alaoui et Mme. Berthier vous reçoivent au 3e étage.', 'Le bureau ferme à midi.'],
    ['Voir art. 4 et chap. 2.', 'Les délais sont de 30 jours.'], ['Tél. 04 11 22 33 44, env. 20 min.', 'Le parking est gratuit.'],
    ['Ouvert le lun. 9 h - 12 h, sam. 10 h - 16 h 30.', 'Entrez.'],
    ['Ouvert jusqu’à 18 h.', 'Fermé le dimanche.'], ['La piscine mesure 25 m.', 'Le bassin est chauffé à 27 °C.', 'Entrez.'],
    ['Pain, gâteaux, etc.', 'Le tout est fait ici.'], ['Le stage dure 3 h. 12 places restent.'], ['L’art. L. 121 s’applique.', 'Voyez.'],
    ['Elle demande : « Où est-ce ? »', 'Personne ne sait.'], ['« Entrez. »', 'Il sourit.', '« Bien. »'],
    ['Fermé du 1er janv. au 3 févr. 2027.', 'Merci.'], ['Nous vendons, p. ex. Des scies.', 'S. M. le Roi est venu.'],
    ['Le lot comprend la taille 4.', 'Livraison offerte.'], ['Le pont date de 52 av. J.-C. environ.', 'Il a été restauré par J. Delmas.'],
  ],
  en: [
    ['Ask for No. 5 at the desk.', 'Is there a fee? No.', 'The visit is free.'],
    ['Mr. Oakes and Dr. Lin work at St. Mary.', 'They speak Welsh.'],
    ['It holds vitamin C.', 'The dose is small.'], ['See fig. 3 and p. 12.', 'Open from 9 to 5.', 'Closed on Monday.'],
    ['J. R. Sutter built it vs. a rival.', 'It stands.'],
    ['Collection: Tues. to Fri. 9.30 am - 6 pm, Sat. 10 am - 2 pm.', 'Ring the bell.'],
    ['It is open until 5 p.m.', 'We close on Sundays.'], ['The tour starts at 10 a.m. Monday to Friday.', 'It is free.'],
    ['We ship to the U.S. Postal Service.', 'We like the U.S.', 'They like us.'],
    ['Bring apples, i.e. Coxes.', 'Not pears, e.g. The green.'],
    ['J. K. Rowling and A. B. Hale own Mail Ltd. since May.', 'Mail Ltd.', 'It is near.'], ['See Mt. Vernon.', 'It is high.'],
    ['Wait...', 'It comes.', 'We have cakes ... and tea.'], ['Children are free.', '£5 is the price for approx. £9 of food.'],
    ['Open from Dec. 12 to Jan. 3 only.', 'Three years ago.', '5 came in Sept. 1999.'], ['The pool is 25 m.', 'The sauna is hot.'],
    ['She said “Come in.”', '“Why?”', 'He left.'], ['It takes 230 V.', 'The fuse is small.', 'The plug is 10 A. 5 sockets.'],
    ['The hall faces the sun.', '10 am is best.'], ['We never sat.', '3 to 5 chairs were missing.'],
  ],
  es: [
    ['El Sr. Vidal y la Dra. Campos atienden el núm. 8.', 'La consulta cierra a las 14.', 'No hay urgencias.'],
    ['Véase pág. 12 y art. 3.', 'El plazo es de diez días.'],
    ['Enviamos a EE. UU. y Canadá.', 'También a EE. UU.', 'El plazo es de diez días.'], ['Los Sres. Gil y el Sr. D. Juan firman.', 'Hoy.'],
    ['Hay frutas, p. ej. Manzanas.', 'S. M. el Rey vino.'], ['Cerramos a las 5 p. m.', 'El bar sigue.', 'Reabre a las 9 a. m. Martes no.'],
    ['El templo es del 20 d. C.', 'Ambos son romanos.'], ['Dijo: «Pasen.»', 'Luego salió.'],
    ['Un balcón frente al mar.', '3 a 5 camas por piso.'], ['La casa mira al mar.', '9 a 14 h abre el bar.'],
    ['Abierto el sáb. 9 a 14 y el dom. 10 a 13.', 'Pase.'],
  ],
  it: [
    ['Il Sig. Conti e il dott. Ferri ricevono al n. 4.',
      'La segreteria chiude alle 18.'], ['Vedi art. 7 e pag. 2.', 'Il forno apre alle 6.'],
    ['Per es. Lunedì siamo chiusi.', 'La ditta Neri S.p.A. vende.'], ['Nel 50 a.C. fu costruito.', 'Pane, dolci, ecc.', 'È tutto.'],
  ],
  pt: [['A igreja de S. João fica ao lado.', 'O Sr. Silva e a Sra. D. Ana atendem.'], ['Pão, leite, etc.', 'A loja é grande.']],
  nl: [
    ['De fa. Jansen B.V. levert o.a. Brood.', 'De prijs is vast.'], ['Het bad is 25 m.', 'De deur is open.'],
    ['Dhr. Kuiper en mevr. Bos zitten op nr. 9.', 'De school begint om 8.'],
    ['Neem bijv. Melk of brood mee.', 'Zie blz. 3.'],
  ],
  zh: [['商店九点开门。', '周日休息！', '有停车场吗？', '有。']],
}

for (const [language, list] of Object.entries(texts)) {
  t.test(`splits ${language} where sentences end`, async t => {
    for (const expected of list) {
      const [one, ...others] = expected
      const text = others.reduce((text, sentence) => text + (language === 'zh' ? '' : ' ') + sentence, one!)
      const parts = expected.flatMap(sentence => sentence.split(/(?<=\?) (?!»)/))
      t.same(sentences(text), parts)
    }
  })
}

t.test('splits sentences that no space parts, and not names, addresses and abbreviations', async t => {
  t.same(sentences('Der Hof ist offen.Hunde sind erlaubt.'), ['Der Hof ist offen.', 'Hunde sind erlaubt.'])
  t.same(sentences('Es kostet 5 €.Kinder zahlen nichts.'), ['Es kostet 5 €.', 'Kinder zahlen nichts.'])
  t.same(sentences("C'est là (ici).L'entrée est libre, etc.Le bar."), ["C'est là (ici).", "L'entrée est libre, etc.", 'Le bar.'])
  t.same(sentences('Really?Yes, it is free!Come in.'), ['Really?', 'Yes, it is free!', 'Come in.'])
  for (const text of [
    'Use Node.js or net.Socket here.', 'Book at Hostel.World or www.hostel.World today.', 'See mail@example.Com for more.',
    'Am 2.Mai im 3.Stock bei Dr.Huber, z.B.Montag.', 'Der Verein e.V. hilft.', 'Is a?B : C or x.Y of it.', 'Version 2.5.Beta is out.',
  ]) t.same(sentences(text), [text])
})

t.test('keeps the number of a step with its text, and splits lines', async t => {
  t.same(sentences('1. Drehen Sie zu. 2. Warten Sie.'), ['1. Drehen Sie zu.', '2. Warten Sie.'])
  t.same(sentences('Montag\nDienstag am 3. Mai'), ['Montag', 'Dienstag am 3. Mai'])
})

t.test('loses no letter, and splitting again changes nothing', async t => {
  const piece = fc.constantFrom(
    'am 3. ', 'Mai', 'M. ', 'Theo. ', 'z. B. ', 'x', '. ', '? ', '\n', 'Der Hof ', '12', 'No. ', '。', '"', ') ', 'Abs'
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 15 }), pieces => {
    const text = pieces.join('')
    const found = sentences(text)
    if (found.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw new Error(JSON.stringify(found))
  }), propertyRuns(500, { seed: 20260301 }))
  t.pass()
})

t.test('the time for a long text grows linearly', async t => {
  for (const text of ['A. '.repeat(50_000), '1. A'.repeat(50_000), 'Nr. 1 '.repeat(50_000), ' '.repeat(100_000)]) {
    const began = cpuMs()
    sentences(text)
    t.ok(cpuMs() - began < 2000, text.slice(0, 6))
  }
})
