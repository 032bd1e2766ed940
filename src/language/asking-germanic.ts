// Lists the phrases that ask for each type of fact in English, German and Dutch.
import { before, inGermanClause, rules, who } from './asking-rules.ts'

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

/** Not behind "do you sell": what is offered, not when. */
const offered = String.raw`(?<!(?<!\p{L})(?:(?:do|have|can) (?:you|i|we)|(?:is|are) there) .*)`

export const english = rules([
  [
    'person',
    who(
      'whos|who (?:is|s|are|was|runs|leads|owns|teaches|organises|organizes|manages)|' +
      'who looks after|who (?:do|should|can) i (?:ask|talk to|' +
      'speak to|write to|contact|see|turn to)',
      'the|your|our|a|in|of|for|about',
      'boss|captain|skipper|owners?|managers?|directors?|heads?|chair|chairman|chairwoman|chairperson|' +
      'presidents?|charge|responsible|leaders?|founders?'
    ),
  ],
  ['frequency', 'how often|how many times|how frequently'],
  ['discount', 'how much off|money off|discounts?|reductions?|reduced (?:price|rate|fare)s?|concessions?|any(?:thing)? off|cheaper rate'],
  ['material', 'made of|made from|materials?|fabric|filled with|what (?:wood|metal)'],
  ['email', 'e ?mail addresse?s?|(?:(?:send|write)(?: you)? (?:an )?)?(?:e ?mail|email)'],
  [
    'phone',
    '(?:tele)?phone (?:numbers?|no|nr|num)|fax numbers?|fax|telephone|phone|number to (?:call|ring)|call you|ring you|what number|' +
    'your number(?= ?$)',
  ],
  ['price', 'prices?|pricing|how much (?:does|do|is|are|will|would)(?= (?:\\w+ ){1,6}cost)|costs?|how much is|how much are|how much for'],
  ['stock', 'in stock|available again|back in stock|availability|out of stock|sold out'],
  [
    'place',
    `where (?:is|are) (?:you|your|the) (?:\\w+ )?(?:shops?|stores?|offices?|located|based|situated)|
    where (?:are|r) (?:you|u)|(?<=^ ?)where(?: is it)?(?= ?$)|where can i find you|
    your address|address|
    how (?:do|can|could) (?:i|we|you) get (?:to|there)|how to get (?:to|there)|directions`,
  ],
  [
    'contact',
    'reach (?:you|support|the (?:\\w+ )?(?:team|staff|support|office|desk|reception|manager|owner|helpline))|contact you|get in touch|' +
    'contact details|contact|' +
    '(?:talk|speak|chat) (?:to|with) (?:(?:an?|the) )?(?:(?:real )?(?:human|person)|advis[eo]r|agent|staff|someone|somebody)',
  ],
  ['temperature', 'temperature|how cold|how warm|how hot|degrees'],
  ['weight', 'weight|weigh|weighs|heavy|how light|lightest'],
  ['age', 'how old|what age|minimum age|age limit|age'],
  [
    'duration',
    `how long (?:does|will|do|is|are|for|until|before)|how long|how many (?:days|hours|weeks|months|years|minutes|nights)|how soon|
    how quickly|(?<=(?:delivery|shipping|lead|processing|waiting|response|handling|repair|journey|crossing|travel) )times?|
    duration|how fast|how much time|how (?:early|far in advance|late)`,
  ],
  ['deadline', '(?:until|till|by) when|how long (?:is|are) (?=(?:\\w+ ){1,5}valid(?!\\p{L}))'],
  [
    'time',
    `opening (?:hours|times)|(?<=day )times(?= ?$)|
    (?<=(?<!\\p{L})when (?:\\w+ ){1,6})tak(?:e|es|ing) place|
    (?:at |until |from )?what times?|when|which year|what year|what (?:(?:is|are) the )?dates?|
    ${offered}the dates(?= (?:of|for)(?!\\p{L}))|(?:which|what) days?|open|opens|
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
  ['percent', `percentage|per cent|percent|interest rate|what rate|${rateAsShare}`],
  ['price', 'how much|(?:do|does|will|would) (?:you|they|it) charge|charges?(?= for| of| is| are)|' +
    'what charge|fees?|expensive|set me back|pay for'],
  ['count', 'how many|number of'],
])

/** What takes time. Most other times are times of day: "Besuchszeiten", "Abfahrtszeiten". */
const process = 'liefer|versand|warte|bearbeitungs|reaktions|antwort|reparatur|lade|flug|koch|back|gar|trocken|durchlauf|vorlauf'
/** "Habt ihr am Montag auf?" */
const having = 'habt|haben|hat|ist|seid|sind'

export const german = rules([
  [
    'person',
    who(
      'wer (?:ist|sind|leitet|fuhrt|macht|unterrichtet|betreut|organisiert|kummert sich)|an wen (?:wende ich mich|kann ich mich wenden|' +
      'muss ich mich wenden)|mit wem (?:kann ich|muss ich)|bei wem (?:melde ich mich|kann ich)',
      'der|die|das|den|dem|eure?|euer|ihre?|bei|euch|ihnen|um|fur|mein|meine|hier',
      'chef|chefin|inhaber|inhaberin|leiter|leiterin|leitung|geschaftsfuhrer|geschaftsfuhrerin|vorsitzende[rn]?|zustandig|' +
      'verantwortlich|ansprechpartner|ansprechpartnerin|besitzer|besitzerin'
    ),
  ],
  ['frequency', 'wie oft|wie haufig|in welchem abstand|wie viele male'],
  ['discount', '\\p{L}*rabatte?|ermassigung(?:en)?|ermassigt\\w*|nachlass|vergunstigung(?:en)?'],
  ['material', 'material(?:ien)?|woraus|zusammensetzung'],
  ['email', '(?:e ?mail(?: ?adressen?)?|mailadresse|email)(?: (?:schreiben|schicken|senden))?'],
  ['phone', 'telefonnummern?|telefon|tel(?: nr)?|rufnummer|unter welcher nummer|nummer|anrufen'],
  ['price', 'welche[rn]? preis|preise?|was kostet|was kosten|wie viel kosten?t?|wieviel kosten?t?|kostet|kosten|wie teuer'],
  ['stock', 'auf lager|lieferbar|verfugbar|ausverkauft'],
  ['place', '(?<=^ ?)wo(?: ist (?:das|es))?(?= ?$)|' +
    'wo (?:seid ihr(?: zu finden)?|sind sie|finde ich|liegt|befindet)|adresse|anschrift|anfahrt|wie komme? (?:ich|man|wir)'],
  [
    'contact',
    'erreichen|erreiche ich|kontaktieren|kontakt|' +
    'mit (?:(?:eine[mr] )?(?:echten )?(?:menschen?|person|mitarbeiter(?:in)?)|jemandem?) (?:sprechen|reden|telefonieren)',
  ],
  ['temperature', 'temperatur|wie kalt|wie warm|grad'],
  ['weight', 'gewicht|wie schwer|wiegt|wiegen|schwer'],
  ['age', 'ab wann (?:darf|durfen)|wie alt|welches alter|mindestalter|ab welchem alter|alter'],
  ['deadline', 'bis (?:wann|zu welchem (?:datum|tag))'],
  ['time', `wie lange?(?= (?:${having}) ${inGermanClause}(?:auf|offen|geoffnet) ?$)`],
  ['duration', `wie lange?|dauer|dauert|wie viele (?:tage|stunden|wochen|monate|jahre)|welche frist|frist|
    (?:${process})zeit(?:en)?|wie schnell|
    wie (?:fruh|kurzfristig)`],
  [
    'time',
    `offnungszeiten|sprechzeiten|um wie viel uhr|(?:ab|bis|seit) wann|wann|uhrzeit|wie spat|welches jahr|welchem jahr|
    an welchen? tag(?:en)?|(?<=(?<!\\p{L})wann (?:\\w+ ){1,6})statt(?= ?$)|
    geoffnet|offnet|offen|schliesst|geschlossen|(?<=(?<!\\p{L})(?:${having}) ${inGermanClause})(?:auf|zu)(?= ?$)`,
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
  ['percent', 'prozent|prozentsatz|anteil'],
  ['price', 'preis|preise|kostet|kosten|wie teuer|gebuhr(?:en)?|betrag|wie hoch|wie viel (?:zahle|muss ich zahlen)'],
  ['count', 'wie viele|wieviele|wieviel|wie viel|anzahl'],
])

export const dutch = rules([
  [
    'person',
    who(
      'wie (?:is|zijn|leidt|geeft|doet|regelt|organiseert|gaat over)|bij wie (?:moet ik|kan ik) (?:zijn|terecht|wezen)|' +
      'met wie (?:kan|moet) ik',
      'de|het|een|jullie|uw',
      'baas|directeur|directrice|eigenaar|eigenares|voorzitter|verantwoordelijke|leider|beheerder|hoofd|chef'
    ),
  ],
  ['frequency', 'hoe vaak|hoeveel keer|om de hoeveel'],
  ['discount', 'korting(?:en)?|gereduceerd tarief'],
  ['email', 'e ?mail(?: ?adres)?|mailadres'],
  ['phone', 'telefoonnummers?|telefoon|welk nummer|bellen'],
  ['price', 'welke prijs|prijs|prijzen|wat kost|wat kosten|hoeveel kosten?|hoe duur|kost|kosten|tarief|tarieven'],
  ['stock', 'op voorraad|leverbaar|uitverkocht'],
  ['place', '(?<=^ ?)waar(?= ?$)|waar (?:zijn jullie|zit(?:ten)? jullie|is de|is het|vind ik)|adres|hoe kom ik'],
  ['contact', 'bereiken|contact|met (?:iemand|een (?:echt )?mens|een medewerker) (?:praten|spreken|bellen)'],
  ['weight', 'hoe zwaar|gewicht|weegt'],
  ['age', 'hoe oud|welke leeftijd|leeftijd|vanaf welke leeftijd'],
  ['duration', 'hoe lang|(?:lever|wacht)tijd(?:en)?|hoeveel (?:dagen|weken|maanden|uur|tijd)|hoelang|duurt|(?<!hoe )duur'],
  ['deadline', 'tot wanneer'],
  ['time', '(?:tot |vanaf |om )?hoe laat|openingstijden|wanneer|(?<=wanneer (?:\\w+ ){1,6})plaats(?= ?$)|' +
    'welke dag(?:en)?|geopend|open|gesloten|dicht'],
  ['percent', before('hoe hoog', 'rente|percentage|korting')],
  ['price', before('hoe hoog', 'kosten|prijs|huur|borg|bijdrage|boete|premie|bedrag|tarief')],
  ['length', 'afmetingen|lengte|breedte|hoogte|hoe groot|hoe hoog|hoe breed|hoe ver|hoe diep'],
  ['percent', 'procent'],
  ['price', 'hoeveel betaal|bijdrage|hoe hoog'],
  ['count', 'hoeveel|aantal'],
])
