// Lists the generic words of questions to a shop or an office: they phrase the question, and do not name its subject.
import type { Language } from '../types.ts'
import { fold, stem } from './words.ts'

type Known = Exclude<Language, 'und'>

const lists: Record<Known, string> = {
  fr:
    'vendre vendez vends proposer proposez avoir avez faire faites exister existe vouloir voudrais veux pouvoir puis peux peut ' +
    'pourriez pourrait pourra pourrais savoir aller mettre met prendre prend donner donnez utiliser servir sert besoin acheter ' +
    'commander chercher cherche trouver trouve voir dire demander aimer falloir faut arriver bonjour merci plaît svp vos votre mon ' +
    'ma mes quel quelle type modèle article produit chez moi est-ce combien comment quand possible disponible vite bien encore déjà ' +
    'aussi beaucoup vraiment chose truc prévoir fourni compris inclus moment euros euro',
  en:
    'sell offer have has got get make do use need want buy order find look come comes go take give work stock tell know put bring ' +
    'keep like please hello many much long kind type model item product would could should does can will one any some really also ' +
    'still already ever available possible include included supplied actually',
  es:
    'vender venden tener tienen hacer existir existe querer quiero poder puedo saber ir poner tomar dar usar servir necesitar ' +
    'necesito comprar pedir buscar busco encontrar ver decir hay hola gracias favor tipo modelo artículo producto posible ' +
    'disponible incluido euros euro',
  de:
    'verkaufen anbieten haben machen gibt wollen möchte können kann wissen gehen nehmen geben brauchen kaufen bestellen suchen ' +
    'finden sehen sagen hallo danke bitte art modell artikel produkt möglich verfügbar enthalten euro',
}

// Made when a language is first met, since stemming takes milliseconds and most threads meet few languages.
const stemSets: Partial<Record<Known, Set<string>>> = {}

const stemSet = (language: Known) => new Set(lists[language].split(/[\s-]+/).flatMap(word => [stem(word, language), fold(word)]))

/** @param stemmed a stem of that language, as `stem` returns it */
export function isGeneric (stemmed: string, word: string, language: Language): boolean {
  if (language === 'und') return false
  const stems = stemSets[language] ??= stemSet(language)
  return stems.has(stemmed) || stems.has(fold(word))
}

/** Tells whether two stems are of one family: they share all but the last letter of the shorter one, and most of the longer. */
export function sameFamily (a: string, b: string): boolean {
  if (a.length < 4 || b.length < 4 || /\d/.test(a)) return false
  const most = Math.min(a.length, b.length)
  let common = 0
  while (common < most && a[common] === b[common]) common++
  return common >= 4 && common >= most - 1 && common >= 0.6 * Math.max(a.length, b.length) - 1
}
