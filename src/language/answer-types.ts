// Detects the type of fact that a question asks for, and texts that hold a fact of that type.
import { fold } from './words.ts'
import type { Language } from '../types.ts'

export type AnswerType =
  | 'price'
  | 'weight'
  | 'length'
  | 'volume'
  | 'duration'
  | 'time'
  | 'temperature'
  | 'age'
  | 'contact'
  | 'count'
  | 'percent'
  | 'stock'
  | 'place'
  | 'material'

const number =
  String.raw`(?:\d[\d\s.,]*|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|one|two|three|four|five|six|seven|eight|nine|ten|` +
  String.raw`twelve|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|onze|douze|quinze|vingt|trente|quarante|cinquante|` +
  String.raw`soixante|cent|une dizaine|eleven|fifteen|twenty|thirty|forty|fifty|sixty|a hundred|a dozen|half an|doce|quince|veinte|` +
  String.raw`treinta|cuarenta|cincuenta|sesenta|cien|zwölf|fünfzehn|zwanzig|dreißig|vierzig|fünfzig|sechzig|hundert|ein|eine|zwei|` +
  String.raw`drei|vier|fünf|sechs|sieben|acht|neun|zehn)`
const unit = (names: string) => new RegExp(String.raw`(?<![\p{L}\p{N}])${number}\s?-?(?:${names})(?![\p{L}\p{N}])`, 'iu')

/** Matches a fact of each type, in any of the languages. */
const looks: Record<AnswerType, RegExp> = {
  price:
    new RegExp(
      String.raw`(?:[€£$]\s?\d|\d\s?(?:€|£|\$|euros?|pounds?|dollars?|CHF|EUR|GBP|USD)(?!\p{L}))|\b(?:gratuit|offert|free of charge|` +
      String.raw`for free|gratis|kostenlos)`,
      'iu'
    ),
  weight: unit('kg|g|mg|grammes?|grams?|kilos?|kilogrammes?|kilograms?|gramos?|Gramm|Kilogramm|lb|lbs|oz|tonnes?'),
  length: unit(
    'mm|cm|m|km|mètres?|metres?|meters?|centimètres?|centimetres?|centimeters?|millimètres?|kilom[eè]tres?|' +
    'inches|inch|feet|ft|metros?|centímetros?|Meter|Zentimeter'
  ),
  volume: unit('ml|cl|l|litres?|liters?|litros?|Liter'),
  duration: unit(
    'secondes?|minutes?|min|heures?|h|jours?|semaines?|mois|ans?|années?|seconds?|hours?|days?|working days?|weeks?|months?|years?|' +
    'segundos?|minutos?|horas?|días?|semanas?|meses|mes|años?|Sekunden?|Minuten?|Stunden?|Tage?n?|Wochen?|Monate?n?|Jahre?n?|' +
    'jours ouvrés'
  ),
  time: new RegExp(
    String.raw`\b\d{1,2}\s?(?:h|heures|:\d\d|am|pm|uhr)(?!\p{L})|\b(?:1[0-9]{3}|20[0-9]{2})\b|\b(?:lundi|mardi|mercredi|jeudi|` +
      String.raw`vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miércoles|jueves|` +
      String.raw`viernes|sábado|domingo|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|janvier|février|mars|avril|juin|` +
      String.raw`juillet|août|septembre|octobre|novembre|décembre|january|february|march|april|june|july|august|september|october|` +
      String.raw`november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|januar|` +
      String.raw`februar|märz|mai|juni|juli|oktober|dezember|midi|minuit|noon|midnight)\b`,
    'iu'
  ),
  temperature: /-?\d+\s?(?:°|degrés|degrees|grados|grad)/iu,
  age: unit('ans?|mois|jours|years?|months?|años?|meses|Jahre?n?|Monate?n?'),
  contact: /[\w.+-]+@[\w-]+\.\w+|(?:\+\d|\b0\d)(?:[\s.-]?\d){6,}/iu,
  count: new RegExp(String.raw`(?<![\p{L}\p{N}])${number}(?![\p{L}\p{N}])`, 'iu'),
  stock:
    new RegExp(
      String.raw`\b(?:en stock|rupture|épuisé|disponible|sur commande|réassort|de retour|in stock|out of stock|sold out|back in|` +
      String.raw`available|on order|agotado|disponible|existencias|auf lager|ausverkauft|lieferbar)`,
      'iu'
    ),
  place:
    new RegExp(
      String.raw`\b(?:\d+,?\s(?:bis |ter )?(?:rue|avenue|boulevard|place|quai|chemin|allée|impasse)|(?:calle|avenida|plaza|paseo)\s|` +
      String.raw`\d+\s[\p{L}' ]+\s(?:street|road|lane|avenue|square|way|place|row|yard)|[\p{L}]+(?:straße|strasse|gasse|platz|` +
      String.raw`weg)\s\d+)`,
      'iu'
    ),
  material:
    new RegExp(
      String.raw`\b(?:coton|laine|lin|polyester|polyamide|polypropylène|silicone|caoutchouc|cuir|mousse|bois|hêtre|pin|chêne|bambou|` +
      String.raw`métal|acier|aluminium|verre|cellulose|viscose|duvet|cotton|wool|merino|linen|nylon|polypropylene|rubber|leather|foam|` +
      String.raw`wood|beech|pine|oak|bamboo|metal|steel|titanium|glass|down|silk|algodón|lana|lino|cuero|madera|acero|vidrio|` +
      String.raw`Baumwolle|Wolle|Leinen|Leder|Holz|Stahl|Glas|Seide)\b`,
      'iu'
    ),
  percent: /\d\s?(?:%|pour cent|per ?cent|por ciento|prozent)/iu,
}

/** Matches folded words that ask for each type; the first match wins. */
const asks: Record<Exclude<Language, 'und'>, [AnswerType, RegExp][]> = {
  fr: [
    ['material', /\b(composition|matieres?|materiaux?|en quoi (?:est|sont)|en quel (?:bois|tissu|metal)|de quoi (?:est|sont))\b/],
    ['price', /\b(prix|tarifs?|coutent?|coute|couterait?|cher|revient|combien vaut)\b/],
    ['stock', /\b(en stock|disponibles?|rupture|de nouveau (?:acheter|disponible|en vente)|reassort)\b/],
    ['place', /\b(ou se trouve|ou etes vous|ou est situee?|adresse (?:de la|du|de votre) (?:boutique|magasin)|quelle adresse)\b/],
    ['contact', /\b(telephone|tel|numero de tel\w*|mail|e mail|email|courriel|adresse mail|joindre|contacter)\b/],
    ['temperature', /\b(temperature|combien de degres|a combien de degres|degres)\b/],
    ['weight', /\b(poids|pese|pesent|pese t|lourde?|kilos)\b/],
    ['age', /\b(quel age|a partir de quel age|age minimum|age)\b/],
    ['time', /\b(horaires?|heures? d ouverture|quelle heure|quand|quelle annee|quel jour|quelle date|ouverte?s?|ouvre|ferme)\b/],
    [
      'duration',
      new RegExp(
        String.raw`\b(combien de temps|combien de jours|combien de mois|combien d heures|combien de minutes|quel delai|quels delais|` +
        String.raw`delais?|duree|dure|longtemps|autonomie)\b`
      ),
    ],
    ['volume', /\b(contenance|volume|combien de litres|litres)\b/],
    ['length', /\b(dimensions?|longueur|largeur|hauteur|diametre|epaisseur|mesure|long|haute?|large|profondeur|distance|portee)\b/],
    ['percent', /\b(pourcentage|pour cent|taux|reduction)\b/],
    ['price', /\b(a combien|c est combien|combien ca|combien pour|combien faut il payer|frais|montant|combien vaut|combien d euros)\b/],
    ['count', /\b(combien|quel nombre|nombre)\b/],
  ],
  en: [
    ['material', /\b(made of|made from|materials?|fabric|filled with|what (?:wood|metal))\b/],
    ['price', /\b(price|prices|costs?|how much is|how much are|how much for)\b/],
    ['stock', /\b(in stock|available again|back in stock|availability|out of stock|sold out)\b/],
    ['place', /\b(where (?:is|are) (?:you|your|the) (?:\w+ )?(?:shops?|stores?|located|based)|where are you|your address)\b/],
    ['contact', /\b(phone|telephone|email|e mail|call you|reach you|contact)\b/],
    ['temperature', /\b(temperature|how cold|how warm|how hot|degrees)\b/],
    ['weight', /\b(weight|weigh|weighs|heavy|how light|lightest)\b/],
    ['age', /\b(how old|what age|minimum age|age)\b/],
    [
      'duration',
      new RegExp(
        String.raw`\b(how long does|how long will|how long do|how long is the (?:guarantee|warranty|delivery)|how long|` +
        String.raw`how many (?:days|hours|weeks|months|years|minutes)|how soon|how quickly|duration|how fast)\b`
      ),
    ],
    ['time', /\b(opening hours|opening times|what time|when|which year|what year|what date|which day|open|close|latest time|hours)\b/],
    ['volume', /\b(capacity|volume|how many litres|litres|how big)\b/],
    [
      'length',
      new RegExp(
        String.raw`\b(dimensions?|how tall|how wide|how high|how thick|how far|how deep|length|width|height|diameter|thickness|` +
        String.raw`distance|size|how big)\b`
      ),
    ],
    ['percent', /\b(percentage|per cent|percent|rate|discount)\b/],
    ['price', /\b(how much|charge|fee|expensive|set me back|pay for)\b/],
    ['count', /\b(how many|number of)\b/],
  ],
  es: [
    ['material', /\b(material(?:es)?|de que esta hech[oa]s?|composicion)\b/],
    ['price', /\b(precios?|cuanto cuestan?|tarifas?)\b/],
    ['stock', /\b(en existencias|disponibles?|agotado)\b/],
    ['contact', /\b(telefono|correo|email|contactar)\b/],
    ['temperature', /\b(temperatura|grados)\b/],
    ['weight', /\b(peso|pesa|pesan|pesaba)\b/],
    ['age', /\b(edad|cuantos anos tenia|cuantos anos tiene)\b/],
    ['duration', /\b(cuanto tiempo|cuantos dias|cuantas horas|cuantos meses|cuantos anos|cuanto dura|cuanto duro|plazo|duracion)\b/],
    ['time', /\b(horario|cuando|que hora|que ano|que dia|que fecha|que siglo|abre|cierra)\b/],
    ['volume', /\b(capacidad|volumen|litros)\b/],
    ['length', /\b(dimensiones|longitud|altura|anchura|distancia|mide|que tan lejos|cuantos metros|cuantos kilometros)\b/],
    ['percent', /\b(porcentaje|por ciento|que tasa)\b/],
    ['price', /\b(precio|precios|cuanto cuesta|cuanto cuestan|cuanto costo|coste|costo|tarifa|cuanto dinero|cuanto pago)\b/],
    ['count', /\b(cuantos|cuantas|cuanto|cuanta|numero de)\b/],
  ],
  de: [
    ['material', /\b(material(?:ien)?|woraus|zusammensetzung)\b/],
    ['price', /\b(preise?|kostet|kosten|wie teuer)\b/],
    ['stock', /\b(auf lager|lieferbar|verfugbar|ausverkauft)\b/],
    ['contact', /\b(telefon|telefonnummer|email|e mail|erreichen|kontaktieren)\b/],
    ['temperature', /\b(temperatur|wie kalt|wie warm|grad)\b/],
    ['weight', /\b(gewicht|wiegt|wiegen|schwer)\b/],
    ['age', /\b(wie alt|welches alter|alter)\b/],
    ['duration', /\b(wie lange|dauer|dauert|wie viele (?:tage|stunden|wochen|monate|jahre)|frist|lieferzeit)\b/],
    ['time', /\b(offnungszeiten|wann|uhrzeit|wie spat|welches jahr|welchem jahr|geoffnet|offnet|schliesst)\b/],
    ['volume', /\b(fassungsvermogen|volumen|wie viele liter|liter)\b/],
    ['length', /\b(masse|abmessungen|lange|breite|hohe|wie gross|wie hoch|wie breit|wie lang|wie weit|durchmesser)\b/],
    ['percent', /\b(prozent|prozentsatz|anteil)\b/],
    ['price', /\b(preis|preise|kostet|kosten|wie teuer|gebuhr|betrag)\b/],
    ['count', /\b(wie viele|wieviele|wieviel|wie viel|anzahl)\b/],
  ],
}

/** Returns the type of fact that a question asks for; null for any other question. */
export function answerType (question: string, language: Language): AnswerType | null {
  const text = fold(question.toLowerCase()).replace(/ß/g, 'ss').replace(/[^\p{L}\p{N}]+/gu, ' ')
  const rules = language === 'und' ? Object.values(asks).flat() : asks[language]
  return rules.find(([, words]) => words.test(text))?.[0] ?? null
}

/** Tells whether a text holds a fact of that type. */
export function holdsType (text: string, type: AnswerType): boolean {
  return looks[type].test(text)
}
