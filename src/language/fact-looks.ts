// Says what facts that are no quantities look like: addresses, names, materials, what is in stock.
import { wholeWords, type AnswerType } from './asking-rules.ts'

/** Stands before a number of something else: an article, an account, a company in a register. */
const ofArticles = String.raw`(?<!\p{L})(?:[Aa]rt|[Nn][or]|N[OR]|[Rr]ef|[Kk]onto|ISBN|IBAN|SIREN|SIRET|RCS(?:\s\p{L}+)?|NIF|NIPC|CIF|` +
  String.raw`VAT|TVA|KvK|KVK)(?:\sn[°º])?\s?[.:]{0,2}\s`
/** Says that a number is rung, before one that begins as few do. */
const rings = 'pelo(?! menos)|[Ll]ig(?:ue|ar|a)|[Cc]ontact(?:e|ar)|[Mm]arque|[Cc]all|[Rr]ing|[Aa]ppele[rz]|[Cc]omposez|' +
  '[Aa]nrufen|[Ll]lam[ea]|[Cc]hiam\\p{L}+'

/**
 * A telephone number begins with + or 0, or has the nine or ten digits of a country that writes none of them, in its groups; behind
 * a word that says so, eight digits and more are one however they are written.
 */
const phone = new RegExp(
  String.raw`(?<=(?:[Tt][eé]l|[Tt]lf|[Tt]fno|[Pp]hone)\p{L}*\.?[^\d\n]{0,20})(?<![\d,.])\d(?:[ .-]?\d){7,9}(?![\d.,]?\d|\s?[€$£%])|` +
  String.raw`(?<=(?<!\p{L})(?:${rings})(?!\p{L})[^\d\n]{0,20})2\d(?:[ .]?\d){7}(?![\d .,]?\d|\s?[€$£%])|` +
  String.raw`(?:\+\d|(?<!\d)0\d)(?:[\s./-]?\d){6,}|(?<![\d,€$£]\s?|\d\.\s?|${ofArticles})(?:[36789]\d{2}[ .-]?\d{2,3}` +
  String.raw`(?:[ .-]?\d{2,4}){1,2}|` +
  String.raw`\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?<=(?<!\d[ .-]?)\d(?:[ .()-]{0,2}\d){8,9})(?![\d.,]?\d|\s?[€$£%])`, 'u')
const email = /[\w.+-]+@[\w-]+\.\w+/u

/** Names what a person does for an organisation: a name stands before it, or behind, perhaps after more words. */
const roles = String.raw`
  directeur|directrice|responsable|gérante?|présidente?|maître|propriétaire|chef|cheffe|mme|madame|monsieur|docteur|
  manager|director|head|chair|chairman|chairwoman|president|owner|founder|captain|skipper|master|contact(?: person)?|coordinator|
  secretary|treasurer|mrs?|ms|dr|
  vermieter(?:in)?|inhaber(?:in)?|leiter(?:in)?|leitung|geschäftsführer(?:in)?|vorsitzende[rn]?|zuständig|
  verantwortlich|ansprechpartner(?:in)?|frau|herr|herrn|obmann|obfrau|chef(?:in)?|trainer(?:in)?|lehrer(?:in)?|
  directora?|encargad[oa]|president[ea]|propietari[oa]|dueñ[oa]|entrenadora?|profesora?|doña|
  direttore|direttrice|titolare|gestore|responsabile|proprietari[oa]|allenatore|allenatrice|istruttore|istruttrice|
  voorzitter|penningmeester|secretaris|eigenaar|eigenares|beheerder|leid(?:er|ster)|coördinator|mevrouw|meneer`
/** The same with the name right behind, or after an article and a noun ("run by the sisters Ruth and Ella"). */
const doneBy = String.raw`
  (?:dirigée?|suivie?s?|animée?s?|fondée?|assurée?s?) par|(?:founded|owned|run|led|taught) by|dirigid[oa] por|(?:geleitet|geführt) von`
/** Verbs: the name stands right beside them. "The path leads to Castle Hill" names nobody. */
const leads = String.raw`
  dirige|gère|anime|runs|has run|leads|manages|owns|teaches|leitet|lleva|imparte|gestisce|insegna`

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
      String.raw`entrée libre|entrada libre|ingresso libero|on request|on application|costs? nothing|no charge|sur (?:devis|demande)|` +
      String.raw`(?:auf|nach) anfrage|kostet nichts|a consultar|bajo presupuesto|su (?:richiesta|preventivo)|op aanvraag)`,
    'iu'
  ),
  duration: period,
  deadline: period,
  time: wholeWords(String.raw`
    midi|minuit|noon|midnight|mittags?|mediodía|mezzogiorno|by appointment|(?:a)?round the clock|day and night|all day(?: long)?|
    sur rendez-vous|jour et nuit|24 h(?:eures)? sur 24|nach (?:vereinbarung|absprache)|rund um die uhr|tag und nacht|
    con cita(?: previa)?|día y noche|su appuntamento|giorno e notte|op afspraak|dag en nacht`, 'iu'),
  phone,
  email,
  frequency: wholeWords(repeated, 'iu'),
  contact: new RegExp(
    String.raw`${email.source}|${phone.source}|(?<!\p{L})(?:whatsapp|telegram|contact form|formulaire de contact|kontaktformular|` +
    String.raw`formulario(?: de contacto)?|modulo di contatto|contactformulier)(?!\p{L})`, 'iu'),
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
      String.raw`rua|praça|travessa|largo d[aeo]s?)\s` +
      String.raw`(?:de(?: l[ao]s?| el|[il]|gli|ll[aeo])?\s|d[ao]s?\s|dell['’])?(?-i:\p{Lu})|` +
      String.raw`\d+\s[\p{L}' ]+\s(?:street|road|lane|avenue|square|` +
      String.raw`way|place|row|yard|` +
      String.raw`quay|wharf)|(?:on|in|at)\s\p{L}+\s(?:street|road|lane|avenue|square)|` +
      String.raw`(?:rue|quai|avenue|place|chemin|route)\s(?:de|du|des|d'|la)|\p{L}+(?:straße|strasse|gasse|platz|weg|` +
      String.raw`ufer|allee|straat|laan|` +
      String.raw`kade|plein|gracht)\s\d+|\p{L}+\sstr(?:aße|asse|\.)\s\d+|\d{5}\s\p{Lu}\p{L}+|\d{4}\s?[A-Z]{2}\s|` +
      String.raw`(?:you (?:can |will )?find us|we are (?:located|based|situated)|is (?:located|situated)|lies (?:\p{L}+ ){0,4}of|` +
      String.raw`nous trouver|vous nous trouve\p{L}*|se (?:trouve|situe)|(?:est|sommes) située?s?|(?:findet|finden sie) (?:ihr )?uns|` +
      String.raw`befinde[tn] (?:sich|uns)|liegt (?:hinter|neben|an|am|in|im|bei|gegenüber)|nos encuentra\p{L}*|se encuentra|` +
      String.raw`est(?:á|amos) (?:situad|ubicad)\p{L}*|si trova|ci trova\p{L}*|vindt u ons|ligt (?:achter|naast|aan|in|bij))(?!\p{L}))`,
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
const initials = String.raw`(?:\p{Lu}\.\s?)*`
const nameBehindRole = new RegExp(
  String.raw`^(?:[^.\n:;!?]{0,40}?(?:\s(?:is|are|est|sont|ist|es|è|é|heißt)|\s?:)|[.,]|)\s${initials}${name}`, 'u')
const nameBeforeRole = new RegExp(String.raw`${name}(?:,|\s(?:is|est|ist|es|è|é))\s(?:\p{Ll}+\s){0,2}$`, 'u')
const nameOfDoer = new RegExp(String.raw`^(?:\s\p{Ll}+){0,3}\s${initials}${name}`, 'u')
const nameBehindVerb = new RegExp(String.raw`^\s${initials}${name}`, 'u')
const articles =
  'the our your an? der die das unsere? unser eine? le la les notre un une el los il lo de het een'.split(' ')
    .map(word => `[${word[0]!.toUpperCase()}${word[0]}]${word.slice(1)}`).join('|')
const nameBeforeVerb = new RegExp(
  String.raw`(?<!(?<!\p{L})(?:${articles})\s)(?<!\p{L})` +
  String.raw`(?!(?:The|This|That|Who|She|He|It|They|We|Der|Die|Das|Er|Sie|Es|Wer|Il|Elle|On|Qui|Quien|Chi)\s)${name}\s$`, 'u')
const [everyRole, everyDoer, everyVerb] = [roles, doneBy, leads].map(words => wholeWords(words, 'giu'))
/** How far from a role a name is looked for. */
const reach = 40

/** Tells whether a text names a person beside a role. German writes any noun with a capital: one word is a name next to the role only. */
export function namesPerson (text: string): boolean {
  const around = (words: RegExp) => [...text.matchAll(words)].map(({ 0: { length }, index }) =>
    ({ before: text.slice(Math.max(0, index - reach), index), behind: text.slice(index + length, index + length + 2 * reach) }))
  const named = around(everyRole!)
  return (named.length > 0 && fullName.test(text)) ||
    named.some(({ before, behind }) => nameBehindRole.test(behind) || nameBeforeRole.test(before)) ||
    around(everyDoer!).some(({ behind }) => nameOfDoer.test(behind)) ||
    around(everyVerb!).some(({ before, behind }) => nameBehindVerb.test(behind) || nameBeforeVerb.test(before))
}
