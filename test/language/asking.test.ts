// The type of fact that a question asks for.
import t from 'tap'
import { answerType, askingWords, holdsType } from '../../src/language/answer-types.ts'
import type { AnswerType } from '../../src/language/asking.ts'
import type { Language } from '../../src/types.ts'

t.test('a word that asks for a height asks for an amount where the noun after it is one', async t => {
  const cases: [question: string, language: Language, type: AnswerType][] = [
    ['Wie hoch ist der Zins?', 'de', 'percent'],
    ['Wie hoch sind die Bauzinsen gerade?', 'de', 'percent'],
    ['Wie hoch ist die jährliche Kontoführungsgebühr?', 'de', 'price'],
    ['Wie hoch ist die Kaution', 'de', 'price'],
    ['Wie hoch ist der Turm?', 'de', 'length'],
    ['Wie hoch darf mein Fahrzeug sein?', 'de', 'length'],
    ['How high is the interest?', 'en', 'percent'],
    ['How big is the deposit?', 'en', 'price'],
    ['How high is the tower?', 'en', 'length'],
    ['How big is the tent?', 'en', 'volume'],
    ['A cuánto asciende la cuota', 'es', 'price'],
    ['Hoe hoog is de rente?', 'und', 'percent'],
    ['Hoe hoog is de vrijwillige bijdrage?', 'und', 'price'],
    ["Quanto è alto l'affitto?", 'und', 'price'],
    ['Hoe hoog is de kast?', 'und', 'length'],
    ['hoe duur is de tuin', 'und', 'price'],
    ['Wat is de duur van de cursus?', 'und', 'duration'],
    ['Il parcheggio è a pagamento?', 'und', 'price'],
    ['Le vestiaire est-il payant ?', 'fr', 'price'],
    ['What are your repair times?', 'en', 'duration'],
    ['What are the dates of the fair?', 'en', 'time'],
    ['Wie sind die Wartezeiten?', 'de', 'duration'],
    ['Wie lange habt ihr am Feiertag offen?', 'de', 'time'],
    ['Wie lange hat das Museum auf?', 'de', 'time'],
    ['Habt ihr montags zu?', 'de', 'time'],
    ['Wie lange ist die Garantie nach dem Kauf?', 'de', 'duration'],
    ['Wie lange ist die Probezeit im Verkauf?', 'de', 'duration'],
    ['Wie ist die Lieferzeit?', 'de', 'duration'],
    ['What is the date of the concert?', 'en', 'time'],
    ['Quelle est la date du concert ?', 'fr', 'time'],
    ['¿Cuáles son las fechas de los cursos?', 'es', 'time'],
    ['Gibt es Seniorenrabatt?', 'de', 'discount'],
    ["Quel est le temps d'attente ?", 'fr', 'duration'],
    ['Quelles sont les dates des stages ?', 'fr', 'time'],
    ['¿Cuál es el tiempo de espera?', 'es', 'duration'],
    ['¿El ropero es de pago?', 'es', 'price'],
  ]
  for (const [question, language, type] of cases) t.equal(answerType(question, language), type, question)
  const others: [question: string, language: Language][] = [
    ['Nehmen Sie neue Patienten auf?', 'de'], ['Wir sind neu hier, nehmt ihr Katzen auf?', 'de'], ['Stellt ihr die Möbel auf?', 'de'],
    ['Do you sell dates for Ramadan?', 'en'], ['Do you stock the dates of Medjool?', 'en'],
    ['Is there a turnaround for buses?', 'en'], ['Faut-il donner la date de naissance ?', 'fr'],
    ['¿Hay que dar la fecha de nacimiento?', 'es'], ['Habt ihr eine Hochzeitstorte zur Hochzeit?', 'de'],
  ]
  for (const [question, language] of others) t.equal(answerType(question, language), null, question)
  t.equal(answerType('¿Qué formas de pago hay?', 'es'), null, 'how people pay')
  t.notOk(askingWords('¿Qué formas de pago hay?', 'es').has('pago'))
  t.equal(answerType('How do I reach the team?', 'en'), 'contact')
  t.equal(answerType('How do I reach the castle by bus?', 'en'), null, 'the way there')
})

t.test('a rate is a price where people, times or things pay it, a share elsewhere, and a speed is neither', async t => {
  const cases: [question: string, type: AnswerType | null][] = [
    ['group rate for 16 visitors', 'price'],
    ["What is the children's rate?", 'price'],
    ['Is there a student rate?', 'price'],
    ['hourly rates of the workshop', 'price'],
    ['What are your shipping rates to Ireland?', 'price'],
    ['off-peak rate', 'price'],
    ['Is there a better rate for two adults?', 'price'],
    ['What is the rate per night in May?', 'price'],
    ['rate for 2 year fixed saver', 'percent'],
    ['What is the mortgage rate?', 'percent'],
    ['What is the monthly rate of interest?', 'percent'],
    ['What rate do savers get?', 'percent'],
    ['rate limit of the api', null],
    ['Does the watch show my heart rate?', null],
    ['Where can I rate a product?', null],
  ]
  for (const [question, type] of cases) t.equal(answerType(question, 'en'), type, question)
  t.notOk(askingWords('group rate for 16 visitors', 'en').has('group'), 'who pays is what the question is about')
  t.ok(askingWords('group rate for 16 visitors', 'en').has('rate'))
  t.notOk(askingWords('What is the heart rate?', 'en').has('rate'), 'a speed is a topic')
})

t.test('people, repetition and lower prices are asked for', async t => {
  const cases: [question: string, language: Language, type: AnswerType][] = [
    ['Who is in charge of the archive?', 'en', 'person'],
    ['Qui s’occupe des ruches ?', 'fr', 'person'],
    ['Wer ist die Chefin?', 'de', 'person'],
    ['Ab wann darf man ins Dampfbad?', 'de', 'age'],
    ['¿Quién es el encargado?', 'es', 'person'],
    ['Chi è il titolare?', 'und', 'person'],
    ['Wie is de beheerder?', 'und', 'person'],
    ['Tous les combien faut-il tailler ?', 'fr', 'frequency'],
    ['Wie oft trifft sich der Chor?', 'de', 'frequency'],
    ['Hoe vaak wordt er geveegd?', 'und', 'frequency'],
    ['How much off do students get?', 'en', 'discount'],
    ['Gibt es Ermäßigung für Rentner?', 'de', 'discount'],
    ['Do you charge for the key?', 'en', 'price'],
  ]
  for (const [question, language, type] of cases) t.equal(answerType(question, language), type, question)
  t.not(answerType('Can I charge my scooter here?', 'en'), 'price')
})

t.test('what these answers look like', async t => {
  t.ok(holdsType('The archive is run by Odile Brandt.', 'person'))
  t.notOk(holdsType('The archive is in the cellar.', 'person'))
  t.ok(holdsType('Der Chor trifft sich alle zwei Wochen.', 'frequency'))
  t.ok(holdsType('Students pay £4.', 'discount'))
  t.ok(holdsType('On Sundays the fares are doubled.', 'price'))
  t.ok(holdsType('Rentner zahlen die Hälfte.', 'price'))
  for (const text of ['A half-timbered house.', 'Please pay half an hour before the show.', 'The charges are double glazed.']) {
    t.notOk(holdsType(text, 'price'), text)
  }
  t.ok(holdsType('20 % weniger für zwei.', 'discount'))
  t.notOk(holdsType('The locker is £3 a day.', 'discount'), 'any other price')
  for (const phone of ['Escríbenos o marca el 914 22 31 08.', 'Chiamate il 347 5512098', 'Ring (212) 555-0148', 'Tel. 03 88 11 20 45',
    'tel. 925 11 20 45', 'Telefone: 253 40 71 88', 'Tlf. 22 41 58 03']) {
    t.ok(holdsType(phone, 'phone'), phone)
  }
  for (const none of ['El coche cuesta 914.500 €', 'in 1994 and 2003', '650 000 000 €', 'EN 716 300 20',
    'A telephone from 12 000 000 €', 'Order 253 40 71 88', 'Art. 654 901 2345', 'Konto Nr. 300 123 4567']) {
    t.notOk(holdsType(none, 'phone'), none)
  }
  t.ok(holdsType('The shop is on Mill Lane.', 'place'))
  t.ok(holdsType('서울시 중구 을지로 12', 'place'))
  t.notOk(holdsType('지하철로 10분', 'place'), 'by underground')
  t.ok(holdsType('Camino Real 4', 'place'))
  t.notOk(holdsType('El camino empieza en abril.', 'place'), 'any way')
})

t.test('a role is no topic, what it is a role in is', async t => {
  const words = askingWords('Who is the director of the choir?', 'en')
  t.ok(words.has('director'))
  t.notOk(words.has('choir'))
})

t.test('Portuguese questions ask for their types of fact', async t => {
  const cases: [question: string, type: AnswerType | null][] = [
    ['Quanto custa o aluguer?', 'price'], ['quanto fica por mês', 'price'], ['Onde é que ficam?', 'place'], ['qual é a morada', 'place'],
    ['A que horas fecham?', 'time'], ['Qual é o horário da loja?', 'time'], ['Quem é o dono?', 'person'],
    ['Qual o número de telefone?', 'phone'],
    ['Quanto tempo demora a entrega?', 'duration'], ['Com que antecedência devo reservar?', 'duration'], ['A partir de que idade?', 'age'],
    ['Quantas pessoas cabem?', 'count'], ['Há desconto para estudantes?', 'discount'], ['O que devo levar?', null],
  ]
  for (const [question, type] of cases) t.equal(answerType(question, 'und'), type, question)
  t.notOk(askingWords('Quanto custa o aluguer?', 'und').has('aluguer'), 'what is asked about')
  t.equal(answerType('Quanto é o bilhete?', 'und'), 'price')
  t.equal(answerType('Quando começa a visita?', 'und'), 'time')
})

t.test('words of Portuguese take no Italian question from its own rules', async t => {
  const cases: [question: string, type: AnswerType][] = [
    ['Quanto è largo il ponte?', 'length'], ['Quanto è grande il campo?', 'length'], ['Quanto è alto lo sconto?', 'discount'],
    ['Quanto è alto l\'interesse?', 'percent'], ['Quanto costa la gita quando nevica?', 'price'], ['Quanto è in tutto?', 'price'],
    ['Da quando sono disponibili?', 'stock'], ['Che prezzo ha al peso?', 'price'], ['Entro quando devo disdire?', 'deadline'],
  ]
  for (const [question, type] of cases) t.equal(answerType(question, 'und'), type, question)
})

t.test('who wants to speak to a person asks how to reach one', async t => {
  const cases: [question: string, language: Language][] = [
    ['I want to talk to a real person', 'en'], ['can I speak to someone', 'en'], ['je veux parler à un humain', 'fr'],
    ['Puis-je avoir quelqu’un en ligne ?', 'fr'], ['kann ich mit einem Menschen sprechen', 'de'],
    ['quiero hablar con una persona', 'es'],
    ['vorrei parlare con una persona vera', 'und'], ['kan ik met iemand praten', 'und'], ['quero falar com alguém', 'und'],
  ]
  for (const [question, language] of cases) t.equal(answerType(question, language), 'contact', question)
  for (const [question, language] of [
    ['Do you talk about the war?', 'en'], ['Le guide parle-t-il anglais ?', 'fr'], ['Sprechen Sie Deutsch?', 'de'],
    ['¿Hablan inglés?', 'es'], ['Peut-on avoir une personne de trop à table ?', 'fr'], ['Puis-je avoir quelqu’un dans mon box ?', 'fr'],
  ] as const) t.equal(answerType(question, language), null, question)
  t.notOk(askingWords('Peut-on avoir une personne de trop à table ?', 'fr').has('personne'), 'who comes is what is asked about')
})

t.test('until when something is may be told by a time or by a duration', async t => {
  for (const [question, language] of [
    ['Until when is a voucher valid?', 'en'], ["Jusqu'à quand puis-je annuler ?", 'fr'], ['Bis wann muss ich absagen?', 'de'],
    ['¿Hasta cuándo puedo cambiarlo?', 'es'], ['Entro quando devo pagare?', 'und'], ['Tot wanneer kan ik ruilen?', 'und'],
  ] as [string, Language][]) t.equal(answerType(question, language), 'deadline', question)
  for (const text of ['Vouchers are valid for a year.', 'Until 3 May.', 'Le bon est valable pendant un an.', 'bis 18 Uhr']) {
    t.ok(holdsType(text, 'deadline'), text)
  }
  for (const text of ['Within 10 days of the order.', 'innerhalb von 10 Tagen', 'valable 6 mois']) t.ok(holdsType(text, 'deadline'), text)
  for (const text of [
    'A room is £9 a day.', 'He is a year older.', 'Bring a towel.', 'The tour takes 3 hours.', 'Wir backen seit dreißig Jahren.',
    'Der Kurs dauert einen Tag.', 'La balade dure une heure.',
  ]) t.notOk(holdsType(text, 'deadline'), text)
  for (const [question, language] of [
    ['Bis wann habt ihr sonntags auf?', 'de'], ['Until when is the café open?', 'en'], ['¿Hasta cuándo abren?', 'es'],
    ["Jusqu'à quand la piscine est-elle ouverte ?", 'fr'], ['Fino a quando siete aperti?', 'und'],
  ] as [string, Language][]) t.equal(answerType(question, language), 'time', question)
})

t.test('a few letters ask for an address or a number', async t => {
  for (const [question, language, type] of [
    ['adresse', 'fr', 'place'], ['phone nr', 'en', 'phone'], ['where r u', 'en', 'place'], ['numéro ?', 'fr', 'phone'],
  ] as [string, Language, AnswerType][]) t.equal(answerType(question, language), type, question)
  t.equal(answerType('Une adresse de livraison suffit-elle', 'fr'), null)
  t.equal(answerType('Le numéro du dossier suffit-il', 'fr'), null)
})

t.test('a person is named beside a role; a role without a name, or a capital without a role, names none', async t => {
  for (const text of [
    'Die Vorsitzende, Dr. Jule Brandt, hat montags Zeit.', "Odile Roux dirige l'atelier.", 'Der Vermieter heißt Piet.', 'Ask Mr Okoro.',
    'Ines Holt has run the ferry since 2011.', 'La encargada es Nieves.', 'De voorzitter is Piet van den Berg.', 'Manager: Ada Brook',
  ]) t.ok(holdsType(text, 'person'), text)
  for (const text of [
    'Fehlt die Leiterin, entfällt die Probe.', 'We write to the tax director.', 'The manager is away.', 'Fragen Sie den Trainer im Verein.',
    'Berlin und Hamburg', 'Parcels go to New York.', 'Our manager has keys.',
  ]) t.notOk(holdsType(text, 'person'), text)
})

t.test('free entry is a price', async t => {
  for (const text of ['Der Eintritt ist frei.', 'Entrée libre.', 'Entrada libre', 'Ingresso libero']) t.ok(holdsType(text, 'price'), text)
  for (const text of ['Der Eintritt kostet etwas.', 'Le terrain est libre.', 'Wir haben frei.']) t.notOk(holdsType(text, 'price'), text)
})

t.test('more words for costs, masters, times and places', async t => {
  for (const [question, language, type] of [
    ['gastos de envío', 'es', 'price'], ['whos the skipper', 'en', 'person'], ['sunday times', 'en', 'time'],
  ] as [string, Language, AnswerType][]) t.equal(answerType(question, language), type, question)
  t.not(answerType('Sunday Times crossword', 'en'), 'time')
  t.ok(holdsType('Estamos en el camino de los Molinos.', 'place'))
  t.ok(holdsType('El taller está en la calle del Alfar 3.', 'place'))
  for (const street of ['via del Mulino 4', 'via della Torre 9', "viale dell'Olmo 2", 'piazza degli Orti 1']) {
    t.ok(holdsType(street, 'place'))
  }
  for (const text of ['Spedizione via dei corrieri.', 'Se cierra la calle del mercado los lunes.', 'Confermiamo via e-mail.']) {
    t.notOk(holdsType(text, 'place'), text)
  }
})

t.test('what takes place is asked for, and the place is no topic', async t => {
  const when: [question: string, language: Language, words: string[]][] = [
    ['Quand a lieu le marché ?', 'fr', ['quand', 'a', 'lieu']], ['le marché a lieu quand', 'fr', ['a', 'lieu', 'quand']],
    ['When does the market take place?', 'en', ['when', 'take', 'place']],
    ['¿Cuándo tiene lugar el mercado?', 'es', ['cuando', 'tiene', 'lugar']],
    ['Quando ha luogo il mercato?', 'und', ['quando', 'ha', 'luogo']], ['Wann findet der Markt statt?', 'de', ['wann', 'statt']],
    ['Wanneer vindt de markt plaats?', 'und', ['wanneer', 'plaats']],
  ]
  for (const [question, language, words] of when) {
    t.equal(answerType(question, language), 'time', question)
    t.same([...askingWords(question, language)].sort(), words.sort(), question)
  }
  t.equal(answerType('Où a lieu le marché ?', 'fr'), 'place')
  const others: [question: string, language: Language, word: string][] = [
    ['Quel est le lieu du concert ?', 'fr', 'lieu'], ['Quand le lieu est-il chauffé ?', 'fr', 'lieu'],
    ['un café au lieu du thé', 'fr', 'lieu'],
    ['Y a-t-il lieu de réserver ?', 'fr', 'lieu'], ['Quand le tiers-lieu ouvre-t-il ?', 'fr', 'lieu'],
    ['Quand vendez-vous du lieu noir ?', 'fr', 'lieu'],
    ['When can I take the place of a friend?', 'en', 'place'], ['When is a place free?', 'en', 'place'],
    ['Can I take dogs into the place?', 'en', 'take'],
    ['When do you place the order?', 'en', 'place'], ['When do you take cards?', 'en', 'take'], ['Does it take long?', 'en', 'take'],
    ['¿Cuándo abre el lugar?', 'es', 'lugar'], ['¿Hay lugar el lunes?', 'es', 'lugar'], ['¿Cuándo tiene un lugar libre?', 'es', 'lugar'],
    ['Quando apre il luogo?', 'und', 'luogo'], ['Quale luogo consigliate?', 'und', 'luogo'],
    ['Wann gibt es Tee statt Kaffee?', 'de', 'statt'], ['Kann ich Tee statt Kaffee haben?', 'de', 'statt'],
    ['Wanneer is er plaats voor twee?', 'und', 'plaats'], ['Is er nog plaats?', 'und', 'plaats'],
  ]
  for (const [question, language, word] of others) t.notOk(askingWords(question, language).has(word), question)
})

t.test('a question for nothing but a place is one in any order', async t => {
  for (const [question, language] of [
    ['Vous êtes où ?', 'fr'], ["C'est où", 'fr'], ['On vous trouve où ?', 'fr'], ['où ?', 'fr'], ['Where is it?', 'en'], ['where', 'en'],
    ['Wo ist das?', 'de'], ['wo', 'de'], ['¿Dónde queda?', 'es'], ['dónde', 'es'], ['Dove?', 'und'], ['onde é?', 'und'],
  ] as [string, Language][]) t.equal(answerType(question, language), 'place', question)
  for (const [question, language] of [
    ["C'est où qu'on range les pagaies ?", 'fr'], ['Où ranger les pagaies ?', 'fr'], ['thé ou café', 'fr'], ["C'est rouge ou bleu ?", 'fr'],
    ['Vous êtes ouverts ou non', 'fr'], ['Vous êtes deux ou trois', 'fr'], ['où manger', 'fr'], ['Where do I leave the oars?', 'en'],
    ['Where is it written?', 'en'], ['Where can I eat?', 'en'], ['Tell me where', 'en'], ['Is it where the mill was?', 'en'],
    ['Wo ist das Ruder?', 'de'], ['Wo ist es billig?', 'de'], ['Wo gibt es Tee?', 'de'], ['so wie wo anders', 'de'],
    ['¿Dónde queda la llave guardada?', 'es'], ['dónde comer', 'es'], ['Dove mangiare?', 'und'], ['onde comer', 'und'],
    ['Waar eten we?', 'und'],
  ] as [string, Language][]) t.not(answerType(question, language), 'place', question)
})

t.test('a number that is rung may begin with a 2, and one of a register is none', async t => {
  for (const phone of ['Avise-nos pelo 253 812 640.', 'Ligue 212 345 678', 'Ligar para o 21 345 67 89', 'Call 226.478.103',
    'Marque o 289312745',
    'RCS : appelez le 912 345 678']) {
    t.ok(holdsType(phone, 'phone'), phone)
  }
  for (const none of ['SIREN 812 345 678', 'SIRET : 912 345 678 00012', 'RCS Lyon 812 345 678', 'NIF 608 123 456', 'NIPC: 908 123 456',
    'TVA n° 812 345 678', 'VAT 912 345 678', 'KvK 612 345 678', '253 812 640 visitors', 'over 212 345 678 stars', 'Call from 10 to 12',
    'Appelez de 10-12 h', 'Ligue de 2024', 'Liga 2019 2020 2021', 'Ring 2 000 000 €', 'Call 20 30', 'pelo menos 212 345 678 000',
    'Composez le 2468', 'Le poste 212', 'A quota de 212 345 678 quotas', 'Call it 250 000 000 £']) {
    t.notOk(holdsType(none, 'phone'), none)
  }
})
