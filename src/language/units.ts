// Lists the units of measure and their dimensions, in six languages.
import { fold } from './words.ts'

export type Dimension =
  | 'length' | 'area' | 'mass' | 'volume' | 'duration' | 'money' | 'percent' | 'temperature' | 'light' | 'power' | 'data' | 'person'
  /** Minutes since midnight. */
  | 'clock'
  /** Month × 31 + day, both from 1. */
  | 'date'
  /** 0 is Monday. */
  | 'weekday'
  /** A calendar year. */
  | 'year'
  /** Anything that is counted, or a number that names a size or a model. */
  | 'count'

export interface Unit {
  /** One name for all its spellings: `kg`. */
  name: string
  dimension: Dimension
  /** The size of one, in the base unit of its dimension. */
  size: number
}

const minutesPerDay = 1440
const minutesPerYear = 365.25 * minutesPerDay

/** Each line: its name, its size in the base unit, its spellings (folded, lower case). */
const table: Partial<Record<Dimension, [name: string, size: number, spellings: string][]>> = {
  length: [
    ['mm', 1, 'mm millimetre millimetres millimeter millimeters millimetern milimetro milimetros millimetro millimetri 毫米 ミリ 밀리미터'],
    ['cm', 10, 'cm centimetre centimetres centimeter centimeters zentimeter zentimetern centimetro centimetros centimetri ' +
      '厘米 公分 センチ センチメートル 센티미터 센티'],
    ['dm', 100, 'dm decimetre decimetres decimeter decimetro decimetri'],
    ['m', 1000, 'm metre metres meter meters metern metro metros metri 米 公尺 メートル 미터'],
    ['km', 1e6, 'km kilometre kilometres kilometer kilometers kilometern kilometro kilometros chilometro chilometri ' +
      '公里 千米 キロメートル 킬로미터'],
    ['in', 25.4, 'inch inches pouce pouces zoll pulgada pulgadas pollice pollici'],
    ['ft', 304.8, 'ft foot feet'],
    ['yd', 914.4, 'yd yard yards'],
    ['mi', 1.609344e6, 'mile miles'],
  ],
  area: [
    ['m²', 1, 'm² m2 qm sqm quadratmeter quadratmetern 平方米 平米 平方メートル 제곱미터 평방미터'],
    ['ha', 10_000, 'ha hectare hectares hektar hectarea hectareas ettari'],
  ],
  mass: [
    ['mg', 0.001, 'mg milligramme milligrammes milligram milligrams milligramm miligramo miligramos milligrammo milligrammi'],
    ['g', 1, 'g gr gramme grammes gram grams gramm gramo gramos grammo grammi 克 グラム 그램'],
    ['jin', 500, '斤'],
    ['hg', 100, 'hg etto etti'],
    [
      'kg', 1000,
      'kg kilo kilos kilogramme kilogrammes kilogram kilograms kilogramm kilogramo kilogramos chilo chili chilogrammo chilogrammi ' +
        '公斤 千克 キログラム キロ 킬로그램 킬로',
    ],
    ['t', 1e6, 'tonne tonnes tonnen ton tons tonelada toneladas tonnellata tonnellate'],
    ['lb', 453.592, 'lb lbs pfund'],
    ['oz', 28.3495, 'oz ounce ounces'],
  ],
  volume: [
    ['ml', 1, 'ml millilitre millilitres milliliter milliliters mililitro mililitros millilitro millilitri 毫升 ミリリットル 밀리리터'],
    ['cl', 10, 'cl centilitre centilitres centiliter centiliters zentiliter centilitro centilitros centilitri'],
    ['dl', 100, 'dl decilitre decilitres deciliter deziliter decilitro decilitros decilitri'],
    ['l', 1000, 'l litre litres liter liters litern litro litros litri 升 リットル 리터'],
    ['hl', 100_000, 'hl hectolitre hectolitres hektoliter hectolitro hectolitros ettolitro ettolitri'],
    ['m³', 1e6, 'm³ m3 kubikmeter kubikmetern'],
  ],
  duration: [
    ['s', 1 / 60, 's seconde secondes second seconds sekunde sekunden segundo segundos secondo secondi seconden'],
    [
      'min', 1,
      'min mins minute minutes minuten minuto minutos minuti minuut minutig minutige minutiges minutiger minutigen',
    ],
    ['quarter', 15, 'viertelstunde viertelstunden kwartier'],
    ['quarters', 45, 'dreiviertelstunde dreiviertelstunden'],
    ['minute', 1, '分钟 分鐘 分間 分 분'],
    ['hour', 60, '時間 小时 小時 시간'],
    ['日', minutesPerDay, '日間 日 天 工作日 个工作日 個工作日 営業日 일'],
    ['週', 7 * minutesPerDay, '週間 周 週 주'],
    ['月', minutesPerYear / 12, 'か月 ヶ月 个月 個月 개월'],
    ['年', minutesPerYear, '年間 年 歳 才 岁 歲 세 살'],
    ['h', 60, 'h heure heures hour hours hr hrs stunde stunden std hora horas ora ore uren stundig stundige stundiger stundiges stundigen'],
    ['night', minutesPerDay, 'nuit nuits nuitee nuitees night nights nacht nachte nachten noche noches notte notti'],
    ['day', minutesPerDay, 'jour jours day days tag tage tagen dia dias giorno giorni dag dagen werktag werktage werktagen ' +
      'werkdag werkdagen tagig tagige tagiger tagiges tagigen'],
    [
      'week', 7 * minutesPerDay,
      'semaine semaines week weeks woche wochen semana semanas settimana settimane weken wochig wochige wochiger wochiges wochigen',
    ],
    ['fortnight', 14 * minutesPerDay, 'fortnight fortnights'],
    ['month', minutesPerYear / 12, 'mois month months monat monate monaten mes meses mese mesi maand maanden monatig monatige ' +
      'monatiger monatiges monatigen'],
    [
      'year',
      minutesPerYear,
      'an ans annee annees year years yr yrs yo jahr jahre jahren jahrig jahrige jahriger jahrigen jahriges ano anos anni anno jaar ' +
      'jarige jaren',
    ],
  ],
  money: [
    ['euro', 1, '€ eur euro euros'],
    ['cent', 0.01, 'cent cents centime centimes centimos centesimi pence penny'],
    ['pound', 1, '£ gbp pound pounds quid'],
    ['dollar', 1, '$ usd dollar dollars dolares'],
    ['franc', 1, 'chf fr franken francs'],
    ['krone', 1, 'nok dkk sek'],
    ['zloty', 1, 'zł pln'],
    ['yen', 1, '¥ jpy yen 円'],
    ['yuan', 1, 'cny rmb yuan 元 块 圆'],
    ['won', 1, 'krw won 원'],
  ],
  percent: [['percent', 1, '% percent prozent pourcent porcentaje percento procent']],
  temperature: [['degree', 1, '° °c degre degres degree degrees grad grado grados gradi graden']],
  light: [['lumen', 1, 'lm lumen lumens']],
  power: [
    ['W', 1, 'w watt watts vatios'],
    ['kW', 1000, 'kw kilowatt kilowatts'],
    ['V', 1, 'v volt volts'],
  ],
  data: [
    ['MB', 1, 'mb mo'],
    ['GB', 1000, 'gb go'],
    ['TB', 1e6, 'tb to'],
  ],
  person: [
    [
      'person',
      1,
      'personne personnes person persons people guests personen persona personas gaste gasten personnen persone convives invites ' +
      'invitados invitati leute menschen mensen gens gente couverts ' +
      'participants participant teilnehmer teilnehmern participantes participante partecipanti deelnehmers joueurs players spieler ' +
      'jugadores giocatori spelers ' +
      'adultes adults erwachsene adultos adulti volwassenen enfants children kinder kindern kids ninos ' +
      'bambini kinderen 人 名 位 명',
    ],
  ],
}

const bySpelling = new Map<string, Unit>(Object.entries(table).flatMap(([dimension, lines]) =>
  lines.flatMap(([name, size, spellings]) =>
    spellings.split(' ').map(spelling => [fold(spelling), { name, dimension: dimension as Dimension, size }] as const))))

/** Letters that are a unit only right after digits: "3 s" is no "3 seconds" in "3's", and "a 5 to 7" holds no terabytes. */
const onlyGlued = new Set(['to', 'go', 'mo', 's', 'fr', 'in'])

/** Returns the unit of a word or sign, in any of the languages; null for any other word. */
export function unitOf (word: string, isGlued: boolean): Unit | null {
  const spelling = fold(word.toLowerCase())
  return onlyGlued.has(spelling) && !isGlued ? null : bySpelling.get(spelling) ?? null
}
