// Reads numbers with Chinese, Japanese and Korean units, which no space divides from them: "5,000円", "二百元", "오전 9시".
import type { Token } from './quantity-token.ts'

const digits = '〇一二三四五六七八九'
const figure = String.raw`\d+(?:[,.]\d+)*|[${digits}零两兩十百千]+`
/** Units, the longest first. A number of people and a day of the month look alike in some of them. */
const units =
  '个工作日|個工作日|分钟|分鐘|分間|小时|小時|時間|日間|工作日|営業日|週間|か月|ヶ月|个月|個月|年間|円|元|块|圆|歳|才|岁|歲|分|天|日|周|週|年|人|名|位|' +
  '平方メートル|キロメートル|センチメートル|メートル|センチ|ミリリットル|リットル|ミリ|キログラム|キロ|グラム|' +
  '平方米|平米|毫米|厘米|公分|公里|千米|公尺|米|公斤|千克|斤|克|毫升|升|' +
  '제곱미터|평방미터|킬로미터|센티미터|밀리미터|미터|센티|킬로그램|킬로|그램|밀리리터|리터|시간|개월|원|분|일|주|세|살|명'
/** After the hour of a day stands its half, or its minutes. */
const hour = String.raw`(?<eastHour>[時时点點시])(?!間)(?:(?<eastHalf>半|반)|\s?(?<eastMinutes>\d{1,2})[分분])?`
const later = new Set(['午後', '下午', '晚上', '오후', '저녁'])

/** What a number of times, or an amount, in a week has behind it: "每周三次" is no Wednesday. */
const times = String.raw`\s?(?:次(?!日)|[节節堂][课課]|[个個]小|小[時时]|[十百千][元块]|天(?![气氣]))`
/** Days of the week, from Monday on, as their last sign names them; "周日" and "日曜日", but not the "日" of a date. */
const weekday =
  String.raw`(?:周|週|星期|礼拜|禮拜)(?<eastWeekday>[一二三四五六日天])(?![\p{sc=Han}]?[年月]|${times})|(?<eastWeekday2>[月火水木金土日])曜日?|` +
  String.raw`(?<eastWeekday3>[월화수목금토일])요일`
const weekdayNames: [signs: string, name: string][] = [
  ['一月월', 'monday'], ['二火화', 'tuesday'], ['三水수', 'wednesday'], ['四木목', 'thursday'], ['五金금', 'friday'], ['六土토', 'saturday'],
  ['日天일', 'sunday'],
]

/** Matches a number with its unit, a time of day, or a day of the week. Korean writes a space between a word and the hour. */
export const eastAsianMeasure =
  String.raw`${weekday}|(?:(?<eastDay>午前|午後|上午|下午|晚上|早上|오전|오후|저녁)\s?)?(?<eastNumber>${figure})\s?` +
  String.raw`(?:(?<eastUnit>${units}|${hour})|(?=(?:到|至|から|부터|[~〜～-])\s?(?:${figure})))`
/** Matches the letters between, one by one: a number may begin within a run of them. */
export const eastAsianLetter = String.raw`(?<word2>から|[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}〜～~])`

/** Tells whether a match is of the pattern above. */
export function isOfEastAsia (groups: Record<string, string | undefined>): boolean {
  return (groups.eastNumber ?? weekdaySign(groups)) !== undefined
}

function weekdaySign ({ eastWeekday, eastWeekday2, eastWeekday3 }: Record<string, string | undefined>): string | undefined {
  return eastWeekday ?? eastWeekday2 ?? eastWeekday3
}

/** Returns the tokens of such a match: a number and its unit, or one time or day. */
export function readEastAsian (groups: Record<string, string | undefined>, start: number, end: number): Token[] {
  const sign = weekdaySign(groups)
  if (sign !== undefined) {
    const [, name = ''] = weekdayNames.find(([signs]) => signs.includes(sign)) ?? []
    return [{ kind: 'word', text: name, value: 0, isNegative: false, isGlued: false, start, end }]
  }
  const { eastNumber = '', eastUnit = '', eastHour, eastHalf, eastMinutes = '0', eastDay = '' } = groups
  const value = chineseValue(eastNumber)
  const base = { value: 0, isNegative: false, isGlued: false, start, end }
  if (eastHour !== undefined && value !== null && value <= 24) {
    const hours = value < 12 && later.has(eastDay) ? value + 12 : value
    return [{ ...base, kind: 'clock', text: `${eastNumber}:`, value: hours * 60 + (eastHalf === undefined ? Number(eastMinutes) : 30) }]
  }
  // "2024年" is a year, and no age.
  const isYear = /^(?:19|20)\d\d$/.test(eastNumber) && eastUnit === '年'
  const middle = end - eastUnit.length
  const number: Token = { ...base, kind: 'number', text: value === null ? eastNumber.replaceAll(',', '') : String(value), end: middle }
  return isYear || eastUnit === '' ? [number] : [number, { ...base, kind: 'word', text: eastUnit, isGlued: true, start: middle }]
}

/** Returns the value of figures or of Chinese numerals below ten thousand; null for a decimal, which its reader understands. */
function chineseValue (written: string): number | null {
  if (/^\d/.test(written)) return /\./.test(written) ? null : Number(written.replaceAll(',', ''))
  let [total, digit] = [0, 0]
  for (const sign of written) {
    const power = { 十: 10, 百: 100, 千: 1000 }[sign]
    if (power !== undefined) [total, digit] = [total + (digit || 1) * power, 0]
    else digit = sign === '两' || sign === '兩' ? 2 : sign === '零' ? 0 : digits.indexOf(sign)
  }
  return total + digit
}
