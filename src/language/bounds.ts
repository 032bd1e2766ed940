// Reads the words that make a number a limit ("from 60 €", "under 6", "8 and over"), in six languages.
import { fold } from './words.ts'

/** `more` and `less` leave the number itself out. */
export type Bound = 'from' | 'more' | 'upTo' | 'less'

/** Comparisons with less that are denied: "not younger than", "nicht kleiner als". */
const notLess =
  '(?:no|not) (?:few|small|short|young|light|low|narrow|thinn|slow|earli)er than|' +
  'nicht (?:wenig|klein|kurz|jung|leicht|niedrig|schmal|dunn|gering|fruh)er als|' +
  'niet (?:mind|klein|kort|jong|licht|lag|small|dunn|vroeg)er dan|' +
  'pas plus (?:petit|court|jeune|leger|bas|etroit|mince|tot)\\p{L}* que'

const before: [Bound, string][] = [
  ['from', `${notLess}|not under|not below|nicht unter|no menores de|non sotto i|niet onder`],
  [
    'upTo',
    'dans les|in less than|in meno di|pas plus de|at most|not more than|no more than|hochstens|nicht mehr als|no mas de|como ' +
    'maximo|non piu di|niet meer dan|au plus|au maximum|maximum of|not over|not above|not exceeding|' +
    '(?:no|not) \\p{L}+er than|pas plus \\p{L}+ que|nicht \\p{L}+er als|niet \\p{L}+er dan|' +
    "limitee?s? a|plafonnee?s? a|n'excedant pas|ne depass\\p{L}* pas|" +
    'ne (?:doi(?:t|vent)|peu(?:t|vent)) pas (?:depasser|exceder)|' +
    'inferieure?s? ou egale?s? a|limited to|not exceed|no superior(?:es)? a|no super\\p{L}*|no (?:deben?|pueden?) superar|como mucho|' +
    'a lo sumo|limitad[oa]s? a|un maximo de|un massimo di|al massimo|non oltre|non superior[ei] ai?|limitat[oaie] a|ten hoogste|' +
    'hoogstens|hooguit|tot en met|beperkt tot|begrenzt auf|dans un delai de|en un plazo de|in un termine di|binnen een termijn van',
  ],
  [
    'from',
    'pas moins de|at least|not less than|no less than|mindestens|nicht weniger als|no menos de|al menos|como minimo|por lo ' +
    'menos|non meno di|almeno|minstens|ten minste|au moins|au minimum|mayor(?:es)? de|maggior[ei] di|' +
    'superieure?s? ou egale?s? a|a compter d[eu]|upwards of',
  ],
  // "lighter than", "plus court que": a comparison with a smaller, or a larger, one.
  [
    'less',
    '(?:lighter|shorter|smaller|younger|cheaper|lower|narrower|thinner|slimmer|quicker|faster|earlier|sooner) than|' +
    'moins \\p{L}+ que|plus (?:leger|court|petit|jeune|bas|etroit|mince|fin|rapide|tot)\\p{L}* que|' +
    '(?:leichter|kurzer|kleiner|junger|billiger|gunstiger|niedriger|schmaler|dunner|schneller|fruher) als|' +
    'menos \\p{L}+ que|mas (?:liger|cort|pequen|joven|barat|baj|estrech|delgad|rapid)\\p{L}* que|' +
    'piu (?:legger|cort|piccol|giovan|economic|bass|strett|sottil|rapid)\\p{L}* di|' +
    '(?:lichter|korter|kleiner|jonger|goedkoper|lager|smaller|dunner|sneller|vroeger) dan',
  ],
  // "Fewer than", "weniger als" and "minder dan" end like the others, and say less.
  ['more', '(?!(?:rath|oth|few)er)\\p{L}+er than|plus \\p{L}+ que|(?!weniger)\\p{L}+er als|mas \\p{L}+ que|(?!minder)\\p{L}+er dan'],
  // The load that a thing carries is the largest one.
  [
    'upTo',
    'traglast|tragkraft|tragfahigkeit|belastbarkeit|zuladung|nutzlast|payload|load capacity|weight capacity|charge (?:utile|admissible)|' +
    'capacite de charge|carga (?:util|admisible)|capacidad de carga|portata|draagvermogen|draagkracht|laadvermogen',
  ],
  ['upTo', 'support(?:s|e|ent|er)|carr(?:y|ies)|bears?|tragt|tragen|aguantan?|soportan?|sopporta|draagt'],
  [
    'more',
    'plus de|more than|over|above|exceeding|mehr als|uber|oberhalb von|mas de|superior(?:es)? a|superieure?s? a|piu di|oltre|sopra|' +
    'meer dan|boven|au dela de|au-dela de|depassant|au-dessus de|por encima de|al di sopra di|superior[ei] ai?',
  ],
  [
    'less',
    'moins de|less than|fewer than|under|below|weniger als|unter|menos de|inferior(?:es)? a|inferieure?s? a|meno di|sotto|minder ' +
    'dan|onder|menor(?:es)? de|minor[ei] di|au-dessous de|en dessous de|unterhalb von|por debajo de|al di sotto di|inferior[ei] ai?',
  ],
  [
    'from',
    'a partir d(?:e|u|[ao]s?)|a partire da|a partire dal|depuis|from|starting at|starting from|since|ab|desde|partir ' +
    'de|vanaf|da|dai|dal|dalle|as of|apres|after|nach|despues del?|dopo|na',
  ],
  [
    'upTo',
    'rayon de|radius of|umkreis von|radio de|raggio di|straal van|' +
    "jusqu'a|jusqu'au|jusqu'aux|ate(?: (?:aos?|as?|os?))?|up to|until|till|by|bis zu[mr]?|bis|" +
    'hasta|tot|fino a(?:l|llo|i|gli|lla|lle)?|avant|before|vor|antes ' +
    "del?|prima d(?:i|el|ei|egli|ell[ae]|ell')|voor|within|sous|innerhalb von|binnen|entro|en menos de",
  ],
  ['from', 'minim\\w*|mindest\\w*|min'],
  ['upTo', 'maxim\\w*|hochst\\w*|max|massim\\w*'],
]
/** Words that may stand between the bound and its number. */
const fillers =
  "the age ages aged of i gli lo les la le las los l' de du des d' den dem der zu einem einer alle ai il een je un une a an ca " +
  "environ etwa von i gli l'age alters bestellwert einkaufswert warenwert grosse value spend commande taille size edad importe " +
  'compra pedido eta spesa ordine leeftijd bestelbedrag about circa ein eine and including einschliesslich achat order bestelling ' +
  'bestellung orders load weight charge poids gewicht alter'
const between = `(?: (?:${fillers.replaceAll(' ', '|')}))*`

const beforePatterns = before.map(([bound, words]) => [bound, new RegExp(`(?:^|[^\\p{L}])(?:${words})${between}$`, 'u')] as const)

const after: [Bound, RegExp][] = [
  ['from', new RegExp(fold('^様? ?(?:以上|이상|から|부터)'), 'u')],
  ['upTo', new RegExp(fold('^様? ?(?:以下|以内|以內|之内|内|まで|이하|이내|까지)'), 'u')],
  ['less', new RegExp(fold('^ ?(?:未満|미만|以前)'), 'u')],
  [
    'from',
    new RegExp(
      String.raw`^\s*(?:\+|(?:et|and|or|ou|und|oder|y|o|e|en|of|in)\s+(?:plus|over|older|more|up|above|mehr|alter|daruber|mas|mayores|` +
      String.raw`piu|oltre|su|ouder|meer|later|apres|spater|superieure?s?)(?!\p{L})|(?:minimum|mindestens|au moins|or later|upwards|` +
      String.raw`aufwarts|(?:como )?minimo|almeno|minimaal|at least|au minimum)(?!\p{L}))`,
      'u'
    ),
  ],
  [
    'upTo',
    new RegExp(
      String.raw`^\s*(?:(?:et|and|or|ou|und|oder|y|o|e|en|of)\s+(?:moins|under|younger|less|below|weniger|junger|menos|menores|meno|` +
      String.raw`jonger|minder)(?!\p{L})|(?:maximum|max|hochstens|au plus|au maximum|at most|` +
      String.raw`maximal|maximaal|(?:como )?maximo|como mucho|(?:al )?massimo|nicht uberschreiten|a ne pas depasser|limit)(?!\p{L}))`,
      'u'
    ),
  ],
]

/** No space divides these from the word before them. */
const eastAsianFrom = new RegExp(fold('(?:满|滿|至少|最低|최소)$'), 'u')

/** How much text is read on each side. */
const leftChars = 40
const rightChars = 24

/** Returns how the words around a number limit it; null when they do not. */
export function boundOf (text: string, start: number, end: number): Bound | null {
  const right = plain(text.slice(end, end + rightChars))
  for (const [bound, pattern] of after) if (pattern.test(right)) return bound
  const left = plain(text.slice(Math.max(0, start - leftChars), start))
    // A shortened word ends no sentence.
    .replace(/(?<=(?:^|[^\p{L}])(?:max|min|mind|hochst|ca|env|approx|circa))\./gu, '')
    .split(/[.;!?\n](?=\s|$)/)
    .at(-1)!
    .replace(/[^\p{L}\d'-]+/gu, ' ')
    // "over-65s"
    .replace(/[\s-]+$/, '')
  if (eastAsianFrom.test(left)) return 'from'
  for (const [bound, pattern] of beforePatterns) if (pattern.test(left)) return bound
  return null
}

function plain (text: string): string {
  // Without its accent, "dès" would be the article.
  return fold(text.toLowerCase().normalize('NFC').replaceAll('dès', 'a partir de')).replace(/’/g, "'")
}
