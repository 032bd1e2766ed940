// Finds the role of each word in a question: subject, figure, variant, property asked for, or filler.
import type { Language } from '../types.ts'
import { answerType } from './answer-types.ts'
import { isGeneric } from './generic-words.ts'
import { fold, isStopWord, languages, stem } from './words.ts'

export type Role = 'subject' | 'figure' | 'variant' | 'namer' | 'property' | 'filler'
type Known = Exclude<Language, 'und'>

/** Adjectives and nouns that distinguish things of one kind; those on one line exclude each other. */
const variants: Record<Known, string[]> = {
  fr: [
    'petit petite petits petites grand grande grands grandes moyen moyenne',
    'rouge rouges bleu bleue bleus bleues vert verte verts vertes noir noire noirs noires blanc blanche blancs blanches gris grise ' +
    'jaune rose roses orange beige marron violet violette marine',
    'verre plastique bois métal silicone',
    'coton laine lin bambou polyester',
    'homme hommes femme femmes fille filles garçon garçons',
    'été hiver',
    'léger légère légers légères lourd lourde',
    'chaud chaude chauds chaudes froid froide',
    'gauche droite',
    'court courte courtes long longue longues',
    'simple simples double doubles',
    'autre autres même mêmes pareil pareille idem suivant suivante supérieur supérieure inférieur inférieure meilleur meilleure ' +
    'cher chère dessus dessous',
  ],
  en: [
    'small smaller smallest medium large larger largest big bigger biggest little tall taller tallest',
    'short shorter long longer',
    'red blue green black white grey gray yellow pink orange brown purple navy',
    'carbon aluminium aluminum steel titanium alu',
    'down synthetic wool merino cotton leather',
    'men mens man women womens woman kids',
    'summer winter',
    'light lighter lightest heavy heavier',
    'warm warmer warmest cold',
    'left right',
    'single double',
    'low mid high',
    'other others same cheap cheaper cheapest better best',
  ],
  es: [
    'pequeño pequeña pequeños pequeñas grande grandes mediano mediana',
    'rojo roja azul verde negro negra blanco blanca gris amarillo amarilla rosa naranja',
    'vidrio plástico madera metal',
    'hombre hombres mujer mujeres niño niña',
    'verano invierno',
    'ligero ligera pesado',
    'corto corta largo larga',
    'otro otra otros otras mismo misma barato barata mejor',
  ],
  de: [
    'klein kleine kleiner kleines kleinere groß große großer großes größere',
    'rot rote roter blau blaue blauer grün grüne schwarz schwarze schwarzer weiß weiße grau graue gelb gelbe',
    'glas kunststoff holz metall',
    'herren damen männer frauen kinder',
    'sommer winter',
    'leicht leichte leichter schwer schwere',
    'kurz kurze lang lange',
    'andere anderer anderes anderen gleiche gleichen billiger günstiger besser',
  ],
}

/** Words that introduce or name a variant: "taille 3", "the red one". */
const namers: Record<Known, string> = {
  fr: 'taille tailles lot paquet pack carton format version couleur couleurs coloris pointure contenance',
  en: 'size sizes pack version colour colours color colors one ones',
  es: 'talla tallas tamaño color colores paquete versión',
  de: 'größe größen farbe farben packung version',
}

/** Words that ask about a thing named before: never the subject of a question. */
const properties: Record<Known, string> = {
  fr:
    'stock dispo garantie garanti garantis garantie dimension dimensions poids prix matière matières composition couleur référence ' +
    'notice entretien lavage lavable lavables laver lave lavent machine lave-vaisselle sèche-linge micro-ondes sécher sèche ' +
    'nettoyer nettoie repasser étanche étanches imperméable imperméables pliable pliables compatible compatibles inclus fourni ' +
    'fournis vendu vendus livré livrés tient convient adapté adaptée résiste résistant résistante solide efficace utiliser utilise ' +
    'installer installe monter monte démonter démonte plier plie garder garde conserver conserve marche fonctionne passe dure ' +
    'arrive reçois revient reste restent remplacer changer combien charge recharge fabriqué fabriquée fabriqués exactement environ ' +
    'total tout chacun unité pièce différence temps jour jours heure heures semaine semaines mois minutes an ans années personnes ' +
    'fois litres pièces marque mieux conseillez conseillé recommandez normal normale obligatoire nécessaire',
  en:
    'stock warranty guarantee guaranteed weight price dimensions size material colour reference washable wash washed washing ' +
    'machine dishwasher dryer tumble microwave dry clean cleaned iron waterproof watertight breathable packable compatible included ' +
    'waterproofing sold fit fits last lasts install assemble fold pack charge recharge replace change made exactly roughly about ' +
    'total each difference second seconds minute minutes hour hours day days week weeks month months year years people persons ' +
    'litres times often since extra brand make better recommend suitable safe easy hard durable normal necessary back available ' +
    'ship shipped deliver delivered cost',
  es:
    'stock existencias garantía dimensiones peso precio material composición color referencia lavable lavables lavar lava lavadora ' +
    'lavavajillas secadora secar limpiar impermeable impermeables plegable compatible incluido sirve dura funciona llega cuesta ' +
    'pesa mide exactamente diferencia tiempo días horas semanas meses años personas veces marca mejor recomienda necesario',
  de:
    'lager garantie maße gewicht preis material farbe waschbar waschen maschine spülmaschine trockner trocknen reinigen wasserdicht ' +
    'faltbar kompatibel enthalten dabei hält funktioniert kostet wiegt passt genau unterschied zeit tage tagen stunden wochen ' +
    'monate jahre personen mal marke besser empfehlen nötig',
}

/** Subjects about the shop itself, which need no earlier turn. */
const ownMatters: Record<Known, string> = {
  fr:
    'horaires horaire ouvert ouverts ouverte ouvertes ouvre ouvrez ferme fermé fermez téléphone tél mail e-mail email courriel ' +
    'joindre contacter contact adresse magasin boutique livraison livraisons livrer livrez retour retours retourner renvoyer ' +
    'rembourser remboursement payer paiement paiements annuler commander expédier expédiez port colis facture compte abonnement ' +
    'fidélité cadeau',
  en:
    'opening open close closed hours phone telephone email mail contact call address shop shops store stores delivery shipping ' +
    'postage returns return returning refund refunds payment payments pay cancel gift voucher vouchers invoice account membership ' +
    'repair repairs rental parcel',
  es:
    'horario horarios abierto abiertos cierran teléfono correo contactar dirección tienda envío envíos entrega devolución ' +
    'devoluciones pago pagar cancelar factura cuenta',
  de:
    'öffnungszeiten geöffnet telefon telefonnummer email kontakt adresse laden geschäft versand lieferung rückgabe zahlung bezahlen ' +
    'stornieren rechnung konto gutschein',
}

const courtesies: Record<Known, string> = {
  fr:
    'merci bonjour bonsoir salut ok oui non d accord super parfait génial top bien reçu beaucoup au revoir bonne journée très c est ' +
    'noté ça marche',
  en: 'thanks thank you hi hello hey ok okay yes no yep nope great perfect fine good cheers bye goodbye that s very much lovely brilliant',
  es: 'gracias hola vale ok sí no perfecto genial muchas adiós',
  de: 'danke hallo ok ja nein gut perfekt super vielen tschüss schön',
}

/** Words that name nothing, and that lists of stop words lack. */
const fillers: Record<Known, string> = {
  fr:
    'partir jusqu moins tant autant propos niveau suite ensuite sinon alors donc surtout plutôt voilà super parfait pourquoi ' +
    'question entre après avant avis dedans',
  en: 'else instead then though maybe actually okay exactly about whats hows thats per question anything something nothing after before',
  es: 'entonces además menos pregunta',
  de: 'denn dann sonst eigentlich bitte frage',
}

const unit =
  new RegExp(
    String.raw`^(?:[mck]?[gl]|[mck]?m|ml|cl|mg|min|h|lm|lbs?|oz|litres?|liters?|litros?|litern?|metres?|meters?|metros?|meter|` +
    String.raw`grammes?|grams?|kilos?|mois|months?|meses|mes|monate?n?|ans?|annees?|years?|anos?|jahre?n?|jours?|days?|dias?|tage?n?|` +
    String.raw`semaines?|weeks?|semanas?|wochen?|heures?|hours?|horas?|stunden?|minutes?|personnes?|persons?|people|personas?|` +
    String.raw`personen|euros?|pounds?|lumens?|degres?|degrees?|grados?|grad|pieces?|old)$`
  )
const numerals: Record<Known, RegExp> = {
  fr: /^(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze)$/,
  en: /^(?:two|three|four|five|six|seven|eight|nine|ten|twelve)$/,
  es: /^(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce)$/,
  de: /^(?:zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|zwolf)$/,
}
const code = /^(?:[a-z]\d{1,3}|x{1,3}[sl])$/
const letterSize = /^[sml]$/
const beforeSize = /^(?:taille|size|sizes|talla|grosse|en|in|or|ou|oder|o)$/

function foldedSet (words: string): Set<string> {
  return new Set(words.split(/[\s-]+/).map(word => fold(word).replace(/ß/g, 'ss')))
}
const each = <T,>(make: (language: Known) => T) =>
  Object.fromEntries(languages.map(language => [language, make(language)])) as Record<Known, T>
const variantSets = each(language => variants[language].map(foldedSet))
const namerSets = each(language => foldedSet(namers[language]))
const propertySets = each(language => foldedSet(properties[language]))
const ownSets = each(language => foldedSet(ownMatters[language]))
const fillerSets = each(language => foldedSet(fillers[language]))
const courtesySets = each(language => foldedSet(courtesies[language]))

/** Writes a text in lower case without accents, with ` | ` where a clause ends and one space between words. */
export function plainWords (text: string): string {
  // Without its accent, "está" would be "esta", which refers back.
  const lower = text.normalize('NFC').toLowerCase().replace(/(?<!\p{L})está(?!\p{L})/gu, 'es')
  return fold(lower).replace(/ß/g, 'ss').replace(/(?<!\d)[.,;:!?…]+|[.,;:!?…]+(?!\d)/g, ' | ')
    .replace(/(?:(?<!\d)[.,]|[.,](?!\d)|[^\p{L}\p{N}|.,])+/gu, ' ').replace(/^[ |]+|[ |]+$/g, '')
}

/** Returns the role of every word of a plain text, in order; `|` is a filler. */
export function roles (plain: string, language: Language): { word: string, role: Role }[] {
  const words = plain.split(' ')
  return words.map((word, i) => ({ word, role: roleOf(word, words[i - 1] ?? '', language) }))
}

function roleOf (word: string, before: string, language: Language): Role {
  if (word === '|' || word === '') return 'filler'
  if (/^\d/.test(word) || isNumeral(word, language) || (unit.test(word) && (/\d$/.test(before) || isNumeral(before, language)))) {
    return 'figure'
  }
  if (code.test(word) || (letterSize.test(word) && beforeSize.test(before))) return 'variant'
  if (word.length === 1) return 'filler'
  if (language === 'und') return 'subject'
  if (ownSets[language].has(word)) return 'subject'
  if (variantLine(word, language) >= 0) return 'variant'
  if (namerSets[language].has(word)) return 'namer'
  if (isStopWord(word, language) || fillerSets[language].has(word) || courtesySets[language].has(word)) return 'filler'
  if (propertySets[language].has(word)) return 'property'
  if (isGeneric(stem(word, language), word, language)) return 'filler'
  return answerType(word, language) === null ? 'subject' : 'property'
}

/** Tells whether a word is a number in letters, except those that are also articles. */
export function isNumeral (plain: string, language: Language): boolean {
  return language !== 'und' && numerals[language].test(plain)
}

/** Returns the line of variants that a word is on; −1 when on none. */
export function variantLine (word: string, language: Language): number {
  return language === 'und' ? -1 : variantSets[language].findIndex(line => line.has(word))
}

/** Tells whether the words of a line can replace each other; those of the last line cannot. */
export function exchangeable (line: number, language: Language): boolean {
  return language !== 'und' && line >= 0 && line < variants[language].length - 1
}

/** Tells whether a word is about the shop itself: opening hours, delivery, returns. */
export function isAboutShop (word: string, language: Language): boolean {
  return language !== 'und' && ownSets[language].has(word)
}

/** Tells whether a text is only "thanks", "yes", "hello". */
export function isCourtesy (plain: string, language: Language): boolean {
  return language !== 'und' && plain.split(' ').every(word => word === '|' || word === '' || courtesySets[language].has(word))
}
