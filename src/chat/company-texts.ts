// The service's own texts, in the company's words where it has some: refusals, and replies to courtesies.
import type { Courtesy } from '../language/courtesy.ts'
import type { CompanyProfile, CompanyTextName, CourtesyKind, CourtesyLanguage, Language } from '../types.ts'
import { allRefusals, phrases } from './phrases.ts'

/** Returns the text of an answer that was not found. */
export function refusal (profile: CompanyProfile, language: Language): string {
  return ownText(profile, 'not_found', language) ?? phrases(language).notFound
}

/** Tells whether a text is a refusal of the service or of the company. */
export function isRefusal (text: string, { texts }: CompanyProfile): boolean {
  const own = texts?.not_found ?? {}
  return allRefusals.has(text.trim()) || (typeof own === 'string' ? [own] : Object.values(own)).includes(text.trim())
}

/** Returns the reply to a message that asks nothing. */
export function courtesyReply (profile: CompanyProfile, { kind, language }: Courtesy): string {
  return ownText(profile, kind, language) ?? replies[language][kind].replace('{company}', () => profile.name)
}

/** Returns the company's own text, if it has one in this language. A text without a language is in the company's. */
function ownText ({ texts, language: own }: CompanyProfile, name: CompanyTextName, language: Language | CourtesyLanguage) {
  const text = texts?.[name]
  if (typeof text === 'string') return own === language || own === 'und' ? text : undefined
  return language === 'und' ? undefined : text?.[language]
}

const replies: Record<CourtesyLanguage, Record<CourtesyKind, string>> = {
  en: {
    greeting: 'Hello! What would you like to know?',
    wellbeing: 'Very well, thank you! What would you like to know?',
    identity: "I am {company}'s assistant, and I answer questions from its documents. What would you like to know?",
    complaint: 'I am sorry about that. Tell me in other words what you would like to know, and I will look again.',
    thanks: "You're welcome! Just ask if you have another question.",
    goodbye: 'Thank you for your visit. Goodbye!',
    acknowledgement: 'Very well! Just ask if you have another question.',
  },
  fr: {
    greeting: 'Bonjour ! Que souhaitez-vous savoir ?',
    wellbeing: 'Très bien, merci ! Que souhaitez-vous savoir ?',
    identity: "Je suis l'assistant de {company} et je réponds à vos questions à partir de ses documents. Que souhaitez-vous savoir ?",
    complaint: "Je suis désolé. Dites-moi en d'autres mots ce que vous souhaitez savoir, et je chercherai de nouveau.",
    thanks: "Avec plaisir ! N'hésitez pas si vous avez une autre question.",
    goodbye: 'Merci de votre visite. Au revoir !',
    acknowledgement: "Très bien ! N'hésitez pas si vous avez une autre question.",
  },
  de: {
    greeting: 'Guten Tag! Was möchten Sie wissen?',
    wellbeing: 'Sehr gut, danke! Was möchten Sie wissen?',
    identity: 'Ich bin der Assistent von {company} und beantworte Fragen anhand der Dokumente. Was möchten Sie wissen?',
    complaint: 'Das tut mir leid. Sagen Sie mir in anderen Worten, was Sie wissen möchten, und ich suche noch einmal.',
    thanks: 'Gern geschehen! Fragen Sie einfach, wenn Sie noch etwas wissen möchten.',
    goodbye: 'Danke für Ihren Besuch. Auf Wiedersehen!',
    acknowledgement: 'Sehr gut! Fragen Sie einfach, wenn Sie noch etwas wissen möchten.',
  },
  es: {
    greeting: '¡Hola! ¿Qué desea saber?',
    wellbeing: '¡Muy bien, gracias! ¿Qué desea saber?',
    identity: 'Soy el asistente de {company} y respondo a preguntas a partir de sus documentos. ¿Qué desea saber?',
    complaint: 'Lo siento. Dígame con otras palabras qué desea saber y lo buscaré de nuevo.',
    thanks: '¡De nada! Si tiene otra pregunta, aquí estoy.',
    goodbye: 'Gracias por su visita. ¡Hasta pronto!',
    acknowledgement: '¡Muy bien! Si tiene otra pregunta, aquí estoy.',
  },
  it: {
    greeting: 'Buongiorno! Che cosa desidera sapere?',
    wellbeing: 'Molto bene, grazie! Che cosa desidera sapere?',
    identity: "Sono l'assistente di {company} e rispondo alle domande in base ai suoi documenti. Che cosa desidera sapere?",
    complaint: 'Mi dispiace. Mi dica con altre parole che cosa desidera sapere e cercherò di nuovo.',
    thanks: 'Prego! Se ha altre domande, sono qui.',
    goodbye: 'Grazie della visita. Arrivederci!',
    acknowledgement: 'Molto bene! Se ha altre domande, sono qui.',
  },
  nl: {
    greeting: 'Hallo! Wat wilt u weten?',
    wellbeing: 'Heel goed, dank u! Wat wilt u weten?',
    identity: 'Ik ben de assistent van {company} en beantwoord vragen aan de hand van de documenten. Wat wilt u weten?',
    complaint: 'Dat spijt me. Zeg in andere woorden wat u wilt weten, dan zoek ik opnieuw.',
    thanks: 'Graag gedaan! Vraag het gerust als u nog iets wilt weten.',
    goodbye: 'Bedankt voor uw bezoek. Tot ziens!',
    acknowledgement: 'Heel goed! Vraag het gerust als u nog iets wilt weten.',
  },
  pt: {
    greeting: 'Olá! O que deseja saber?',
    wellbeing: 'Muito bem, obrigado! O que deseja saber?',
    identity: 'Sou o assistente de {company} e respondo a perguntas com base nos seus documentos. O que deseja saber?',
    complaint: 'Lamento. Diga-me por outras palavras o que deseja saber e procuro de novo.',
    thanks: 'De nada! Se tiver outra pergunta, estou aqui.',
    goodbye: 'Obrigado pela sua visita. Até breve!',
    acknowledgement: 'Muito bem! Se tiver outra pergunta, estou aqui.',
  },
}
