// Messages that ask nothing, and messages that only begin like them.
import t from 'tap'
import { courtesyOf, withoutCourtesy } from '../../src/language/courtesy.ts'
import type { CourtesyKind, CourtesyLanguage, Language } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const courtesies: Record<CourtesyLanguage, Partial<Record<CourtesyKind, string[]>>> = {
  en: {
    greeting: [
      'Hello!',
      'hi there',
      'Good evening, everyone',
      'Heyyyy',
      'Is anybody there?',
      'I have a quick question',
      'Could you help me, please?',
    ],
    wellbeing: ['How are you doing today?', "Hi! What's up?"],
    identity: ['Who am I talking to?', 'hello, are you a real person?', 'What can you do for me?', "What's your name?"],
    thanks: ['Thank you so very much for your prompt reply', 'thx!!', 'Great, thanks a lot 🙏', 'Many thanks in advance', 'no, thanks'],
    goodbye: ['Thanks, have a lovely weekend!', 'see you soon', 'Kind regards', "That's all, bye"],
    acknowledgement: ['OK', 'got it', 'Perfect.', 'Very helpful!', 'Sure, no problem', 'hahaha', 'yes please', '👍🏽👍🏽', ':-)', '❤️', '?'],
  },
  fr: {
    greeting: ['Bonjouuur', 'bonsoir madame', 'Bonjour, j’ai une petite question', 'bonjur', 'Il y a quelqu’un ?'],
    wellbeing: ['Salut, ça va ?', 'Comment allez-vous ?'],
    identity: ['Vous êtes qui ?', 'Est-ce que vous êtes un robot ?', 'À quoi sers-tu ?', 'Bonjour, à qui ai-je affaire ?'],
    thanks: ['Un grand merci à toute l’équipe pour votre patience', 'MERCI', 'Merci d’avance', 'je vous remercie de vos conseils'],
    goodbye: ['Au revoir, bonne soirée', 'Merci et à bientôt', 'Bien cordialement', 'Bon week-end à vous aussi'],
    acknowledgement: ['D’accord', 'Ça marche', 'c’est noté', 'Génial !', 'ok super', 'non', 'mdr'],
  },
  de: {
    greeting: ['Hallo zusammen', 'Schönen guten Abend', 'Grüß Gott', 'Ich hätte da mal eine kurze Frage', 'Können Sie mir bitte helfen?'],
    wellbeing: ['Wie geht’s?', 'Hallo, wie geht es Ihnen heute?'],
    identity: ['Wer sind Sie?', 'Bist du ein Mensch?', 'Was können Sie alles?'],
    thanks: ['Herzlichen Dank für Ihre Mühe', 'Danke schön!', 'Vielen Dank im Voraus', 'danke dir'],
    goodbye: ['Auf Wiedersehen', 'Danke, Ihnen auch einen schönen Tag noch', 'Mit freundlichen Grüßen', 'Tschüss'],
    acknowledgement: ['In Ordnung', 'Alles klar', 'Sehr gut!', 'Ach so, verstehe', 'Ja'],
  },
  es: {
    greeting: ['¡Hola!', 'Buenas tardes, señora', 'Tengo una duda'],
    wellbeing: ['¿Cómo está usted?', 'Hola, ¿qué tal?'],
    identity: ['¿Quién es usted?', '¿Eres una persona?', '¿En qué puedes ayudarme?'],
    thanks: ['Muchísimas gracias por responder', 'Mil gracias', 'gracias de antemano'],
    goodbye: ['¡Hasta la próxima!', 'Gracias, que tenga un feliz fin de semana', 'Un cordial saludo'],
    acknowledgement: ['De acuerdo', 'Entendido', '¡Qué bien!', 'vale, perfecto', 'sí'],
  },
  it: {
    greeting: ['Salve', 'Buona sera a tutti', 'Ho una domanda', 'Potrebbe aiutarmi?'],
    wellbeing: ['Come va?', 'Buongiorno, come sta?'],
    identity: ['Lei chi è?', 'Sei un robot?', 'Che cosa sai fare?'],
    thanks: ['Grazie infinite per la sua cortesia', 'La ringrazio', 'Molte grazie'],
    goodbye: ['Arrivederci e buona giornata', 'A presto!', 'Cordiali saluti'],
    acknowledgement: ['Va bene', 'Ho capito', 'Ottimo lavoro', 'D’accordo'],
  },
  nl: {
    greeting: ['Goedemiddag', 'Hoi allemaal', 'Ik heb nog een vraagje', 'Kunt u mij helpen?'],
    wellbeing: ['Hoe gaat het met je?', 'Alles goed?'],
    identity: ['Wie bent u?', 'Ben je een echt mens?', 'Wat kun je doen?'],
    thanks: ['Heel erg bedankt voor uw snelle reactie', 'Dank u wel', 'Alvast bedankt'],
    goodbye: ['Tot ziens!', 'Bedankt en een prettige dag nog', 'Met vriendelijke groet'],
    acknowledgement: ['Oké', 'Dat is duidelijk', 'Geen probleem', 'Heel fijn!'],
  },
  pt: {
    greeting: ['Olá', 'bom dia', 'Boa tarde a todos', 'Tenho uma pergunta', 'Pode ajudar-me?'],
    wellbeing: ['Tudo bem?', 'Bom dia, como está?'],
    identity: ['Quem és tu?', 'És um robô?', 'O que sabe fazer?', 'com quem falo?'],
    thanks: ['Muito obrigada pela sua ajuda', 'obrigado!', 'Agradeço desde já'],
    goodbye: ['tchau', 'Obrigado e até logo', 'Com os melhores cumprimentos'],
    acknowledgement: ['Está bem', 'percebi', 'Perfeito', 'Sem problema'],
  },
}

for (const [language, kinds] of Object.entries(courtesies) as [CourtesyLanguage, Record<CourtesyKind, string[]>][]) {
  t.test(`what asks nothing in ${language} is recognised, also in a company of another language`, async t => {
    for (const [kind, messages] of Object.entries(kinds)) {
      for (const message of messages) {
        const own = ['it', 'nl', 'pt'].includes(language) ? 'und' : language as Language
        t.match(courtesyOf(message, own), { kind, language: /\p{L}/u.test(message) && own !== 'und' ? language : String }, message)
        t.equal(courtesyOf(message, 'und')?.kind, kind, message)
      }
    }
  })
}

const questions = [
  'Hello, how much is the delivery?', 'Thanks, and on Sundays?', 'Super?', 'top?', 'And then?', 'Thanks, support?', 'Help', 'hello kitty',
  'Thank you for the tent', 'Good tents?', 'How are your tents made?', 'Who are your suppliers?', 'What can you do about a broken pole?',
  'No delivery on Sundays?', 'Please cancel my order', 'a greeting card', 'cello', 'tanks', 'OK, what about returns?', 'hi 4', '4',
  'Good morning hours?',
  'Merci, et le dimanche ?', 'Merci de me donner vos horaires', 'Bonjour, tarif', 'tarif', 'Bonne nuit: combien ?',
  'Qui livre le dimanche ?',
  'Bonjour et le prix ?', 'Une question sur la livraison', 'Salut, c’est combien ?', 'Rien à payer ?', 'aide', 'réponse',
  'Danke, und am Sonntag?', 'Hallo, was kostet das?', 'morgen', 'Guten Tag, Termin morgen?', 'Frage zur Lieferung',
  'Wie geht die Rückgabe?',
  'Gracias, ¿y los domingos?', 'Hola, ¿cuánto cuesta?', 'una consulta', '¿Quién hace los envíos?', 'Buenas camas',
  'Grazie, e la domenica?', 'Ciao, quanto costa?', 'Chi consegna?', 'Bedankt, en op zondag?', 'Hoi, wat kost dat?', 'Wie levert?',
  'dag menu',
  '你好，价格', 'x'.repeat(300), 'thanks '.repeat(60),
]

t.test('a question stays one, however politely it begins', async t => {
  for (const question of questions) {
    for (const language of ['en', 'fr', 'de', 'es', 'und'] as const) {
      t.equal(courtesyOf(question, language), null, `${question} in ${language}`)
    }
  }
})

t.test('greetings and thanks in Chinese, Japanese and Korean', async t => {
  for (const [text, kind] of [
    ['您好！', 'greeting'], ['こんばんは', 'greeting'], ['안녕하세요', 'greeting'], ['非常感谢', 'thanks'], ['ありがとうございました。', 'thanks'],
    ['감사합니다', 'thanks'], ['再见', 'goodbye'],
  ] as const) t.equal(courtesyOf(text, 'und')?.kind, kind, text)
  for (const text of ['你好，几点开门？', '营业时间', '안녕하세요 요금은요?']) t.equal(courtesyOf(text, 'und'), null, text)
})

t.test('a question loses the greeting before it and the thanks after it, and nothing else', async t => {
  for (const [message, asked] of [
    ['Hello, how much is the delivery?', 'how much is the delivery?'],
    ['Bonsoir Madame,\n\nJe cherche une tente. Laquelle ?\nMerci d’avance.\nCordialement', 'Je cherche une tente. Laquelle ?'],
    ['Super, danke! Und am Sonntag?', 'Und am Sonntag?'],
    ['Gracias, ¿y los domingos?', '¿y los domingos?'],
    ['Hoi! Hoe gaat het? Verkoopt u flessen van 1.5 l?', 'Verkoopt u flessen van 1.5 l?'],
    ['Quel est le prix, merci ?', 'Quel est le prix?'],
    ['Good morning! :) What does it cost? Can you help me?', ':) What does it cost?'],
    ['Ciao Forno, quanto costa?', 'quanto costa?'],
    ['No. 5, thanks', 'No. 5'],
  ] as const) t.equal(withoutCourtesy(message, 'Forno'), asked)
  const whole = ['Hello', 'Bonjour, merci', 'OK. 5 l?', 'No, the red one?', 'hello kitty', 'Is it good? Perfect for two?', '👍', '?']
  for (const message of whole) {
    t.equal(withoutCourtesy(message), message)
  }
})

t.test('a word of several languages is answered in the language of the company', async t => {
  for (const [message, preferred, language] of [
    ['ok', 'fr', 'fr'], ['ok', 'de', 'de'], ['ok', 'und', 'en'], ['👍', 'es', 'es'], ['👍', 'und', 'en'],
    ['Hallo', 'de', 'de'], ['Hallo', 'und', 'nl'],
    ['Hallo', 'fr', 'de'], ['Merci', 'en', 'fr'], ['Ciao', 'und', 'it'],
    ['Ciao', 'en', 'it'], ['Ciao', 'fr', 'fr'], ['Gracias', 'fr', 'es'], ['Grazie', 'fr', 'it'],
  ] as const) t.equal(courtesyOf(message, preferred)?.language, language, `${message} in ${preferred}`)
})

t.test('the company may be addressed by its name', async t => {
  t.match(courtesyOf('Bonjour Petit Nid !', 'fr', 'Petit Nid'), { kind: 'greeting' })
  t.match(courtesyOf('Many thanks, Fjord Outdoor team', 'en', 'Fjord Outdoor'), { kind: 'thanks' })
  t.equal(courtesyOf('Fjord', 'en', 'Fjord Outdoor'), null)
  t.equal(courtesyOf('Hello, Outdoor?', 'en', 'Fjord Outdoor'), null)
})

t.test('case, accents, emoji and punctuation make no difference', async t => {
  const noise = fc.array(fc.constantFrom('!', '.', '…', ' ', '🙏', '\n', ' 😀 ', '~'), { maxLength: 4 }).map(list => list.join(''))
  const all = Object.values(courtesies)
    .flatMap(kinds => Object.entries(kinds))
    .flatMap(([kind, list]) => list.map(text => [kind, text] as const))
    .filter(([, text]) => /\p{L}$/u.test(text))
  t.doesNotThrow(() => fc.assert(fc.property(fc.constantFrom(...all), noise, noise, fc.boolean(), ([kind, text], before, after, loud) => {
    const typed = before + (loud ? text.toUpperCase() : text.normalize('NFD')) + after
    return courtesyOf(typed, 'und')?.kind === kind
  }), propertyRuns(500)))
})

t.test('one more word of a topic makes a question of it', async t => {
  const all = Object.values(courtesies).flatMap(kinds => Object.values(kinds).flat())
  const topics = fc.constantFrom('Lieferung', 'livraison', 'tent', 'precio', 'orario', 'prijs', 'TX-200', '12', 'Reykjavik', 'quantum')
  const joints = fc.constantFrom(' ', ', ', '. ', '! ')
  t.doesNotThrow(() => fc.assert(fc.property(fc.constantFrom(...all), topics, joints, (text, topic, joint) => {
    return courtesyOf(`${text}${joint}${topic}`, 'und') === null && courtesyOf(`${topic}${joint}${text}`, 'und') === null
  }), propertyRuns(500)))
})

t.test('letters that are written twice or more for emphasis do not hide a courtesy; words that need them stay', async t => {
  for (const [language, text, kind] of [
    ['fr', 'Mercii bcp', 'thanks'], ['fr', 'bonsoirrr', 'greeting'], ['en', 'coool, thankss', 'thanks'], ['de', 'Daaanke', 'thanks'],
    ['es', 'graciass, vale', 'thanks'], ['und', 'grazieee', 'thanks'], ['und', 'okkk doeii', 'goodbye'],
  ] as const) t.equal(courtesyOf(text, language)?.kind, kind, text)
  for (const text of ['noon', 'halle', 'calle', 'the mass']) t.equal(courtesyOf(text, 'en'), null, text)
})

t.test('thanks for kindness, and for all that one wanted to know', async t => {
  for (const [language, text, kind] of [
    ['fr', 'C\'est vraiment gentil de votre part', 'thanks'], ['fr', 'Super, c\'est exactement ce que je voulais savoir', 'goodbye'],
    ['en', 'That is so kind of you', 'thanks'], ['en', 'Great, that was all I needed to know', 'goodbye'],
    ['de', 'Das ist sehr lieb von Ihnen', 'thanks'], ['de', 'Prima, das wollte ich wissen', 'goodbye'],
    ['es', 'Muy amable de su parte', 'thanks'], ['es', 'Perfecto, eso es todo lo que quería saber', 'goodbye'],
    ['und', 'È molto gentile da parte vostra', 'thanks'], ['und', 'Perfetto, è tutto quello che volevo sapere', 'goodbye'],
    ['und', 'Dat is heel aardig van je', 'thanks'], ['und', 'Top, dat was alles wat ik wilde weten', 'goodbye'],
  ] as const) t.equal(courtesyOf(text, language)?.kind, kind, text)
})

t.test('complaints and insults are heard as such, and praise of the service as praise', async t => {
  for (const [language, text, kind] of [
    ['en', 'you are really useless', 'complaint'], ['en', 'That is wrong.', 'complaint'], ['en', 'stupid bot', 'complaint'],
    ['en', 'Thanks, but that did not help', 'complaint'], ['en', 'your answer was wrong', 'complaint'], ['en', 'shut up', 'complaint'],
    ['en', 'That was great, thank you!', 'thanks'], ['en', 'you are amazing', 'acknowledgement'],
    ['fr', 'Vous êtes nuls !', 'complaint'], ['fr', "c'est vraiment n'importe quoi", 'complaint'], ['fr', 'ta réponse est fausse',
      'complaint'],
    ['fr', 'tu sers à rien', 'complaint'], ['fr', 'Merci pour tout, vous êtes super', 'thanks'], ['fr', 'tu es trop fort',
      'acknowledgement'],
    ['de', 'so ein Quatsch', 'complaint'], ['de', 'Das stimmt leider nicht', 'complaint'], ['de', 'du bist echt dumm', 'complaint'],
    ['de', 'ihr seid toll', 'acknowledgement'],
    ['es', '¡qué asco!', 'complaint'], ['es', 'eres muy tonto', 'complaint'], ['es', 'eso no es verdad', 'complaint'],
    ['es', 'sois geniales', 'acknowledgement'],
    ['es', 'eso es mentira', 'complaint'], ['es', 'eso es todo', 'goodbye'], ['en', 'you guys are amazing', 'acknowledgement'],
    ['und', 'che schifo', 'complaint'], ['und', 'sei inutile', 'complaint'], ['und', 'siete bravissimi', 'acknowledgement'],
    ['und', 'wat een onzin', 'complaint'], ['und', 'jullie zijn waardeloos', 'complaint'],
    ['und', 'não prestas para nada', 'complaint'], ['und', 'isso é mentira', 'complaint'],
  ] as const) t.equal(courtesyOf(text, language)?.kind, kind, text)
})

t.test('what only sounds like a complaint or praise stays a question', async t => {
  for (const question of [
    'is it good?', 'is the service good', 'is this bad for the skin', 'Is that wrong?', 'wrong size', 'rubbish', 'This is free?',
    'complaints',
    'bad', 'Mist', 'müll', 'Bad', 'nul', 'match nul', 'service client', 'you are open', 'that is not included', 'what a day ticket costs',
    'c est gratuit', 'vous êtes fermés', "c'est mauvais pour les dents ?", 'votre réponse', 'das ist kostenlos', 'ihr seid zu', 'Witz',
    'esto es gratis', 'mala', 'falso techo', 'sei persone', 'siete aperti', 'je bent open', 'dat is gratis', 'isso é grátis', 'legal',
    'fixe',
    'my tent is bad', 'the zip is broken, that is bad quality',
  ]) {
    for (const language of ['en', 'fr', 'de', 'es', 'und'] as const) {
      t.equal(courtesyOf(question, language), null,
    `${question} in ${language}`)
    }
  }
})

t.test('whether a person or a machine writes is asked in many words', async t => {
  for (const [language, text] of [
    ['en', 'Are you a robot or a human?'], ['en', 'are you chatgpt'], ['fr', 'je parle à une machine ?'], ['fr',
      'tu es un robot ou un humain'],
    ['de', 'bist du echt?'], ['de', 'spreche ich mit einem Menschen?'], ['es', 'eres un robot o una persona'],
    ['es', '¿estoy hablando con una máquina?'], ['und', 'parlo con una persona vera?'], ['und', 'praat ik met een robot?'],
    ['und', 'estou a falar com um robô?'],
  ] as const) t.equal(courtesyOf(text, language)?.kind, 'identity', text)
  for (const text of ['a robot or a human', 'robot vacuum or a person', 'je parle à une conseillère ?']) {
    t.equal(courtesyOf(text, 'en'), null, text)
  }
})

t.test('a question loses the complaint and the question for the machine before it', async t => {
  for (const [message, asked] of [
    ['Vous êtes nuls ! Quand ouvrez-vous ?', 'Quand ouvrez-vous ?'],
    ['Hi, are you a robot? What does a pedalo cost?', 'What does a pedalo cost?'],
    ['Das stimmt nicht. Was kostet die Miete?', 'Was kostet die Miete?'],
  ] as const) t.equal(withoutCourtesy(message), asked)
  for (const question of [
    'Is lunch for a child, or a person?', 'Should I bring cash, or a computer?', 'Je réserve un box, ou une machine ?',
    'Brauche ich einen Föhn, oder eine Maschine?', 'Prendo un tavolo, o una persona?', '¿Alquilo un coche, o una máquina?',
    'Huur ik een fiets, of een machine?', 'Alugo um barco, ou uma máquina?',
    'What is your name, and where do I send it?', 'Where do I send it, what is your name?', 'How do I wash the jacket? It is bad.',
    'That is wrong, who pays?',
  ]) t.equal(withoutCourtesy(question), question)
  t.equal(courtesyOf('Are you a robot, or a human?', 'en')?.kind, 'identity')
  t.equal(courtesyOf('Hello, or a human?', 'en'), null)
})

t.test('what may be said of a thing is no complaint, and a superlative without a subject is no praise', async t => {
  for (const text of [
    'it is terrible', 'This is wrong', 'it was awful', 'it is not right', 'it did not help', 'the best', 'best', 'c\'est faux',
    'c\'est mauvais', 'c\'est pas correct',
    'les meilleures', 'es ist falsch', 'es ist schlecht', 'die beste', 'der beste', 'está horrible', 'es malo',
    'esto es falso', 'no sirve', 'los mejores', 'è sbagliato', 'non serve', 'non è giusto', 'i migliori', 'dit is fout', 'het is slecht',
    'het klopt niet', 'de beste', 'está errado', 'não serve', 'os melhores', 'viva',
  ]) {
    for (const language of ['en', 'fr', 'de', 'es', 'und'] as const) t.equal(courtesyOf(text, language), null, `${text} in ${language}`)
  }
  for (const [language, text, kind] of [
    ['en', 'this is useless', 'complaint'], ['en', 'it did not help me', 'complaint'], ['en', 'you are the best', 'acknowledgement'],
    ['fr', "c'est nul", 'complaint'], ['fr', 'vous êtes les meilleurs', 'acknowledgement'],
    ['de', 'ihr seid die Besten', 'acknowledgement'],
    ['es', 'no sirves para nada', 'complaint'], ['es', 'sois los mejores', 'acknowledgement'],
    ['und', 'non serve a niente', 'complaint'], ['und', 'siete i migliori', 'acknowledgement'],
    ['und', 'jullie zijn de beste', 'acknowledgement'], ['und', 'tu és burro', 'complaint'],
  ] as const) t.equal(courtesyOf(text, language)?.kind, kind, text)
})
