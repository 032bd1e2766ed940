// Detects pronouns in a question that refer to something outside it.
import type { Language } from '../types.ts'
import { isAboutShop, type Role } from './follow-up-words.ts'

type Known = Exclude<Language, 'und'>

/** Phrases with a pronoun that refers to nothing: "il faut", "is it possible to", "es gibt". */
const empty: Record<Known, RegExp> = {
  fr: new RegExp(
    String.raw`\b(?:s il (?:vous|te) plait|qu est ce qu(?=i|e)|est ce que?|est ce qu(?= )|(?:faut|fait|y a t|existe t|reste t|` +
      String.raw`suffit|vaut|manque t|pleut|faudra t|faudrait) il|il (?:ne |n |me |te |nous |vous |m |lui |en |s )?(?:faut|faudra|` +
      String.raw`faudrait|y a|y aura|existe|reste|manque|suffit|vaut|pleut|neige|doit faire|fait|agit|est (?:possible|obligatoire|` +
      String.raw`necessaire|interdit|conseille|permis|autorise|utile|tard|prevu))|(?:est|serait) il (?:possible|obligatoire|` +
      String.raw`necessaire|interdit|conseille|permis|autorise|utile|prevu|dangereux|vrai|normal)|c (?:est|` +
      String.raw`serait) (?:encore )?(?:possible|obligatoire|necessaire|interdit|utile|autorise|dangereux|normal) (?:de|d|que|qu|si)|` +
      String.raw`(?:quelle heure|quand) est il|qui \w+ (?:t )?il|c est quoi (?=\w)|en ce moment|c est a dire|tout ca)\b`,
    'g'
  ),
  en: new RegExp(
    String.raw`\b(?:(?:is|was|would|will) it (?!easy|hard|simple|difficult|quick)(?:\w+ ){1,6}?(?=(?:to|that|if|when)\b)|(?:is|` +
      String.raw`was) it (?:possible|ok|okay|normal|common|usual) (?=for\b)|(?:does|will|would) it (?:take|cost|matter|` +
      String.raw`mean)(?= (?:me |you |us |long |much |many |\w+ )*(?:to|for|if|when|that)\b)|it (?:takes|costs|rains|snows|freezes|` +
      String.raw`gets|is raining|is cold|s raining|s cold|s possible|says|depends)|(?:is|are|was|were) there|there (?:is|are|s)|` +
      String.raw`that (?:much|many|way|said)|so that|now that|(?:one|1) (?:of|person|man|day|week|year|month|litre|liter|single|time|` +
      String.raw`way|more|size|half))\b`,
    'g'
  ),
  es: /\b(?:es (?:posible|necesario|obligatorio|verdad)|por (?:eso|ello|lo)|lo que|a la vez)\b/g,
  de: new RegExp(
    String.raw`\b(?:gibt es|es gibt|ist es (?:moglich|notig|erlaubt|wahr)|wie lange dauert es|dauert es|geht es|es (?:regnet|` +
      String.raw`schneit|geht|ist moglich)|haben sie|bieten sie|verkaufen sie|liefern sie|konnen sie|verschicken sie|versenden sie|` +
      String.raw`akzeptieren sie|machen sie|fuhren sie)\b`,
    'g'
  ),
}

/** Pronouns that refer back, in the contexts that identify them as pronouns. */
const strong: Record<Known, RegExp> = {
  fr: new RegExp(
    String.raw`\b(?:ils?|elles?|celui|celle|ceux|celles|dedans|(?:lequel|laquelle|lesquels|lesquelles)(?! des? | du | de vos|` +
      String.raw` d entre)|(?:ce|cet|cette|ces) (?!soir|matin|midi|semaine|mois|annee|ete|hiver|printemps|automne|week|noel|jour|` +
      String.raw`jours|genre|type|sont|qui|que?|qu|n|moment|sera|serait|n est)\w{3,}|(?:son|sa|ses|leurs?) (?:poids|prix|tarif|` +
      String.raw`dimensions?|taille|largeur|hauteur|longueur|matiere|composition|autonomie|contenance|couleurs?|garantie|reference|` +
      String.raw`portee|notice|housse|batterie|capacite|age)|(?:comment|peut on|puis je|peux tu|pouvez vous|pourriez vous|faut il|` +
      String.raw`doit on|dois je|on (?:peut|doit)|je (?:peux|dois|veux|voudrais)) (?:les?|la|l|y|en) \w*(?:er|ir|re|oir)(?= |$)|` +
      String.raw`comment (?:on|je) (?:les?|la|l) \w+|(?:pour|sans|de) (?:les?|la|l) (?:recevoir|laver|monter|installer|utiliser|` +
      String.raw`retourner|renvoyer|essayer|nettoyer|commander|payer|plier|ranger|avoir|mettre|porter|fixer|demonter|secher|charger|` +
      String.raw`entretenir|conserver|garder|rendre|louer)(?= |$)|(?:me|te|nous|vous|m|se) (?:les?|la|l) (?!a\b)\w+(?:er|ir|re|oir|` +
      String.raw`ez)(?= |$)|(?<!(?:ai|a t|aurai|avons|auront) )(?:je|on|tu) (?:les?|la|l|y) (?!a\b|droit|choix|temps)\w+|(?<=(?:^|que|` +
      String.raw`qu|si|et|comme|quand|comment|combien|\|) )vous (?:les?|la|l|y) \w+|^(?:et )?vous (?:les?|la|l) \w+|(?:je|on|vous|tu|` +
      String.raw`j|y|il) en (?:avez|ai|a|fait|fais|aurez|auriez|reste|faut|vendez|faites|veux|voudrais|prends|mets|met|commande))\b`,
    'g'
  ),
  en: new RegExp(
    String.raw`\b(?:(?:is|are|was|were|does|do|did|can|could|will|would|has|have|had|should|may|might|must) (?:it|they|this|these|` +
      String.raw`those|that)|(?<=(?:^|\||and|but|so|if|when|because|how|what|why|where) )(?:it|they|that|this|these|those)(?: s| re|` +
      String.raw` ll| is| are| was| has| have| does| do| can| comes?| will| would)|(?:what|how|where|why|who|when) s (?:it|that|this)|` +
      String.raw`its (?!time)|(?<=\b(?:can|could|may|should|must|shall|will|would|do|does|how to|need to|have to|` +
      String.raw`want to)\b[^|]* )(?:(?:it|them|that one|this one)(?= |$)|one(?= \||$))|(?:it|them)(?= \||$)|\w+ing (?:it|them)(?= |` +
      String.raw`$)|(?:with|for|in|on|of|about|from|under|inside|than|like|into|to|without) (?:it|them|that|this|these|those)(?= \||$|` +
      String.raw` (?:one|ones)\b)|(?:which|other|another|this|that|the|an?)(?: \w+){0,2} ones?(?= \||$| (?:is|has|are|have|for|in|` +
      String.raw`with|without|do|does|would|should|can|fits?|you|weighs?|costs?|that|instead|please|as|to|on)\b)|(?:this|these|those|` +
      String.raw`(?<=(?:^|\||\b(?:is|does|do|of|in|for|with|on|about|and|under|can|has|will|would|fits?|from|to|how|use|` +
      String.raw`wash)) )that) (?!week|weekend|month|year|morning|evening|summer|winter|spring|autumn|time|kind|sort|way|is|are|was|` +
      String.raw`will|would|can|has|have|does|do|i|you|we|they|he|she|the|my|your|a)\w{3,}(?= |$)|(?<!(?:is|are|over|out|not|` +
      String.raw`be) )there(?= \||$)|how (?:about|s) (?:it|that|this))\b`,
    'g'
  ),
  es: new RegExp(
    String.raw`\b(?:esto|eso|ellos?|ellas?|(?<!donde |como |cuando )(?:este|esta|estos|estas|ese|esa|esos|esas)(?! (?:en|de|la|el|` +
      String.raw`los|las|un|una|a)\b| \w+(?:ado|ada|ados|adas|ido|ida|idos|idas|ito|ita)\b)|(?:puedo|puede|se puede|podemos|como|` +
      String.raw`hay que|debo) (?:lo|la|los|las) \w+|(?:lavar|usar|poner|meter|devolver|comprar|llevar|limpiar|secar)(?:lo|la|los|` +
      String.raw`las)|(?:lo|la|los|las) (?:tienen|tiene|venden|hay|puedo|puede|envian)|(?:el|la|los|las) (?:mas )?(?:roj|azul|verd|` +
      String.raw`negr|blanc|pequen|grand|otr|barat)\w*(?= \||$)|cuanto (?:cuestan?|pesan?|miden?|duran?)(?= \||$))\b`,
    'g'
  ),
  de: new RegExp(
    String.raw`\b(?:er|ihn|ihm|dieser|diese|dieses|diesen|diesem|(?:ist|hat|passt|wiegt|kostet|kommt|wird|sind|gibt|geht|halt|` +
      String.raw`braucht|darf|kann man|muss man|kann ich|soll ich|wie wasche ich|haben sie) (?:es|sie|das)(?= \||$|` +
      String.raw` (?:\w+ )?(?:wasser|wasch|fur|auch|in|mit|auf|so|noch|schon|genug|lieferbar|gross|schwer|leicht|warm|wieder|denn|` +
      String.raw`maschine|bei|im|zum|ohne)\w*)|damit|dafur|davon|darin|daran)\b`,
    'g'
  ),
}

/** Pronouns that may refer back, or to something named after them: "c'est combien, le lit ?". */
const weak: Partial<Record<Known, RegExp>> = {
  fr: /\b(?:ca|cela|c|ce(?= (?:sont|n est|sera|serait)))\b/g,
  de: /\bdas(?= \||$| (?:auch|so|denn|wasserdicht|in|noch))/g,
}

const determiner: Record<Known, RegExp> = {
  fr: new RegExp(
    String.raw`^(?:le|la|les|l|un|une|des|du|mon|ma|mes|notre|nos|votre|vos|son|sa|ses|leur|leurs|cette|cet|ce|ces|quel|quelle|` +
      String.raw`quels|quelles|deux)$`
  ),
  en: /^(?:an?|the|my|our|your|his|her|any|some|this|these|those|what|which|two)$/,
  es: /^(?:el|la|los|las|un|una|unos|unas|mi|mis|su|sus|vuestro|vuestra|que)$/,
  de: /^(?:der|die|das|den|dem|ein|eine|einen|einem|einer|mein|meine|meinen|ihr|ihre|ihren|euer|eure|welche|welcher|welches)$/,
}
const preposition: Record<Known, RegExp> = {
  fr: /^(?:a|au|aux|en|dans|sur|sous|avec|sans|pour|par|chez|vers|contre|apres|avant|pendant|depuis|entre|jusqu)$/,
  en: /^(?:in|on|at|to|for|with|without|from|by|under|over|into|through|during|after|before|inside)$/,
  es: /^(?:a|al|en|con|sin|para|por|desde|hasta|sobre)$/,
  de: /^(?:in|im|ins|an|am|auf|mit|ohne|fur|bei|beim|zu|zum|zur|nach|von|vom|aus|bis)$/,
}

/** Matches the words that start a new clause. */
const boundary = /^(?:\||or|and|but|if|when|because|so|while|et|ou|mais|si|quand|car|donc|y|o|pero|cuando|und|oder|aber|wenn|weil)$/
const auxiliary = /^(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|est|sont|es|son|ist|sind)$/

/**
 * Tells whether a plain text has a pronoun that refers to something outside it.
 * @param parts its words with their roles
 */
export function refersBack (plain: string, parts: { word: string, role: Role }[], language: Language): boolean {
  if (language === 'und') return false
  // Same length, so that positions stay valid.
  const text = plain.replace(empty[language], phrase => phrase.replace(/\S/g, '_'))
  const before = (index: number) => plain.slice(0, index).split(' ').filter(Boolean).length
  for (const { index } of text.matchAll(strong[language])) {
    const at = before(index)
    if (!explained(parts.slice(0, at), language) && !follows(parts.slice(at + 1), language, 2)) return true
  }
  for (const { index } of weak[language] ? text.matchAll(weak[language]) : []) {
    const at = before(index)
    const after = parts.slice(at + 1)
    if (
      !after.some(({ word }) => isAboutShop(word, language)) &&
      !explained(parts.slice(0, at), language) &&
      !follows(after, language, 1)
    ) { return true }
  }
  return false
}

/** Tells whether the thing is named before: in an earlier clause, as "my tent", "la poussette", or as the first word. */
function explained (before: { word: string, role: Role }[], language: Known): boolean {
  const clause = before.findLastIndex(({ word }) => boundary.test(word))
  const earlier = before.slice(0, Math.max(0, clause))
  if (earlier.some(({ role }) => role === 'subject')) return true
  const own = before.slice(clause + 1)
  return own.some(({ role }, i) => role === 'subject' && (i === 0 || auxiliary.test(own[i - 1]!.word) || nounPhrase(own, i, language)))
}

/**
 * Tells whether the thing is named afterwards: "elle pèse combien, la poussette ?".
 * @param skip words after the pronoun: its verb and the object right after it
 */
function follows (after: { word: string, role: Role }[], language: Known, skip: number): boolean {
  if (language === 'en' || language === 'de') {
    // Only after a pause: "is it warm, the fleece?"
    const pause = after.findLastIndex(({ word }) => word === '|')
    return pause >= 0 && after.slice(pause + 1, pause + 5).some(({ role }, i, rest) => role === 'subject' && nounPhrase(rest, i, language))
  }
  return after.some(({ role }, i) => role === 'subject' && nounPhrase(after, i, language, skip))
}

/** Tells whether the word at `i` follows a determiner that is not after a preposition nor within the first `skip` words. */
function nounPhrase (words: { word: string }[], i: number, language: Known, skip = 0): boolean {
  for (let left = i - 1; left >= Math.max(skip, i - 5); left--) {
    if (words[left]!.word === '|') return false
    // After the pronoun, "du" is more likely "of the".
    if (preposition[language].test(words[left]!.word) || (skip > 0 && /^(?:du|des)$/.test(words[left]!.word))) return false
    if (determiner[language].test(words[left]!.word)) return !preposition[language].test(words[left - 1]?.word ?? '')
  }
  return false
}
