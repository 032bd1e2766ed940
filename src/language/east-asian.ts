// Cuts runs of Chinese, Japanese and Korean letters into pairs, because these scripts do not separate words.
import type { AnswerType, Rules } from './asking-rules.ts'
import { fold } from './letters.ts'

const letter = String.raw`[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]`
const hasLetter = new RegExp(letter, 'u')
const runs = new RegExp(`${letter}+|(?:(?!${letter}).)+`, 'gu')

/** Matches pairs that phrase a question and do not name its subject: pronouns, particles, auxiliary verbs, "how many", "which". */
const filler = new RegExp(
  String.raw`[的了吗嗎呢吧是几幾什么麼哪怎谁誰您你我们們]|` +
  // Verbs such as "want", "can" and "let", which stand beside other words; not where they are a part of one ("member", "function").
  '^(?!会[员议费馆场展社場計議期費員]|开会|[协社大学年晚机総宴聚展商]会|能[量源力]|[功智性技节可機]能|要[求件望]|[需重必摘纪主]要|[思理]想)' +
  '(?:[要想能会给让].|.[要想能会给让])$|' +
  '^(?:多少|请问|請問|如何|可以|有没|沒有|没有|何時|何时)$|' +
  String.raw`^(?:[어아해에예여세가나]요|습니|니다|니까|있어|있습|왔어|[는은]데|인가|[져해아어]서|싶어|되나|하나|주세)$|` +
  String.raw`^\p{scx=Hira}+$|^.[はがをもでに]$|^[はがをもでに]\p{scx=Han}$`,
  'u'
)

/**
 * Returns the overlapping pairs of letters of each East Asian run of a word, and its other runs whole: `USB充電器` →
 * `USB`, `充電`, `電器`. A single letter stays one.
 */
export function letterPairs (word: string): string[] {
  if (!hasLetter.test(word)) return [word]
  return (word.match(runs) ?? []).flatMap(run => {
    const letters = [...run]
    return letters.length < 3 || !hasLetter.test(run) ? [run] : letters.slice(1).map((second, i) => letters[i]! + second)
  })
}

export function isEastAsian (word: string): boolean {
  return hasLetter.test(word)
}

/** Tells whether a pair of letters belongs to the phrasing of a question. */
export function isFillerPair (word: string): boolean {
  return hasLetter.test(word) && filler.test(word)
}

/** Joins words for a search engine that finds words itself: pairs that overlap become the run they were cut from. */
export function joinPairs (words: readonly string[]): string {
  return words.reduce((text, word, i) => {
    if (i === 0) return word
    const isNext = hasLetter.test(word) && text.endsWith([...word][0]!)
    return isNext ? text + [...word].slice(1).join('') : `${text} ${word}`
  }, '')
}

/** Phrases that ask for a type of fact. Those of the second list are also what the documents call it. */
const asking: [AnswerType, phrases: string, names: string][] = [
  ['price', '多少钱|多少錢|几块钱?|幾塊錢?|いくら|何円|얼마(?:인가요|예요|에요|입니까)?', '价格|價格|价钱|收费|料金|値段|가격|요금'],
  [
    'time', '营业吗|開門嗎|开门吗|开放吗|開いて(?:います|る)か?|営業して(?:います|る)か?|几点钟?|幾點|' +
    '什么时候|什麼時候|何时|何時|いつ|何曜日|몇 ?시|언제|星期几|열려|열었|여나요|엽니까|닫나요|닫습니까|문을 ?(?:열|닫)\\S*',
    '营业时间|營業時間|開館時間|开放时间|営業時間|영업 ?시간|개관 ?시간',
  ],
  ['duration', '多久|多长时间|多長時間|多少(?:天|小时|分钟|年)|几天|幾天|何日間?|何分間?|どのくらい|どれくらい|얼마나|며칠|몇 ?분|몇 ?일', ''],
  ['age', '几岁|幾歲|何歳|몇 ?살', ''],
  ['phone', '', '电话号码|电话|電話番号|電話|전화번호|전화'],
  ['email', '', '邮箱|电子邮件|メールアドレス|メール|이메일'],
  ['place', '在哪里?儿?|哪里|哪儿|どこ|어디', '地址|住所|주소'],
  ['count', '多少|几个|幾個|何個|何人|いくつ|몇 ?개|몇 ?명', ''],
]
/** Phrases that make a question, and ask for nothing by themselves. */
const polite =
  '请问|請問|请告诉我|吗|嗎|呢|是不是|有没有|能不能|可不可以|可以|需要|教えてください|教えて|ありますか|できますか|でしょうか|ですか|' +
  'ますか|してください|ください|알려 ?주세요|알고 ?싶어요|할 ?수 ?있(?:나요|어요|을까요|습니까)|있나요|인가요|되나요|하나요|나요|어떻게|해 ?주세요'
const phrasesOf = (lists: string[]) => new RegExp(lists.filter(Boolean).join('|'), 'gu')
const questions = phrasesOf([...asking.map(([, phrases]) => phrases), polite])
const questionsAndNames = phrasesOf([...asking.flatMap(([, phrases, names]) => [names, phrases]), polite])
/** Particles at the end of a Korean word, which documents write behind other words than questions do; or all that is left of one. */
const particles = new RegExp(
  String.raw`(?<=\p{Script=Hangul}{2})(?:에서|으로|까지|부터|은|는|이|가|을|를|의|에|로|와|과|도|만|할)(?!\p{Script=Hangul})|` +
  String.raw`(?<=\d\s?\p{Script=Hangul}{1,2})(?:에는?|인데|이면|면|이고|부터|까지|은|는|이|가|을|를)(?!\p{Script=Hangul})|` +
  String.raw`(?<!\p{Script=Hangul})[은는이가을를에의](?!\p{Script=Hangul})`,
  'gu'
)

/** Recognises what an East Asian question asks for, folded as other questions are. */
export const eastAsianRules: Rules = asking.map(([type, phrases, names]) =>
  [type, new RegExp(fold([names, phrases].filter(Boolean).join('|')), 'gu')])

/**
 * Returns a question without its phrases that ask; the question itself when nothing else is in it.
 * @param isTopic without the names of the fact that it asks for, too: they are searched, but are no topic
 */
export function withoutAsking (question: string, isTopic = false): string {
  if (!hasLetter.test(question)) return question
  const rest = question.replace(isTopic ? questionsAndNames : questions, ' ').replace(particles, ' ')
  return isTopic || hasLetter.test(rest) ? rest : question
}
