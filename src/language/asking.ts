// Lists the phrases that ask for each type of fact, in six languages.
import { fold } from './words.ts'

export type AnswerType =
  | 'price'
  | 'weight'
  | 'length'
  | 'volume'
  | 'duration'
  | 'time'
  | 'temperature'
  | 'age'
  | 'phone'
  | 'email'
  /** A telephone number, an address of e-mail, or both. */
  | 'contact'
  | 'count'
  | 'percent'
  | 'stock'
  | 'place'
  | 'material'

type Rules = [AnswerType, RegExp][]

/** Reads rules: the alternatives of each line are matched as whole words of a folded question; the first line that matches wins. */
function rules (lines: [AnswerType, string][]): Rules {
  return lines.map(([type, phrases]) => [
    type,
    new RegExp(
      String.raw`(?<!\p{L})(?:${phrases
        .trim()
        .split(/\s*\|\s*/)
        .join('|')})(?!\p{L})`,
      'gu'
    ),
  ])
}

/** Matches an asking word that is followed by one of the nouns, or by a compound that ends with it. */
const before = (asking: string, nouns: string) => String.raw`(?:${asking})(?= (?:\w+ ){1,4}\w*(?:${nouns})(?!\p{L}))`

const french = rules([
  ['material', 'composition|matieres?|materiaux?|en quoi (?:est|sont)|en quel (?:bois|tissu|metal)|de quoi (?:est|sont)'],
  ['email', 'adresses? (?:e )?mail|adresses? electroniques?|e mail|mail|email|courriel'],
  ['phone', String.raw`numeros? de tel\w*|numero a appeler|telephone|tel|telephoner|appeler a quel numero|quel numero`],
  [
    'price',
    `a quel prix|quel (?:est le )?prix|prix|tarifs?|combien(?= (?:\\w+ )?(?:coutent?|coute)(?!\\p{L}))|coutent?|coute|couterait?|cher|
    revient|combien vaut|combien(?= (?:\\w+ )?pay)`,
  ],
  ['stock', 'en stock|disponibles?|rupture|de nouveau (?:acheter|disponible|en vente)|reassort'],
  [
    'place',
    `ou se trouve|ou etes vous|ou est situee?|ou vous trouver|votre adresse|adresse (?:de la|du|de votre|de l)|quelle adresse|
    adresse postale|
    comment venir|comment (?:se rendre|aller|arriver)|itineraire`,
  ],
  ['contact', 'joindre|contacter|contact|coordonnees'],
  ['temperature', 'temperature|combien de degres|a combien de degres|degres'],
  ['weight', 'poids|combien pese|pese|pesent|pese t|lourde?|kilos'],
  ['age', 'quel age|a partir de quel age|des quel age|age minimum|age'],
  [
    'duration',
    `combien de temps|combien de (?:jours|mois|semaines|minutes|nuits)|combien d (?:heures|annees)|quel delai|quels delais|delais?|
    duree|dure|durent|
    longtemps|autonomie`,
  ],
  [
    'time',
    `horaires?|heures? d ouverture|(?:a |jusqu a |des |vers )?quelles? heures?|quand|quelle annee|quels? jours?|quelles? dates?|
    ouverte?s?|ouvrez|ouvre|
    fermez|ferme|fermee?s?`,
  ],
  ['volume', 'contenance|volume|combien de litres|litres'],
  [
    'length',
    'dimensions?|longueur|largeur|hauteur|diametre|epaisseur|mesure|long|haute?|large|profondeur|distance|portee|surface|combien de ' +
      'metres|taille fait',
  ],
  ['percent', 'pourcentage|pour cent|quel taux|taux|reduction'],
  ['price', 'a combien|c est combien|combien ca|combien pour|combien faut il payer|frais|montant|quelle somme|combien d euros'],
  ['count', 'combien|quel nombre|nombre'],
])

/** Those who pay, times, and what is paid for: a rate of theirs is a price. Any other rate is a share, or a speed. */
const payers = `adults?|child(?:ren)?|kids?|famil(?:y|ies)|groups?|guests?|(?:non )?members?|part(?:y|ies)|pensioners?|people|persons?|
  pupils?|residents?|schools?|seniors?|students?|teams?|toddlers?|visitors?`
const times = 'half day|day|night|hour|week|weekend|weekday|fortnight|month|season'
const paidFor = `hourly|daily|nightly|weekly|overnight|(?:off )?peak|seasonal|reduced|discounted|concession(?:ary)?|corporate|trade|cabin|
  delivery|courier|freight|hire|hotel|labou?r|mooring|parking|pitch|post(?:age|al)|rent(?:al)?|room|shipping|studio|suite|tuition|venue`
const rateAsPrice = String.raw`(?<=(?<!\p{L})(?:${payers}|${times}|${paidFor})(?: s)? )rates?(?! of (?:interest|return|tax|vat|exchange))|
  rates?(?= (?:for (?:\w+ ){0,2}(?:${payers})|(?:per|a|an|by the) (?:${payers}|${times}))(?!\p{L}))`

/** A speed ("heart rate", "rate limit") and what customers do ("to rate") are no share. */
const rateAsShare = String.raw`(?<!(?<!\p{L})(?:heart|pulse|breathing|flow|frame|refresh|sampl(?:e|ing)|bit|baud|data|transfer|fire|
  i|we|you|they|to|can|customers) )rate(?! limit)`

const english = rules([
  ['material', 'made of|made from|materials?|fabric|filled with|what (?:wood|metal)'],
  ['email', 'e ?mail addresse?s?|e ?mail|email'],
  ['phone', '(?:tele)?phone numbers?|telephone|phone|number to (?:call|ring)|call you|ring you|what number'],
  ['price', 'prices?|pricing|how much (?:does|do|is|are|will|would)(?= (?:\\w+ ){1,6}cost)|costs?|how much is|how much are|how much for'],
  ['stock', 'in stock|available again|back in stock|availability|out of stock|sold out'],
  [
    'place',
    `where (?:is|are) (?:you|your|the) (?:\\w+ )?(?:shops?|stores?|offices?|located|based)|where are you|where can i find you|
    your address|address|
    how (?:do|can|could) (?:i|we|you) get (?:to|there)|how to get (?:to|there)|directions`,
  ],
  ['contact', 'reach you|contact you|get in touch|contact details|contact'],
  ['temperature', 'temperature|how cold|how warm|how hot|degrees'],
  ['weight', 'weight|weigh|weighs|heavy|how light|lightest'],
  ['age', 'how old|what age|minimum age|age limit|age'],
  [
    'duration',
    `how long (?:does|will|do|is|are|for|until|before)|how long|how many (?:days|hours|weeks|months|years|minutes|nights)|how soon|
    how quickly|
    duration|how fast|how much time|how often`,
  ],
  [
    'time',
    `opening (?:hours|times)|(?:at |until |from )?what times?|when|which year|what year|what dates?|(?:which|what) days?|open|opens|
    close|closes|
    closing time|latest time|hours`,
  ],
  ['percent', before('how (?:high|big|large)', 'interest|rates?|discounts?|reduction|share')],
  ['price', before('how (?:high|big|large)', 'fees?|charges?|costs?|prices?|rent|deposits?|fines?|amounts?|contributions?|premiums?')],
  ['volume', 'capacity|volume|how many litres|litres|how big'],
  [
    'length',
    'dimensions?|how tall|how wide|how high|how thick|how far|how deep|how ' +
    'long|length|width|height|depth|diameter|thickness|distance|size|how big|how large',
  ],
  ['price', rateAsPrice],
  ['percent', `percentage|per cent|percent|interest rate|what rate|${rateAsShare}|discount`],
  ['price', 'how much|charge|fees?|expensive|set me back|pay for'],
  ['count', 'how many|number of'],
])

const spanish = rules([
  ['material', 'material(?:es)?|de que esta hech[oa]s?|composicion'],
  ['email', 'correos? electronicos?|direccion de correo|correo|e ?mail|email'],
  ['phone', 'numeros? de telefono|telefonos?|a que numero|llamar(?:os|les)?'],
  ['price', 'que precio|precios?|cuanto (?:cuestan?|valen?)|a cuanto (?:sale|esta el)|tarifas?'],
  ['stock', 'en existencias|disponibles?|agotado'],
  [
    'place',
    'donde esta(?:is|n)? (?:el|la|ubicad\\w+|situad\\w+|vuestr\\w+|su)|donde estais|donde estan|donde os|direccion|como ' +
    '(?:llegar|llego|se llega)',
  ],
  ['contact', 'contactar|contacto|poner(?:me|nos) en contacto'],
  ['temperature', 'temperatura|grados'],
  ['weight', 'cuanto pesan?|peso|pesa|pesan|pesaba'],
  ['age', 'que edad|edad minima|edad|cuantos anos tenia|cuantos anos tiene'],
  [
    'duration',
    'cuanto tiempo|cuantos dias|cuantas horas|cuantos meses|cuantos anos|cuantas semanas|cuanto duran?|cuanto duro|cuanto ' +
    'tardan?|plazo|duracion|cada cuanto',
  ],
  [
    'time',
    '(?:a |hasta |desde )?que horas?|horarios?|hora de|cuando|que ano|que dias?|que fechas?|que ' +
    'siglo|abre|abren|abris|cierra|cierran|cerrais|abiert[oa]s?',
  ],
  ['volume', 'capacidad|volumen|litros'],
  [
    'length',
    'dimensiones|longitud|altura|anchura|profundidad|distancia|cuanto miden?|mide|que tan lejos|cuantos metros|cuantos kilometros|a ' +
    'cuanto esta|superficie',
  ],
  ['percent', 'porcentaje|por ciento|que tasa|descuento'],
  [
    'price',
    'a cuanto asciende\\w*|precio|precios|cuanto cuesta|cuanto cuestan|cuanto costo|coste|costo|tarifa|tasas?|cuanto dinero|' +
    'cuanto (?:se )?pag\\w+|cuanto es',
  ],
  ['count', 'cuantos|cuantas|cuanto|cuanta|numero de'],
])

const german = rules([
  ['material', 'material(?:ien)?|woraus|zusammensetzung'],
  ['email', 'e ?mail(?: ?adressen?)?|mailadresse|email'],
  ['phone', 'telefonnummern?|telefon|tel(?: nr)?|rufnummer|unter welcher nummer|nummer|anrufen'],
  ['price', 'welche[rn]? preis|preise?|was kostet|was kosten|wie viel kosten?t?|wieviel kosten?t?|kostet|kosten|wie teuer'],
  ['stock', 'auf lager|lieferbar|verfugbar|ausverkauft'],
  ['place', 'wo (?:seid ihr|sind sie|finde ich|liegt|befindet)|adresse|anschrift|anfahrt|wie komme? (?:ich|man|wir)'],
  ['contact', 'erreichen|erreiche ich|kontaktieren|kontakt'],
  ['temperature', 'temperatur|wie kalt|wie warm|grad'],
  ['weight', 'gewicht|wie schwer|wiegt|wiegen|schwer'],
  ['age', 'wie alt|welches alter|mindestalter|ab welchem alter|alter'],
  ['duration', `wie lange?|dauer|dauert|wie viele (?:tage|stunden|wochen|monate|jahre)|welche frist|frist|lieferzeit|wie schnell|
    wie oft`],
  [
    'time',
    `offnungszeiten|sprechzeiten|um wie viel uhr|(?:ab|bis|seit) wann|wann|uhrzeit|wie spat|welches jahr|welchem jahr|
    an welchen? tag(?:en)?|
    geoffnet|offnet|offen|schliesst|geschlossen`,
  ],
  ['volume', 'fassungsvermogen|volumen|wie viele liter|liter'],
  ['percent', before('wie (?:hoch|gross)', 'zins|zinsen|zinss(?:atz|atze)|prozents(?:atz|atze)|anteil|quote|rabatt|ermassigung')],
  [
    'price',
    before(
      'wie hoch',
      'kosten|preis|preise|gebuhr|gebuhren|miete|kaution|betrag|beitrag|beitrage|rate|raten|summe|steuer|strafe|bussgeld|lohn|gehalt|' +
      'rente|zuschuss|pauschale|porto|anzahlung|zuzahlung|beteiligung|entschadigung|pramie'
    ),
  ],
  ['length', 'masse|abmessungen|lange|breite|hohe|wie gross|wie hoch|wie breit|wie lang|wie weit|wie tief|wie dick|durchmesser'],
  ['percent', 'prozent|prozentsatz|anteil|rabatt'],
  ['price', 'preis|preise|kostet|kosten|wie teuer|gebuhr(?:en)?|betrag|wie hoch|wie viel (?:zahle|muss ich zahlen)'],
  ['count', 'wie viele|wieviele|wieviel|wie viel|anzahl'],
])

const italian = rules([
  ['material', 'materiali?|di che materiale|composizione'],
  ['email', 'indirizzo (?:e ?mail|di posta)|e ?mail|posta elettronica'],
  ['phone', 'numeri? di telefono|telefono|a che numero'],
  ['price', 'che prezzo|prezz[oi]|quanto (?:costan?o?|viene|vengono|e il)|costo|costa|costano|tariff[ae]'],
  ['stock', 'disponibil[ei]|esaurit[oaie]'],
  ['place', 'dove siete|dove vi trov\\w+|dove si trova|indirizzo|come (?:arrivare|arrivo|si arriva)'],
  ['contact', 'contattar\\w+|contatti'],
  ['weight', 'quanto pesan?o?|peso|pesa'],
  ['age', 'che eta|eta minima|eta'],
  ['duration', 'quanto tempo|quanti giorni|quante ore|quanti mesi|quanto durano?|durata|ogni quanto'],
  ['time', '(?:a |fino a )?che or[ae]|orari[oi]?|quando|che giorn[oi]|in che anno|apert[oaie]|aprite|apre|chius[oaie]|chiudete|chiude'],
  ['percent', before('quanto e (?:alto|alta)', 'tasso|interesse|interessi|sconto')],
  ['price', `a quanto ammont\\w+|${before('quanto e (?:alto|alta)', 'canone|affitto|costo|quota|multa|cauzione')}`],
  ['length', 'dimensioni|larghezza|altezza|profondita|diametro|quanto e (?:lungo|largo|alto|grande)|quanto dista'],
  ['percent', 'percentuale|per cento|sconto'],
  ['price', 'quanto e|quanto si paga|quanto pago'],
  ['count', 'quanti|quante|quanto|numero di'],
])

const dutch = rules([
  ['email', 'e ?mail(?: ?adres)?|mailadres'],
  ['phone', 'telefoonnummers?|telefoon|welk nummer|bellen'],
  ['price', 'welke prijs|prijs|prijzen|wat kost|wat kosten|hoeveel kosten?|kost|kosten|tarief|tarieven'],
  ['stock', 'op voorraad|leverbaar|uitverkocht'],
  ['place', 'waar (?:zijn jullie|zit(?:ten)? jullie|is de|is het|vind ik)|adres|hoe kom ik'],
  ['contact', 'bereiken|contact'],
  ['weight', 'hoe zwaar|gewicht|weegt'],
  ['age', 'hoe oud|welke leeftijd|leeftijd|vanaf welke leeftijd'],
  ['duration', 'hoe lang|hoeveel (?:dagen|weken|maanden|uur|tijd)|hoelang|duurt|duur'],
  ['time', '(?:tot |vanaf |om )?hoe laat|openingstijden|wanneer|welke dag(?:en)?|geopend|open|gesloten|dicht'],
  ['percent', before('hoe hoog', 'rente|percentage|korting')],
  ['price', before('hoe hoog', 'kosten|prijs|huur|borg|bijdrage|boete|premie|bedrag|tarief')],
  ['length', 'afmetingen|lengte|breedte|hoogte|hoe groot|hoe hoog|hoe breed|hoe ver|hoe diep'],
  ['percent', 'procent|korting'],
  ['price', 'hoeveel betaal|bijdrage|hoe hoog'],
  ['count', 'hoeveel|aantal'],
])

/** Rules by the language of the question; of an unknown language all of them are tried. */
export const askingRules: Record<string, Rules> = {
  fr: french, en: english, es: spanish, de: german, und: [...dutch, ...italian, ...spanish, ...french, ...german, ...english],
}

/** Writes a question as the rules read it: folded words between single spaces. */
export function plainQuestion (question: string): string {
  return fold(question.toLowerCase()).replace(/ß/g, 'ss').replace(/[^\p{L}\p{N}]+/gu, ' ')
}
