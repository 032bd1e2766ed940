// Lists the phrases that ask for a figure over many things: the cheapest, the longest, how many, which ones, the average.
import type { Language } from '../types.ts'
import type { Dimension } from './units.ts'

export type Operation = 'min' | 'max' | 'average' | 'count' | 'list'

/** A phrase and the figure that it asks for. Without dimensions, the question names the attribute itself ("the lowest price"). */
export interface AggregatePhrase { operation: Operation, dimensions: Dimension[], pattern: RegExp }

type Line = [operation: Operation, dimensions: string, phrases: string]

/** Matches the phrases as whole words of a folded question, with single spaces. */
function phrases (lines: Line[]): AggregatePhrase[] {
  return lines.map(([operation, dimensions, words]) => ({
    operation,
    dimensions: dimensions.split(' ').filter(Boolean) as Dimension[],
    pattern: new RegExp(String.raw`(?<!\p{L})(?:${words.replace(/\|\s*\n\s*/g, '|')})(?!\p{L})`, 'u'),
  }))
}

const french = phrases([
  ['min', 'money', `(?:le |la |les |du |des )(?:moins (?:chere?s?|couteu(?:x|ses?)|onereu(?:x|ses?))|plus abordables?)|
    (?:le |la |les )?meilleure?s? marche|
    (?:prix|tarif)s? (?:le |les )?(?:plus bas|minimum|minimal)|(?:le |les )?plus bas prix|coute(?:nt)? le moins(?: cher)?`],
  ['max', 'money', `(?:le |la |les )plus (?:chere?s?|couteu(?:x|ses?)|onereu(?:x|ses?))|coute(?:nt)? le plus(?: cher)?|
    (?:prix|tarif)s? (?:le |les )?(?:plus (?:haut|eleve)s?|maximum|maximal)`],
  ['min', 'mass', '(?:le |la |les )(?:plus leg(?:er|ere)s?|moins lourde?s?)|pese(?:nt)? le moins'],
  ['max', 'mass', '(?:le |la |les )(?:plus lourde?s?|moins leg(?:er|ere)s?)|pese(?:nt)? le plus'],
  ['min', 'length duration', '(?:le |la |les )plus courte?s?|dure(?:nt)? le moins(?: longtemps)?'],
  ['max', 'length duration', '(?:le |la |les )plus (?:longs?|longues?)|dure(?:nt)? le plus(?: longtemps)?'],
  ['average', '', '(?:en )?moyennes?|moyen'],
  ['min', '', '(?:le |la |les )?(?:plus (?:petite?s?|bas|basses?|faibles?)|moins (?:elevee?s?|hautes?)|minimale?|minimum)'],
  ['max', '', '(?:le |la |les )?(?:plus (?:grande?s?|hautes?|elevee?s?|gross?e?s?|fortes?|importante?s?)|maximale?|maximum)'],
  ['count', '', 'combien de|combien d|(?:quel est )?le nombre de|le nombre d'],
  ['list', '', '(?:en |dans )?quel(?:le)?s(?: sont)?(?: les| vos| tes| ces)?|(?:la )?liste (?:de|des|d)'],
])

const english = phrases([
  ['min', 'money', 'cheap(?:est)?|inexpensive|affordable|' +
    'least (?:expensive|costly)|lowest (?:priced?|cost)|most (?:affordable|inexpensive)|costs? (?:the )?least'],
  ['max', 'money', 'dearest|most (?:expensive|costly)|priciest|costliest|highest (?:priced|cost)|costs? (?:the )?most'],
  ['min', 'mass', 'lightest|least heavy|weighs? (?:the )?least'],
  ['max', 'mass', 'heaviest|weighs? (?:the )?most'],
  ['min', 'length duration', 'shortest|lasts? (?:the )?least'],
  ['max', 'length duration', 'longest|lasts? (?:the )?(?:most|longest)'],
  ['average', '', 'on average|averages?|mean'],
  ['min', '', 'lowest|smallest|(?<!at )least|minimum|minimal'],
  ['max', '', 'highest|largest|biggest|greatest|(?<!at )most|maximum|maximal'],
  ['count', '', 'how many|(?:what is )?the number of'],
  ['list', '', '(?:which|what)(?: are(?: the| your)?)?(?= (?:\\p{L}+ )?\\p{L}+s(?: |$))|(?:a |the )?list of(?: the| all| your)*'],
])

const german = phrases([
  ['min', 'money', '(?:am )?(?:gunstig|billig|preiswert|preisgunstig)(?:e?st)?(?:e[nmrs]?)?|niedrigste[nmrs]? preise?|' +
    'kostet am wenigsten|(?:am )?wenigsten teure?[nrs]?'],
  ['max', 'money', '(?:am )?(?:teuerst|kostspieligst)(?:e[nmrs]?)?|hochste[nmrs]? preise?|kostet am meisten'],
  ['min', 'mass', '(?:am )?leichtest(?:e[nmrs]?)?|wiegt am wenigsten'],
  ['max', 'mass', '(?:am )?schwerst(?:e[nmrs]?)?|wiegt am meisten'],
  ['min', 'length duration', '(?:am )?kurzest(?:e[nmrs]?)?'],
  ['max', 'length duration', '(?:am )?langst(?:e[nmrs]?)?|dauert am langsten'],
  ['average', '', '(?:im )?(?:durchschnitt|schnitt|mittel|mittelwert)|durchschnittlich(?:e[nmrs]?)?|mittlere[nmrs]?'],
  ['min', '', '(?:am )?(?:kleinst|niedrigst|geringst|tiefst|minimal)(?:e[nmrs]?)?'],
  ['max', '', '(?:am )?(?:grosst|hochst|maximal)(?:e[nmrs]?)?'],
  ['count', '', 'wie ?viele|(?:die )?anzahl (?:der|von|an)'],
  ['list', '', 'welche(?: sind(?: die| eure| ihre)?)?|in welchen|(?:eine |die )?liste (?:der|aller|von)'],
])

const spanish = phrases([
  ['min', 'money', `(?:el |la |los |las )?(?:(?:mas )?(?:barat[oa]s?|economic[oa]s?|asequibles?)|menos (?:car[oa]s?|costos[oa]s?))|
    precios? mas bajos?|cuestan? menos(?! (?:de|que))`],
  ['max', 'money', '(?:el |la |los |las )?mas (?:car[oa]s?|costos[oa]s?)|precios? mas altos?|cuestan? mas(?! (?:de|que))'],
  ['min', 'mass', '(?:el |la |los |las )?(?:mas (?:liger[oa]s?|livian[oa]s?)|menos pesad[oa]s?)|pesan? menos(?! (?:de|que))'],
  ['max', 'mass', '(?:el |la |los |las )?mas pesad[oa]s?|pesan? mas(?! (?:de|que))'],
  ['min', 'length duration', '(?:el |la |los |las )?mas cort[oa]s?|duran? menos(?! (?:de|que))'],
  ['max', 'length duration', '(?:el |la |los |las )?mas larg[oa]s?|duran? mas(?! (?:de|que))'],
  ['average', '', '(?:de |en )?(?:medi[oa]s?|promedio)|por termino medio'],
  ['min', '', '(?:el |la |los |las )?(?:menor(?:es)?|mas (?:pequen[oa]s?|baj[oa]s?)|minim[oa]s?)'],
  ['max', '', '(?:el |la |los |las )?(?:mayor(?:es)?|mas (?:grandes?|alt[oa]s?|elevad[oa]s?)|maxim[oa]s?)'],
  ['count', '', 'cuant[oa]s|(?:cual es )?el numero de'],
  ['list', '', '(?:en |de )?(?:que|cuales)(?: son(?: las| los| sus| vuestr[oa]s)?)?|(?:la |una )?lista(?: de)?(?: las| los)?'],
])

const italian = phrases([
  ['min', 'money', `(?:il |la |i |le )?(?:piu (?:economic[oaihe]+|convenient[ei])|meno (?:car[oaie]|costos[oaie]))|prezz[oi] piu bass[oi]|
    cost(?:a|ano) (?:di )?meno`],
  ['max', 'money', '(?:il |la |i |le )?piu (?:car[oaie]|costos[oaie])|prezz[oi] piu alt[oi]|cost(?:a|ano) (?:di )?piu'],
  ['min', 'mass', '(?:il |la |i |le )?(?:piu legger[oaie]|meno pesant[ei])'],
  ['max', 'mass', '(?:il |la |i |le )?piu pesant[ei]'],
  ['min', 'length duration', '(?:il |la |i |le )?piu (?:cort[oaie]|brev[ei])'],
  ['max', 'length duration', '(?:il |la |i |le )?piu lung[oaihe]+'],
  ['min', '', '(?:il |la |i |le )?(?:piu (?:piccol[oaie]|bass[oaie])|minim[oaie])'],
  ['max', '', '(?:il |la |i |le )?(?:piu (?:grand[ei]|alt[oaie])|massim[oaie])'],
])

const dutch = phrases([
  ['min', 'money', '(?:het |de )?goedkoopste?|laagste prij(?:s|zen)|minst dure|kost(?:en)? het minst'],
  ['max', 'money', '(?:het |de )?duurste?|hoogste prij(?:s|zen)|kost(?:en)? het meest'],
  ['min', 'mass', '(?:het |de )?lichtste?|weeg(?:t|en) het minst'],
  ['max', 'mass', '(?:het |de )?zwaarste?|weeg(?:t|en) het meest'],
  ['min', 'length duration', '(?:het |de )?kortste?|duurt het kortst'],
  ['max', 'length duration', '(?:het |de )?langste?|duurt het langst'],
  ['min', '', '(?:het |de )?(?:kleinste?|laagste?|minst)'],
  ['max', '', '(?:het |de )?(?:grootste?|hoogste?)'],
])

export const aggregatePhrases: Record<string, AggregatePhrase[]> = {
  fr: french, en: english, de: german, es: spanish, und: [...italian, ...dutch],
}

/**
 * Matches words that make a figure over everything the wrong answer: an exception, a choice, a comparison, what the person may
 * or must do, what is in stock at the moment.
 */
export const unsureWords: Record<string, RegExp> = {
  und: new RegExp(String.raw`(?:^| )(?:trann[ei]|senza|escluso|oppure|o|non|io|mio|mia|mi|noi|devo|posso|possiamo|magazzino|` +
    String.raw`behalve|zonder|of|niet|geen|dan|ik|mijn|me|wij|we|ons|moet|kan|mag|voorraad)(?: |$)`),
  fr: /(?:^| )(?:sauf|sans|hors|except\w*|ou|ni|pas|que|qu|je|j|me|mon|ma|mes|nous|faut|dois|doit|peut|peux|puis|stock|rupture)(?: |$)/,
  en: /(?:^| )(?:except|without|excluding|or|nor|not|no|than|i|my|we|us|need|must|should|can|could|may|stock)(?: |$)/,
  de: /(?:^| )(?:ausser|ohne|oder|nicht|kein\w*|als|ich|mein\w*|mir|mich|wir|uns|muss|soll\w*|kann|kannst|darf|brauch\w*|lager)(?: |$)/,
  es: new RegExp(String.raw`(?:^| )(?:alg[uo]\w*|una?s? (?:\w+ ){0,3}m(?:as|enos)|m(?:as|enos) \w+ que|salvo|excepto|` +
    String.raw`sin|o|ni|no|yo|mi|mis|me|nos|necesit\w*|debo|debe\w*|puedo|puede\w*|hay que|existencias|agotad\w*)(?: |$)`),
}

/** Matches comparisons with a measure, which are no others. */
export const withMeasure = / (?:than|als|que)(?= |$)/g

/** Matches what a Spanish limit begins with, and "any": comparisons and doubts elsewhere ("unas botas de menos de 60 €"). */
export const besideLimit = /(?:^| )(?:m(?:as|enos) de|algun[oa]?s?|algo)(?= |$)/g

/** Matches a word behind which a number says how many of the things are asked for: "les trois vélos les moins chers". */
export const beforeMost = /^(?:les|los|las|die|the|vos|your|eure|ihre)$/

const places = [
  /^(?:2e|second|seconde|deuxieme|zweit\w{0,2}|segund[oa])$/,
  /^(?:3e|third|troisieme|dritt\w{0,2}|tercer[oa]?)$/,
  /^(?:4e|fourth|quatrieme|viert\w{0,2}|cuart[oa])$/,
  /^(?:5e|fifth|cinquieme|funft\w{0,2}|quint[oa])$/,
]

/** Returns the place that a folded ordinal names, from the second to the fifth; undefined for any other word. */
export function placeOf (word: string): number | undefined {
  const at = places.findIndex(pattern => pattern.test(word))
  return at < 0 ? undefined : at + 2
}

const gluedPlace = new RegExp(
  '(?<!\\p{L})(?:zweit|dritt|viert|fünft)(?=(?:günst|bill|preis|teuer|leicht|schwer|kürz|läng|klein|groß|größ|höch|niedr|gering|tief)' +
  '\\p{L}*ste?[nmrs]?(?!\\p{L}))', 'giu')
const nestedPlace = /(?<!\p{L})(l[ea]) (deuxième|second|seconde|troisième|quatrième|cinquième) (?=plus|moins)/giu

/** Puts the ordinal of a superlative right before it: "das zweit günstigste", "deuxième la moins chère". */
export function placeApart (question: string, language: Language): string {
  if (language === 'de') return question.replace(gluedPlace, '$& ')
  return language === 'fr' ? question.replace(nestedPlace, '$2 $1 ') : question
}

const notDear = /(?<!\p{L})(?:pas (?:trop )?ch(?:er|ère)s?|(?:à )?bon marché)(?!\p{L})/giu

/** Asks for the cheapest where French says "not dear": "une poussette pas chère". */
export function asSuperlative (question: string, language: Language): string {
  return language === 'fr' ? question.replace(notDear, 'le moins cher') : question
}

/** Matches what stands for the things of the question before: "which of them", "welches davon"; its group is kept. */
const earlierThings: Partial<Record<Language, RegExp>> = {
  en: /(?<!\p{L})(?:(?:out )?of (?:them|these|those)|them|these|those|ones?)(?!\p{L})/giu,
  fr: new RegExp(
    String.raw`(?<!\p{L})(?:(?:parmi |d['’]entre |de )(?:elles|eux|(?:celles|ceux)[- ]ci)|(?:le|la|les)(quel(?:le)?s?)|celles?|` +
    String.raw`celui|ceux)(?!\p{L})`, 'giu'),
  de: /(?<!\p{L})(?:davon|darunter|(?:von |unter )(?:diesen|denen|ihnen))(?!\p{L})/giu,
  es: /(?<!\p{L})(?:(?:de |entre )?(?:ellas|ellos|[eé]st[ao]s|es[ao]s))(?!\p{L})/giu,
}

/** Returns a question without the words that stand for the things of the one before. */
export function withoutEarlierThings (question: string, language: Language): string {
  const words = earlierThings[language]
  if (!words) return question
  // Without a group the second argument is a position.
  const plain = question.replace(words, (_, kept: unknown) => typeof kept === 'string' ? kept : '')
  return plain.replace(/\s+/g, ' ').replace(language === 'fr' ? /\s(?=[,.])/g : /\s(?=[,.?!])/g, '').trim()
}

/** Matches words that say nothing about which things are meant. */
export const neutralWords: Record<string, RegExp> = {
  und: new RegExp('^(?:e|è|sono|il|lo|la|i|gli|le|l|un|una|uno|di|del|della|dei|delle|d|a|al|da|in|nel|nella|qual|quale|quali|che|cosa|' +
    'avete|c|ce|offrite|vendete|fra|tra|tutti|tutte|tutto|vostr[oaie]|listino|catalogo|negozio|quanto|costa|costano|per|' +
    'con|disponibil[ei]|' +
    'is|zijn|was|het|de|een|van|voor|met|in|op|bij|jullie|uw|je|welke?|wat|hebben|heb|heeft|verkopen|bieden|aanbod|alle|hele|lijst|' +
    'winkel|soort|kost|kosten|hoeveel|er|die|dat|graag)$'),
  fr: new RegExp('^(?:quelques?|enti[eè]re?s?|complete?s?|est|sont|etait|c|ce|quel|quelle|quels|quelles|le|la|les|l|un|une|des|du|' +
    'de|d|au|aux|en|a|y|t|il|ils|elle|elles|et|' +
    'existe|existent|avez|vous|vos|votre|as|tu|tes|ton|ta|vendez|vends|proposez|propose|proposes|offrez|offre|disponibles?|' +
    'possibles?|' +
    'tous|toutes|tout|toute|parmi|dans|chez|ici|boutique|magasin|catalogue|gamme|assortiment|table|tableau|liste|differente?s?|' +
    'cher|coute|coutent|combien|on|trouve|pour|avec|au|total|par|bonjour|svp|s|plait|plus|dites|donnez|montrez|moi)$'),
  en: new RegExp('^(?:whole|entire|is|are|was|were|the|a|an|of|your|you|do|does|have|has|got|sell|offer|carry|there|' +
    'exist|exists|available|which|what|any|some|' +
    'one|ones|all|in|at|here|shop|store|catalogue|catalog|range|table|list|different|please|on|for|with|and|by|among|it|its|that|' +
    's|in total|total|altogether|come|comes)$'),
  de: new RegExp('^(?:ganze[nrms]?|komplette[nrms]?|bekommen|kaufen|buchen|mieten|finden|' +
    'ist|sind|war|der|die|das|den|dem|des|ein|eine|einen|einem|einer|' +
    'euer|eure|euren|ihr|ihre|ihren|sie|habt|haben|hat|' +
    'fuhrt|fuhren|verkauft|verkaufen|bietet|bieten|an|gibt|es|verfugbar|erhaltlich|welche[rsmn]?|was|wie|hoch|von|vom|fur|mit|' +
    'und|bei|' +
    'euch|alle|allen|aller|im|in|sortiment|katalog|shop|laden|geschaft|tabelle|liste|verschiedene?|bitte|insgesamt|unter|zu|zur|' +
    'zum)$'),
  es: new RegExp('^(?:algun[oa]?s?|' +
    'enter[oa]s?|complet[oa]s?|es|son|esta|estan|el|la|los|las|lo|un|una|unos|unas|del|de|al|a|y|en|su|' +
    'sus|vuestr[oa]s?|tu|tus|tiene|tienen|' +
    'teneis|venden|vendeis|vende|ofrece|ofrecen|ofreceis|hay|existe|existen|disponibles?|que|cual|cuales|cuesta|cuestan|todos|todas|' +
    'entre|tienda|' +
    'catalogo|gama|tabla|lista|diferentes?|distint[oa]s?|por|favor|para|con|total)$'),
}

/** Matches nouns that mean whatever the data list. */
export const rowNouns = new RegExp('^(?:products?|items?|articles?|models?|produits?|references?|modeles?|produkte?n?|artikeln?|' +
  'modelle?n?|productos?|articulos?|modelos?|entries|entrees?|lignes?|rows?|options?|optionen|opciones|opcion|choses?|' +
  'things?|anything|something|etwas|algo|sorten?|arten?)$')

/** Matches the words that make a number a limit, or ask for a price or a weight: the number or the superlative already says so. */
export const limitWords = new RegExp('^(?:moins|plus|under|over|below|above|less|more|than|up|to|until|from|least|at|maximum|max|' +
  'onder|boven|tot|vanaf|minder|meer|dan|sotto|sopra|meno|piu|oltre|fino|di|' +
  'minimum|min|jusqu|a|partir|des|unter|uber|bis|ab|hochstens|mindestens|weniger|mehr|menos|mas|hasta|desde|costs?|costing|coutant|' +
  'als|cheaper|lighter|heavier|longer|shorter|dearer|pricier|billiger|gunstiger|teurer|leichter|schwerer|langer|kurzer|' +
  'coute|fur|pour|for|between|entre|zwischen|priced|prix|price|preis|precio|au|dela|sous|within|' +
  'costs?|coutent|kosten|kostet|cuestan?|valen?|weighs?|pesent?|pese|wiegt|wiegen|pesan?|dure|durent|lasts?|dauert|dauern|duran?)$')
