// Lists the words for comparing questions: those to ignore, those that change the meaning, and synonyms.
import type { Language } from '../types.ts'
import { fold, languages, tokens } from './words.ts'

type Known = Exclude<Language, 'und'>

/** Courtesy and phrasing: with or without them, the question is the same. None of them can be its subject. */
const neutralLists: Record<Known, string> = {
  fr:
    'bonjour bonsoir salut merci svp stp plaît pardon excusez dites dire moi voudrais aimerais savoir question renseignement info ' +
    'infos information informations pouvez pourriez peut peux puis pourrais possible est-ce que quel quelle quels quelles svp ' +
    "cordialement s'il juste alors donc actuellement exactement souhaite souhaiterais connaître indiquer préciser avoir avez chez " +
    'vous votre vos mon ma mes nos notre on je',
  en:
    'hi hello hey thanks thank please sorry excuse tell me know wondering wonder like would could can may possible what which ' +
    'question info information just so actually exactly currently our you i we us do does is are have got get there any be been it ' +
    'this the a an',
  es:
    'hola buenos buenas días tardes gracias favor perdón disculpe decir decirme dígame saber quisiera querría gustaría pueden puede ' +
    'puedo podría podrían posible qué cuál cuáles pregunta información solo entonces exactamente actualmente su sus mi mis nuestro ' +
    'tienen tiene hay',
  de:
    'hallo guten tag danke bitte entschuldigung sagen mir wissen möchte würde gerne gern könnten können kann könnte möglich was ' +
    'welche welcher welches welchen frage info information nur also genau aktuell eigentlich denn ihr ihre ihren mein meine unser ' +
    'haben gibt es ich sie man',
}

/**
 * Words that change the question, however short, each with its meaning. Two questions must have the same meanings. Most
 * of them are stop words, which content words lack.
 */
const tellingLists: Record<Known, Record<string, string>> = {
  fr: {
    not: 'pas jamais aucun aucune rien ni non nulle', without: 'sans hors sauf', with: 'avec', more: 'plus davantage', less: 'moins',
    most: 'maximum max maximal maximale', least: 'minimum min minimal minimale', before: 'avant', after: 'après', since: 'depuis',
    until: 'jusque jusqu', under: 'sous dessous', over: 'dessus sur', inside: 'dans dedans intérieur', outside: 'dehors extérieur',
    between: 'entre', only: 'seulement uniquement seul seule', all: 'tout tous toute toutes', or: 'ou', and: 'et', who: 'qui',
    where: 'où', when: 'quand', why: 'pourquoi', how: 'comment',
    must: 'faut dois doit devons doivent obligatoire obligé obligatoirement must', against: 'contre', other: 'autre autres',
    same: 'même mêmes', again: 'encore re', already: 'déjà', half: 'demi demie moitié', double: 'double doubles', one: 'première premier',
    two: 'deux deuxième second seconde', three: 'trois troisième', four: 'quatre', five: 'cinq', six: 'six', seven: 'sept', eight: 'huit',
    nine: 'neuf', ten: 'dix', twelve: 'douze', too: 'trop', early: 'tôt', late: 'tard', for: 'pour',
  },
  en: {
    not: 'not no never none neither nor cannot nothing', without: 'without except excluding', with: 'with including', more: 'more',
    less: 'less fewer', most: 'most maximum max', least: 'least minimum min', before: 'before', after: 'after', since: 'since',
    until: 'until till by', under: 'under below', over: 'over above', on: 'on', off: 'off', up: 'up', down: 'down', in: 'in inside',
    out: 'out outside', between: 'between', only: 'only', all: 'all every each', or: 'or', and: 'and', who: 'who whom whose',
    my: 'my mine', your: 'your yours', where: 'where', when: 'when', why: 'why', how: 'how',
    must: 'must need needs required mandatory compulsory', should: 'should', against: 'against', other: 'other another else',
    same: 'same', again: 'again', already: 'already', still: 'still', half: 'half', double: 'double twice', one: 'first once',
    two: 'two second', three: 'three third', four: 'four fourth', five: 'five fifth', six: 'six', seven: 'seven', eight: 'eight',
    nine: 'nine', ten: 'ten', twelve: 'twelve dozen', too: 'too', early: 'early', late: 'late', both: 'both', will: 'will',
    was: 'was were did had', through: 'through via', away: 'away', back: 'back',
  },
  es: {
    not: 'no nunca ningún ninguna ninguno nada ni tampoco', without: 'sin salvo excepto', with: 'con', more: 'más', less: 'menos',
    most: 'máximo máxima', least: 'mínimo mínima', before: 'antes', after: 'después tras', since: 'desde', until: 'hasta',
    under: 'bajo debajo', over: 'sobre encima', inside: 'dentro', outside: 'fuera', between: 'entre', only: 'solamente únicamente sólo',
    all: 'todo todos toda todas cada', or: 'o u', and: 'y e', who: 'quién quiénes', where: 'dónde adónde', when: 'cuándo', why: 'porqué',
    how: 'cómo', must: 'debo debe deben obligatorio must', against: 'contra', other: 'otro otra otros otras', same: 'mismo misma',
    already: 'ya', still: 'aún todavía', half: 'medio media mitad', double: 'doble', one: 'primero primera', two: 'dos segundo segunda',
    three: 'tres tercero', four: 'cuatro', five: 'cinco', six: 'seis', seven: 'siete', eight: 'ocho', nine: 'nueve', ten: 'diez',
    twelve: 'doce', too: 'demasiado', early: 'temprano pronto', late: 'tarde', for: 'para',
  },
  de: {
    not: 'nicht kein keine keinen keinem keiner nie niemals nichts weder', without: 'ohne außer', with: 'mit', more: 'mehr',
    less: 'weniger', most: 'maximal höchstens maximum meisten', least: 'mindestens minimal minimum', before: 'vor vorher bevor',
    after: 'nach nachher nachdem', since: 'seit', until: 'bis', under: 'unter unterhalb', over: 'über oberhalb', on: 'an ein',
    off: 'aus ab', up: 'auf hoch', down: 'runter zu', inside: 'in drinnen innen im', outside: 'draußen außen', between: 'zwischen',
    only: 'nur ausschließlich', all: 'alle alles jede jeder jedes', or: 'oder', and: 'und sowie', who: 'wer wen wem',
    where: 'wo wohin woher', when: 'wann', why: 'warum wieso weshalb', how: 'wie', must: 'muss müssen brauche pflicht nötig',
    should: 'soll sollte', against: 'gegen', other: 'andere anderer anderes anderen', same: 'gleiche gleichen selbe',
    again: 'wieder erneut', already: 'schon bereits', still: 'noch', half: 'halb halbe hälfte', double: 'doppelt doppelte',
    one: 'erste ersten', two: 'zwei zweite', three: 'drei dritte', four: 'vier', five: 'fünf', six: 'sechs', seven: 'sieben',
    eight: 'acht', nine: 'neun', ten: 'zehn', twelve: 'zwölf', too: 'zu', early: 'früh', late: 'spät', for: 'für',
  },
}

/** Synonyms in any question to a shop or an office. Opposites are on different lines. */
const synonymLists: Record<Known, string[]> = {
  fr: [
    'prix tarif tarifs coût coûte coûtent coûter montant vaut combien cher', 'délai délais durée temps longtemps dure',
    'livraison livrer livrez livré livrée livrées expédition expédier expédiez envoi envoyer envoyez',
    'retour retourner renvoyer rendre renvoi', 'remboursement rembourser remboursé remboursez',
    'gratuit gratuite gratuits gratuites offert offerte offerts offertes', 'commande commandes commander commandé', 'colis paquet',
    'abîmé abîmée cassé cassée endommagé endommagée', 'magasin boutique magasins', 'ouvert ouverts ouverte ouvrez ouvre ouverture',
    'garantie garanti garantis garanties', 'modifier changer modification', 'annuler annulation', 'payer paiement règlement régler',
    'réparer réparation réparez', 'laver lavage lavable nettoyer nettoyage entretien', 'réduction remise ristourne rabais',
    'horaires heures horaire', 'suivre suivi', 'supprimer effacer suppression', 'essayer essai tester', 'conserver garder conservation',
  ],
  en: [
    'price prices cost costs pricing much charge', 'long time take takes duration',
    'delivery deliver delivers delivered shipping ship ships shipment', 'return returns returning', 'refund refunds refunded reimbursed',
    'free gratis', 'order orders ordered', 'parcel package', 'broken damaged', 'shop store shops stores', 'open opening opens',
    'guarantee warranty guaranteed', 'change modify amend', 'cancel cancellation cancelling', 'pay payment paying',
    'repair repairs fix mend repaired', 'wash washing clean cleaning', 'discount reduction', 'hours times', 'track tracking follow',
    'delete remove', 'try test', 'bike bicycle', 'sofa couch', 'phone telephone', 'buy purchase', 'often frequently', 'fit compatible',
  ],
  es: [
    'precio precios cuesta cuestan costo coste cuánto vale tarifa', 'plazo tiempo tarda tardan dura duración',
    'envío envíos enviar envían entrega entregan entregar', 'devolver devolución devoluciones', 'reembolso reembolsar reembolsan',
    'gratis gratuito gratuita', 'pedido pedidos pedir', 'paquete', 'roto rota dañado dañada', 'tienda tiendas',
    'abierto abierta abren abre abrir apertura', 'garantía', 'cambiar modificar cambio', 'cancelar anular cancelación', 'pagar pago',
    'reparar reparación', 'lavar lavado limpiar', 'descuento rebaja', 'horario horarios hora horas',
  ],
  de: [
    'preis preise kostet kosten viel teuer', 'lange dauer dauert zeit',
    'lieferung liefern liefert geliefert versand versenden verschicken', 'rückgabe zurückgeben retoure zurücksenden zurückschicken',
    'erstattung erstattet geldzurück', 'kostenlos gratis umsonst', 'bestellung bestellungen bestellen bestellt', 'paket päckchen',
    'kaputt beschädigt defekt', 'laden geschäft filiale', 'geöffnet öffnet offen öffnungszeiten', 'garantie gewährleistung',
    'ändern änderung', 'stornieren storno stornierung', 'bezahlen zahlen zahlung', 'reparieren reparatur', 'waschen reinigen reinigung',
    'rabatt nachlass ermäßigung',
  ],
}

interface Words { neutral: Set<string>, telling: Map<string, string>, synonyms: Map<string, string> }

function wordsOf (language: Known): Words {
  const forms = (list: string) => list.split(/[\s_]+/).flatMap(entry => tokens(entry)).flatMap(word => [word, fold(word)])
  const telling = new Map<string, string>()
  // "où" means where; without its accent it means or, but people in a hurry also type it for where: the first entry for a form wins.
  for (const [what, list] of Object.entries(tellingLists[language])) {
    for (const word of list.split(' ')) for (const form of [word, fold(word)]) if (!telling.has(form)) telling.set(form, what)
  }
  const synonyms = new Map<string, string>()
  synonymLists[language].forEach((list, i) => {
    for (const word of forms(list)) synonyms.set(word, `=${i}`)
  })
  return { neutral: new Set(forms(neutralLists[language])), telling, synonyms }
}

const all = Object.fromEntries(languages.map(language => [language, wordsOf(language)])) as Record<Known, Words>

/** Returns the meaning of a lower-case word that two equal questions must share; undefined for other words. */
export function tells (word: string, language: Known): string | undefined {
  return all[language].telling.get(word)
}

export function isNeutral (word: string, language: Known): boolean {
  return all[language].neutral.has(word)
}

/** Matches a plain plural ending. A stem would merge too much: "port" and "porte", "niño" and "niña". */
const plural: Record<Known, RegExp> = { fr: /(?<=\p{L}{3})[sx]$/u, en: /(?<=\p{L}{3})s$/u, es: /(?<=\p{L}{3})s$/u, de: /(?!)/u }

/** Returns one name for all synonyms: the number of their line, or else the singular of the word, with its accents. */
export function meaning (word: string, language: Known): string {
  const { synonyms } = all[language]
  return synonyms.get(word) ?? synonyms.get(fold(word)) ?? word.replace(plural[language], '')
}
