// What the panel says, in each language.
import type { Language } from './settings.ts'

export interface Texts {
  title: string, greeting: string, field: string, send: string, stop: string, close: string, fresh: string, retry: string
  conversation: string, searching: string, reconnecting: string, stopped: string, answer: string, source: string, sources: string
  open: string, page: string, you: string, contact: string, note: string
  away: string, busy: string, wait: string, refused: string, long: string, broken: string, rate: string, helpful: string, unhelpful: string
  suggestions: string
}

export const texts: Record<Language, Texts> = {
  en: {
    title: 'Ask us', greeting: 'Hello! What would you like to know?', field: 'Your question', send: 'Send', stop: 'Stop', close: 'Close',
    fresh: 'New conversation', retry: 'Try again', conversation: 'Conversation', searching: 'Searching…',
    reconnecting: 'The connection was lost. Reconnecting…', stopped: 'Stopped.', answer: 'Answer', source: 'Source', sources: 'Sources',
    open: 'Open the page', page: 'page', you: 'You', contact: 'Contact us', note: 'Answers come from our own pages.',
    away: 'We cannot be reached at the moment. Your question is not lost.', busy: 'Many questions at once.', wait: 'Try again in {s} s.',
    refused: 'The chat is not set up for this page.', long: 'This question is too long.', broken: 'That did not work.',
    rate: 'Was this helpful?', helpful: 'Helpful', unhelpful: 'Not helpful', suggestions: 'Suggestions',
  },
  fr: {
    title: 'Une question\u00a0?',
    greeting: 'Bonjour\u00a0! Que souhaitez-vous savoir\u00a0?', field: 'Votre question', send: 'Envoyer', stop: 'Arrêter',
    close: 'Fermer', fresh: 'Nouvelle conversation', retry: 'Réessayer', conversation: 'Conversation', searching: 'Recherche…',
    reconnecting: 'La connexion est perdue. Nouvelle tentative…', stopped: 'Arrêté.', answer: 'Réponse', source: 'Source',
    sources: 'Sources',
    open: 'Ouvrir la page', page: 'page', you: 'Vous', contact: 'Nous écrire', note: 'Les réponses viennent de nos propres pages.',
    away: 'Nous sommes injoignables pour le moment. Votre question n’est pas perdue.', busy: 'Beaucoup de questions à la fois.',
    wait: 'Réessayez dans {s} s.', refused: 'La discussion n’est pas prévue pour cette page.', long: 'Cette question est trop longue.',
    broken: 'Cela n’a pas marché.',
    rate: 'Cette réponse est-elle utile\u00a0?', helpful: 'Utile', unhelpful: 'Pas utile', suggestions: 'Suggestions',
  },
  es: {
    title: '¿Alguna pregunta?', greeting: '¡Hola! ¿Qué le gustaría saber?', field: 'Su pregunta', send: 'Enviar', stop: 'Detener',
    close: 'Cerrar', fresh: 'Nueva conversación', retry: 'Reintentar', conversation: 'Conversación', searching: 'Buscando…',
    reconnecting: 'Se perdió la conexión. Reconectando…', stopped: 'Detenido.', answer: 'Respuesta', source: 'Fuente', sources: 'Fuentes',
    open: 'Abrir la página', page: 'página', you: 'Usted', contact: 'Contacto', note: 'Las respuestas vienen de nuestras propias páginas.',
    away: 'No podemos responder en este momento. Su pregunta no se ha perdido.', busy: 'Muchas preguntas a la vez.',
    wait: 'Inténtelo en {s} s.', refused: 'El chat no está previsto para esta página.', long: 'Esta pregunta es demasiado larga.',
    broken: 'No ha funcionado.',
    rate: '¿Le ha sido útil?', helpful: 'Útil', unhelpful: 'No es útil', suggestions: 'Sugerencias',
  },
  de: {
    title: 'Fragen Sie uns', greeting: 'Guten Tag! Was möchten Sie wissen?', field: 'Ihre Frage', send: 'Senden', stop: 'Anhalten',
    close: 'Schließen', fresh: 'Neues Gespräch', retry: 'Noch einmal', conversation: 'Gespräch', searching: 'Suche…',
    reconnecting: 'Die Verbindung ist abgebrochen. Neuer Versuch…', stopped: 'Angehalten.', answer: 'Antwort', source: 'Quelle',
    sources: 'Quellen', open: 'Seite öffnen', page: 'Seite', you: 'Sie', contact: 'Kontakt',
    note: 'Die Antworten kommen von unseren eigenen Seiten.', away: 'Wir sind gerade nicht erreichbar. Ihre Frage ist nicht verloren.',
    busy: 'Viele Fragen auf einmal.', wait: 'In {s} s noch einmal.', refused: 'Der Chat ist für diese Seite nicht eingerichtet.',
    long: 'Diese Frage ist zu lang.', broken: 'Das hat nicht geklappt.',
    rate: 'War das hilfreich?', helpful: 'Hilfreich', unhelpful: 'Nicht hilfreich', suggestions: 'Vorschläge',
  },
}
