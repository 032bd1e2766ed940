// Says what facts that are no quantities look like: addresses, names, materials, what is in stock.
import { wholeWords, type AnswerType } from './asking-rules.ts'

/**
 * A telephone number begins with + or 0, or has the nine or ten digits of a country that writes none of them, in its groups; behind
 * a word that says so, eight digits and more are one however they are written.
 */
const phone = new RegExp(
  String.raw`(?<=(?:[Tt][eé]l|[Tt]lf|[Tt]fno|[Pp]hone)\p{L}*\.?[^\d\n]{0,20})(?<![\d,.])\d(?:[ .-]?\d){7,9}(?![\d.,]?\d|\s?[€$£%])|` +
  String.raw`(?:\+\d|(?<!\d)0\d)(?:[\s./-]?\d){6,}|(?<![\d,€$£]\s?|\d\.\s?)(?:[36789]\d{2}[ .-]?\d{2,3}(?:[ .-]?\d{2,4}){1,2}|` +
  String.raw`\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?<=(?<!\d[ .-]?)\d(?:[ .()-]{0,2}\d){8,9})(?![\d.,]?\d|\s?[€$£%])`, 'u')
const email = /[\w.+-]+@[\w-]+\.\w+/u

/** Stands before or behind the name of a person. */
const roles = String.raw`
  dirige|gère|anime|directeur|directrice|responsable|gérante?|présidente?|maître|propriétaire|chef|cheffe|dirigée? par|
  suivie?s? par|animée?s? par|
  fondée? par|assurée?s? par|mme|madame|monsieur|docteur|
  runs|has run|leads|manages|owns|teaches|founded by|manager|director|head|chair|chairman|chairwoman|president|owner|owned by|
  run by|led by|taught by|founder|founded by|captain|skipper|master|
  contact|coordinator|secretary|treasurer|mrs?|ms|dr|
  leitet|heißt|vermieter(?:in)?|inhaber(?:in)?|leiter(?:in)?|leitung|geschäftsführer(?:in)?|vorsitzende[rn]?|zuständig|
  verantwortlich|ansprechpartner(?:in)?|frau|
  herr|herrn|obmann|obfrau|chef(?:in)?|trainer(?:in)?|lehrer(?:in)?|
  dirige|lleva|imparte|directora?|encargad[oa]|president[ea]|propietari[oa]|dueñ[oa]|entrenadora?|profesora?|dirigid[oa] por|doña|
  gestisce|insegna|direttore|direttrice|titolare|gestore|responsabile|proprietari[oa]|allenatore|allenatrice|istruttore|istruttrice|
  voorzitter|penningmeester|secretaris|eigenaar|eigenares|beheerder|leid(?:er|ster)|coördinator|mevrouw|meneer`

/** Says that something happens again and again. */
const repeated = String.raw`
  fois par|tous les|toutes les|chaque|par (?:jour|semaine|mois|an|trimestre)|quotidien|hebdomadaire|mensuel|annuel|
  (?:times|once|twice) an?|every|each|daily|weekly|monthly|yearly|annually|per (?:day|week|month|year)|
  (?:veces|vez) (?:al|por)|cada|todos los|todas las|diari[oa]|semanal|mensual|anual|al (?:día|mes|año)|
  mal (?:pro|im|am|in der)|jede[nrsm]?|alle (?:\p{N}+|\p{L}+) \p{L}+|(?:täg|wöchent|monat|jähr)lich|pro (?:tag|woche|monat|jahr)|
  volt[ae] (?:al|a|alla|all'anno)|ogni|al (?:giorno|mese)|settimanale|mensile|annuale|
  keer per|per (?:dag|week|maand|jaar)|elke?|iedere?|(?:dage|weke|maande|jaar)lijks`

/** Matches one period without a figure: "valid for a year". */
const period = wholeWords(String.raw`
  (?:for|within|after|in|during|until|last(?:s|ing)?) (?:an?|one) (?:year|month|week|fortnight|day|half an hour|hour)|
  (?:pendant|dans|après|durant|sous|dure) une? (?:an|année|mois|semaine|quinzaine|jour|heure)|
  (?:ein(?:e[mnr]?)?|einen) (?:jahr|monat|woche|tag|stunde|halbes jahr|halbe stunde)(?: lang|e? gültig)?|
  (?:durante|en|por|tras|dura) una? (?:año|mes|semana|quincena|día|hora)|(?:per|entro|dopo|dura) un[ao']?\s?(?:anno|mese|
  settimana|giorno|ora)|
  (?:binnen|voor|na|gedurende) een (?:jaar|maand|week|dag|uur)|(?:durante|por|em|após) uma? (?:ano|mês|semana|dia|hora)`, 'iu')

/** Says a price by another one. */
const shareOfPrice = String.raw`
  (?:pays?|paying|zahl(?:en|t)|paient|paie|pagan?|pagano|betal(?:en|t)) (?:(?:only|nur|solo|alleen|que) )?(?:half(?! (?:of )?an? )|
  die hälfte|la moitié|la mitad|la metà|de helft)|
  (?:rates?|fees?|charges?|prices?|fares?) (?:is|are) (?:doubled|halved)|half (?:price|fare)|demi-tarif|tarif (?:est )?doublé|
  halber preis|mezzo prezzo|mitad de precio`.replace(/\n\s*/g, '')

/** Says that a price is lower than the usual one. */
const lowered = String.raw`
  remises?|réductions?|rabais|ristournes?|tarifs? réduits?|demi-tarif|moins chers?|de moins|
  off|discount(?:s|ed)?|reductions?|reduced|concessions?|concessionary|half price|cheaper|less|
  rabatt(?:e|iert)?|nachlass|ermäßig\p{L}*|vergünstig\p{L}*|billiger|günstiger|weniger|
  descuentos?|rebajas?|reducid[oa]s?|menos|
  scont[oi]|riduzion[ei]|ridott[oaie]|in meno|
  korting(?:en)?|gereduceerd|goedkoper|minder`

/** Matches those who pay less than others: what they pay is a lower price. */
export const favoured = wholeWords(String.raw`
  étudiant(?:e?s)?|élèves?|enfants?|seniors?|retraités?|chômeurs?|demandeurs d'emploi|handicapée?s?|familles?|groupes?|adhérents?|
  students?|pupils?|child(?:ren)?|kids|pensioners?|unemployed|disabled|carers?|famil(?:y|ies)|groups?|members|
  studenten|studierende|schüler(?:innen)?|kinder|rentner(?:innen)?|senioren|arbeitslose|familien|gruppen|mitglieder|
  estudiantes|niñ[oa]s|jubilad[oa]s|mayores|desemplead[oa]s|discapacitad[oa]s|familias?|grupos|soci[oa]s|
  studenti|bambin[ie]|anziani|pensionati|disabili|famiglie|gruppi|soci|
  leerlingen|kinderen|ouderen|gepensioneerden|gezinnen|groepen|leden`, 'iu')

/** Matches facts that are no quantities, in any of the languages. */
export const looks: Partial<Record<AnswerType, RegExp>> = {
  discount: wholeWords(lowered, 'iu'),
  price: new RegExp(
    String.raw`(?<![\p{L}-])(?:gratuit|offert|free(?!\p{L})|gratis|kostenlos|kostenfrei|gratuit[oa]|inclus|included|inbegriffen|` +
      String.raw`inclu[ií]d[oa]|(?:${shareOfPrice})(?!\p{L})|(?:eintritt|zutritt)(?: ist| bleibt)? frei(?!\p{L})|freier eintritt|` +
      String.raw`entrée libre|entrada libre|ingresso libero)`,
    'iu'
  ),
  duration: period,
  deadline: period,
  time: /(?<!\p{L})(?:midi|minuit|noon|midnight|mittags?|mediodía|mezzogiorno)(?!\p{L})/iu,
  phone,
  email,
  frequency: wholeWords(repeated, 'iu'),
  contact: new RegExp(`${email.source}|${phone.source}`, 'iu'),
  stock: new RegExp(
    String.raw`\b(?:en stock|rupture|épuisé|disponible|sur commande|réassort|de retour|in stock|out of stock|sold out|back in|` +
      String.raw`available|on order|agotado|disponible|existencias|auf lager|ausverkauft|lieferbar)`,
    'iu'
  ),
  place: new RegExp(
    String.raw`\p{sc=Han}{1,8}(?:路|街|大道|巷|胡同|丁目|番地)\s?\d|[\p{sc=Hang}]{1,12}(?:로|길)\s?\d{1,4}(?![\d,.]|\s?(?:[분시일주개원명세회만천%]|k?m))|` +
      String.raw`(?<!\p{L})(?:\d+,?\s(?:bis |ter )?(?:rue|avenue|boulevard|place|quai|chemin|allée|impasse|route|cours)(?!\p{L})|` +
      String.raw`(?:calle|avenida|plaza|paseo|via|viale|piazza|corso|` +
      String.raw`camino|carretera|rambla|travesía|` +
      String.raw`rua|praça|travessa|largo d[aeo]s?)\s\p{Lu}|\d+\s[\p{L}' ]+\s(?:street|road|lane|avenue|square|` +
      String.raw`way|place|row|yard|` +
      String.raw`quay|wharf)|(?:on|in|at)\s\p{L}+\s(?:street|road|lane|avenue|square)|` +
      String.raw`(?:rue|quai|avenue|place|chemin|route)\s(?:de|du|des|d'|la)|\p{L}+(?:straße|strasse|gasse|platz|weg|` +
      String.raw`ufer|allee|straat|laan|` +
      String.raw`kade|plein|gracht)\s\d+|\p{L}+\sstr(?:aße|asse|\.)\s\d+|\d{5}\s\p{Lu}\p{L}+|\d{4}\s?[A-Z]{2}\s)`,
    'iu'
  ),
  material: new RegExp(
    String.raw`\b(?:coton|laine|lin|polyester|polyamide|polypropylène|silicone|caoutchouc|cuir|mousse|bois|hêtre|pin|chêne|bambou|` +
      String.raw`métal|acier|aluminium|verre|cellulose|viscose|duvet|cotton|wool|merino|linen|nylon|polypropylene|rubber|leather|foam|` +
      String.raw`wood|beech|pine|oak|bamboo|metal|steel|titanium|glass|down|silk|algodón|lana|lino|cuero|madera|acero|vidrio|` +
      String.raw`Baumwolle|Wolle|Leinen|Leder|Holz|Stahl|Glas|Seide)\b`,
    'iu'
  ),
}

/** Matches the names of columns and facts whose numbers are amounts of money, in any of the languages. */
export const amountLabel = wholeWords(
  'prix|tarifs?|montant|coût|cotisation|loyer|price|cost|fees?|fares?|charge|rent|deposit|preise?|gebühr|betrag|kosten|miete|kaution|' +
  'beitrag|precios?|pvp|importe|tarifas?|coste|cuota|alquiler|fianza|prezz[io]|costo|tariff[ae]|quota|canone|importo|' +
  'prijs|tarief|huur|bedrag',
  'iu'
)
/** Matches a number without a unit. */
export const bareNumber = /^[-+]?\d[\d.,'’\s]*$/

const name = String.raw`\p{Lu}[\p{Ll}'’-]+`
/** Matches a name in two words. At the beginning of a line an article has a capital too. */
const fullName = new RegExp(
  String.raw`(?<=[\p{L}\p{N}.:,;|(]\s|^)` +
  String.raw`(?!(?:The|Our|Your|A|An|Der|Die|Das|Unsere?|Le|La|Les|Nos|Votre|Notre|El|Los|Las|Il|Lo|De|Het|O)\s)` +
  String.raw`${name}\s(?:(?:de|del|della|de la|van|van de[rn]|von|von der|di|da|du|ten|ter)\s)*` +
  String.raw`(?!(?:Sie|Ihnen|Ihr\p{Ll}*)(?!\p{L}))${name}`, 'u')
const nameBehindRole = new RegExp(String.raw`^(?:\s(?:is|are|est|sont|ist|es|è|é|heißt))?[:.,]?\s${name}`, 'u')
const nameBeforeRole = new RegExp(String.raw`${name}(?:,|\s(?:is|est|ist|es|è|é))\s(?:\p{Ll}+\s){0,2}$`, 'u')
const everyRole = wholeWords(roles, 'giu')
/** How far from a role a name is looked for. */
const reach = 40

/** Tells whether a text names a person beside a role. German writes any noun with a capital: one word is a name next to the role only. */
export function namesPerson (text: string): boolean {
  const roles = [...text.matchAll(everyRole)]
  return roles.length > 0 && (fullName.test(text) || roles.some(({ 0: role, index }) =>
    nameBehindRole.test(text.slice(index + role.length, index + role.length + reach)) ||
    nameBeforeRole.test(text.slice(Math.max(0, index - reach), index))))
}
