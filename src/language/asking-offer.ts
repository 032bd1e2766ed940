// Recognises questions whether something is there or offered at all: "do you sell kayaks?", "¿hay sauna?".
import { plainQuestion } from './asking.ts'
import type { Language } from '../types.ts'

const sold =
  '(?:vendez|avez|proposez|louez|offrez|organisez|faites|donnez|reprenez|rachetez|acceptez|pretez|disposez|recrutez|reparez|livrez|' +
  'expediez|envoyez)'
const french = `${sold} vous|vous ${sold}|y a t il|il y a|existe t il|(?:peut on|puis je|on peut) (?:payer|regler)`
const english =
  'do you (?:also |still )?(?:sell|have|offer|run|do|stock|hire|rent|buy|give|make|provide|carry|keep|take|accept|repair|' +
  'deliver|ship|post|send)|have you got|is there an?y?|are there any|can i (?:hire|rent|buy|get|borrow|pay (?:with|by|in|using))'
const spanish =
  'tienen|tiene|teneis|tienes|hay|venden|vendeis|ofrecen|ofreceis|alquilan|alquilais|hacen|haceis|dan|dais|aceptan|aceptais|organizan|' +
  'organizais|existe|envian|enviais|entregan|entregais|(?:puedo|se puede) pagar'
const german =
  '(?:haben|verkaufen|bieten|vermieten|verleihen|machen|nehmen|reparieren|vermitteln|fuhren|organisieren|behandeln|kaufen|liefern|' +
  'versenden) sie|(?:habt|verkauft|bietet|vermietet|verleiht|macht|nehmt|repariert|vermittelt|fuhrt|organisiert|stellt|kauft|liefert|' +
  'versendet|verschickt) ihr|gibt es|gibts|kann (?:ich|man) (?:auch )?mit'
const italian =
  'avete|fate|vendete|offrite|affittate|noleggiate|accettate|organizzate|riparate|date|spedite|consegnate|c e|ci sono|' +
  '(?:posso|si puo) pagare'
const dutch =
  '(?:hebben|verkopen|geven|verhuren|doen|bieten|organiseren|repareren|leveren|bezorgen) jullie|hebt u|is er|zijn er'

const read = (phrases: string) => new RegExp(String.raw`(?<!\p{L})(?:${phrases})(?!\p{L})`, 'u')
const patterns: Record<Language, RegExp> = {
  fr: read(french), en: read(english), es: read(spanish), de: read(german),
  und: read([italian, dutch, french, english, spanish, german].join('|')),
}

/** Tells whether a question asks if something exists here, so that each of its words that the documents lack speaks against an answer. */
export function asksForOffer (question: string, language: Language): boolean {
  return patterns[language].test(plainQuestion(question))
}
