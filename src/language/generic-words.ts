// Lists the generic words of questions to a shop or an office: they phrase the question, and do not name its subject.
import type { Language } from '../types.ts'
import { fold, stem } from './words.ts'

/** "it, nl, pt": a language without a list of its own may be any of these. */
type Listed = Exclude<Language, 'und'> | 'it, nl, pt'

const generic: Record<Listed, string> = {
  fr:
    'vendre vendez vends proposer proposez avoir avez faire faites exister existe vouloir voudrais veux pouvoir puis peux peut ' +
    'pourriez pourrait pourra pourrais savoir aller mettre met prendre prend donner donnez utiliser servir sert besoin acheter ' +
    'commander chercher cherche trouver trouve voir dire demander aimer falloir faut arriver bonjour merci plaît svp vos votre mon ' +
    'ma mes quel quelle type modèle article produit chez moi est-ce combien comment quand possible disponible vite bien encore déjà ' +
    'aussi beaucoup assez suffisamment moyen moyens mode modes ' +
    'vraiment chose truc prévoir fourni compris inclus moment euros euro',
  en:
    'sell offer have has got get make do use need want buy order find look come comes go take give work stock tell know put bring ' +
    'keep like please hello many much enough long means method methods ' +
    'kind type model item product would could should does can will one any some really also ' +
    'still already ever available possible include included supplied actually',
  es:
    'vender venden tener tienen hacer existir existe querer quiero poder puedo saber ir poner tomar dar usar servir necesitar ' +
    'necesito comprar pedir buscar busco encontrar ver decir hay hola gracias favor tipo modelo artículo producto posible ' +
    'disponible incluido bastante suficiente métodos euros euro',
  de:
    'verkaufen anbieten haben machen gibt wollen möchte können kann wissen gehen nehmen geben brauchen kaufen bestellen suchen ' +
    'finden sehen sagen hallo danke bitte genug möglichkeiten art modell artikel produkt möglich verfügbar enthalten euro ' +
    'habt habe hab hast hat seid sind bin könnt könnte könnten darf dürfen muss müssen soll sollen bekommen werden',
  'it, nl, pt':
    'posso possiamo potete puoi può possono vorrei volevo avete fate faccio vendete accettate quale quali qual basta serve servono ' +
    'vuole bisogna abbastanza genoeg metodi manieren ho hai ha abbiamo hanno fare avere è sono siete si più quanto quanta quanti c ' +
    'mio mia prodotto prodotti articolo articoli tipo modello product producten artikel artikelen soort model ' +
    'hebben hebt heb heeft jullie kan kunnen mag mogen wil willen zou moet moeten krijg krijgen geven doen verkopen er ' +
    'ik je mijn is zijn ' +
    'vender vendem ter tem têm fazer fazem existe querer quero queria pode podem podemos precisar preciso comprar procurar procuro ' +
    'encontrar ver dizer produto produtos artigo artigos possível disponível incluído',
}

/** Forms of the verbs that ask, wish and may ("pouvez-vous me dire"): their stems are not those of the infinitives. */
const politeForms: Record<Listed, string> = {
  fr:
    'pouvons pouvez peuvent pouvait pourrions pourrons pourront puisse puissiez puissions veut voulons voulez veulent voulais voudrions ' +
    'sais sait savons savez savent sauriez dis dit dites indiquer indiquez préciser précisez renseigner renseignez expliquer ' +
    'expliquez souhaite souhaitons souhaiterais désire désirons',
  en: 'explain wonder wondering wanna',
  es:
    'podrías podríamos podríais quisiera quisiéramos querría digo dime dígame díganme decirme decirnos indicar indíqueme indicarme ' +
    'explicar explicarme gustaría',
  de:
    'könntet willst wollt möchtest möchtet weißt wisst musst müsst müsste müssten sollten dürft dürfte dürften mag mögen sagt erklären ' +
    'hätte hätten wäre wären würdest würdet',
  'it, nl, pt':
    'potreste potrebbe vorremmo volete vogliamo sapete sapere dirmi dirci kunt kon zouden wilt willen weet vertellen zeggen uitleggen',
}

/** Shortened words and preambles that ask nothing: "z. Zt.", "asap", "my question is". */
const shorthand: Record<Listed, string> = {
  fr: 'ok cest jai yatil yat svp stp qd pr ds tjs tjrs bcp pcq psk pb qq qqn qqch cf etc ex env bjr bsr slt mrc cdt cdlt ' +
  'asap question questions demande',
  en:
    'whats wheres whos hows whens theres dont doesnt cant wont isnt arent youre ok okay nr yr r pls plz thx ty asap btw fyi ' +
    'etc eg ie approx incl excl max min abt b4 u ur im ive question questions query enquiry wondered',
  // "Medios" has the stem of "medias", which are worn.
  es: 'ok medios xq pq tb tmb xfa pfa porfa etc ej aprox incl max min sr sra uds ud pregunta preguntas consulta duda dudas',
  de: 'ok z zt zb bzw evtl ggf usw etc u a ua d h dh inkl exkl ca max min mfg lg vg bsp allg vllt iwie frage fragen anfrage daher deshalb',
  'it, nl, pt':
    'ok mee xche xke cmq nn qlc qlcs grz tt sig sigg ecc es domanda domande ' +
    'bijv evt ivm mbt ipv mvg gr aub svp dwz enz ca max min incl excl vraag vragen mogelijk',
}

/** Words that say little of a subject, but are it where nothing else is: common verbs, adverbs and forms of address. */
const light: Record<Listed, string> = {
  fr:
    'dedans dois devons devez doit doivent devrais devrait devrions faudrait faudra habite habiter ' +
    'venir viens venez passer passe obtenir recevoir garder laisser amener apporter payer gens ' +
    'personne personnes quelqu aujourd hui hier joignable joignables maintenant après ensuite quelques madame monsieur ' +
    'messieurs maître cher chère salutations ' +
    'cordialement refaire rester reste montrer falloir déjà encore fois',
  en:
    'inside coming going paying leaving staying living calling gone let allowed happen happens ' +
    'must live lives say said ask see show shown help anything something someone ' +
    'anyone people person thing things stuff today tomorrow yesterday reachable now again later here hi hey dear thanks regards ' +
    'sir madam pay paid bring ' +
    'brought leave stay turn start try call called whole only',
  es:
    'dentro toca tocar llevar traer dejar quedar recibir deber debo vivo vivir pagar gente persona personas cosa cosas ' +
    'alguien algo ahora hoy ' +
    'ayer localizable mañana después luego todavía señor señora señores saludos estimados valer sale salir pasa pasar venir ' +
    'vengo ir voy podemos',
  de:
    'gibts jemand jemanden jemandem gehe geht nimmt komme kommt kommen kriege kriegen kriegt bekomme bekommt wohne wohnen wohnt ' +
    'lassen lasse bleiben bleibe ' +
    'bringen ' +
    'bringe mitbringen benutzen nutzen verwenden erhalten passiert zahlen bezahlen leute mensch menschen person personen sache sachen ' +
    'ding mal wieder danach dann jetzt heute gestern morgen erreichbar noch eigentlich vielleicht gern gerne überhaupt voll ' +
    'passen passt drauf rein wirklich herr frau damen herren ' +
    'grüße grüßen gruß lg vg mfg liebe lieber werde wird sollte tun zeigen',
  'it, nl, pt':
    'devo dobbiamo deve venire vengo andare vado prendere portare usare mettere dare trovare ancora già adesso oggi poi qualcosa ' +
    'qualcuno ' +
    'cosa gente persona persone paga pagare pago sapere dire favore buongiorno salve grazie gentile saluti ' +
    'kun wilt zouden krijgt geeft komen kom komt gaan ga gaat nemen neem brengen meenemen gebruiken zetten vinden weten zeggen ' +
    'worden wordt ' +
    'bereikbaar raggiungibile raggiungibili ieri gisteren blijven iemand iets ding mensen persoon graag nog ook al nu vandaag ' +
    'daarna dan weer eigenlijk misschien hallo dank bedankt betalen ' +
    'betaal groetjes groeten ' +
    'devo devemos deve levar trazer deixar ficar receber pagar pessoa pessoas coisa coisas alguém algo agora hoje ontem amanhã depois ' +
    'ainda senhor senhora cumprimentos vou vamos',
}

/** People of one's own whom a question mentions: "my grandfather is 80". */
const kin: Record<Listed, string> = {
  fr:
    'mère père maman papa parents fils fille frère sœur mari femme époux épouse mamie papi oncle tante copain copine ami amie voisin ' +
    'voisine collègue conjoint neveu nièce cousin cousine filles frères sœurs neveux nièces',
  en:
    'mother father mum mom dad parents son daughter brother sister husband wife grandma grandad granddad grandmother grandfather ' +
    'gran nan ' +
    'uncle aunt friend boyfriend girlfriend neighbour neighbor colleague partner nephew niece cousin sons daughters nephews nieces ' +
    'grandson granddaughter grandsons granddaughters grandchild grandchildren grandkid grandkids stepson stepdaughter stepchild ' +
    'stepchildren',
  es:
    'madre padre mamá papá padres hijo hija hijos hijas hermano hermana marido mujer esposa esposo abuela abuelo abuelos tío tía amigo ' +
    'amiga novio novia vecino vecina compañero compañera pareja sobrino sobrina primo prima sobrinos sobrinas nieto nieta nietos nietas',
  de:
    'mutter vater mama papa eltern sohn tochter bruder schwester mann ehefrau ehemann oma opa großmutter großvater onkel tante freund ' +
    'freundin nachbar nachbarin kollege kollegin partner partnerin neffe nichte cousin cousine söhne töchter neffen nichten ' +
    'enkel enkelin enkelinnen enkelsohn enkeltochter enkelkind enkelkinder stiefsohn stieftochter stiefkind stiefkinder',
  'it, nl, pt':
    'madre padre mamma papà genitori figlio figlia figli fratello sorella marito moglie nonna nonno nonni zio zia amico amica vicino ' +
    'nipote nipoti nipotino nipotina nipotini figliastro figliastra ' +
    'moeder vader ouders zoon dochter broer zus man vrouw oma opa oom tante vriend vriendin buurman buurvrouw zonen dochters ' +
    'kleinzoon kleindochter kleinkind kleinkinderen stiefzoon stiefdochter ' +
    'mãe pai pais filho filha filhos filhas irmão irmã marido mulher avó avô tia amigo amiga sobrinho sobrinha neto neta',
}

type Kind = 'generic' | 'light' | 'kin' | 'written'

// Made when a language is first met, since stemming takes milliseconds and most threads meet few languages.
const known: Partial<Record<Listed, Record<Kind, Set<string>>>> = {}

function wordsOf (language: Language): Record<Kind, Set<string>> {
  const listed = language === 'und' ? 'it, nl, pt' : language
  const read = (list: string) => new Set(list.split(/[\s-]+/).flatMap(word => [stem(word, language), fold(word)]))
  known[listed] ??= {
    generic: new Set([...read(generic[listed]), ...`${politeForms[listed]} ${shorthand[listed]}`.split(' ').map(fold)]),
    light: read(light[listed]), kin: read(kin[listed]), written: new Set(light[listed].split(/[\s-]+/).map(fold)),
  }
  return known[listed]
}

/** @param stemmed a stem of that language, as `stem` returns it */
export function isGeneric (stemmed: string, word: string, language: Language): boolean {
  const { generic } = wordsOf(language)
  return generic.has(stemmed) || generic.has(fold(word))
}

/**
 * Tells whether a word says little of what a question is about.
 * @param isNoun an article announces it: of the verbs' other forms none is meant ("laisser", but "des laisses")
 */
export function isLight (word: string, language: Language, isNoun = false): boolean {
  const { light, kin, written } = wordsOf(language)
  const [stemmed, folded] = [stem(word, language), fold(word)]
  // "L'heure d'été": what is left of a shortened word. A size or a model ("M", "S") is said by its attribute.
  if (word.length === 1) return true
  return written.has(folded) || (!isNoun && light.has(stemmed)) || kin.has(stemmed) || kin.has(folded)
}

/** Tells whether a word (folded) names a relative or a friend, in any language; one of several meanings in its own language only. */
export function isKin (folded: string, language: Language): boolean {
  allKin ??= new Set(Object.values(kin).flatMap(list => list.split(' ').map(fold)))
  const own = ambiguousKin.get(folded)
  return allKin.has(folded) && (own === undefined || own === language)
}
let allKin: Set<string> | undefined
/** Words that are no relatives in another language: "los horarios son", "una gran vía", "enkel tot 12". */
const ambiguousKin = new Map<string, Language>([['son', 'en'], ['gran', 'en'], ['nan', 'en'], ['enkel', 'de']])

/** Tells whether a word (folded) names people who come together, in any of the languages. */
export function isGroup (folded: string): boolean {
  return group.test(folded)
}
const group =
  new RegExp(
    String.raw`^(?:groups?|teams?|part(?:y|ies)|famil(?:y|ies)|groupes?|equipes?|familles?|gruppen?|familien?|mannschaft|grupos?|` +
    String.raw`equipos?|familias?|gruppo|squadra|famiglia|groep|ploeg|gezin)$`,
    'u'
  )

/** Tells whether a word (folded) names a child, in any of the languages. */
export function isChild (folded: string): boolean {
  return child.test(folded)
}
const child =
  new RegExp(
    String.raw`^(?:fille|enfants?|bebes?|ados?|jumeaux|jumelles|daughter|child|children|kids?|boys?|girls?|bab(?:y|ies)|teenagers?|twins|` +
    String.raw`sohn|tochter|kind|kinder|kleinkind|kleinkinder|jugendliche|junge|madchen|zwillinge|hij[oa]s?|nin[oa]s?|mellizos|gemelos|` +
    String.raw`figli[oa]?|filh[oa]s?|criancas?|bambin[oaie]|gemelli|zoon|dochter|kinderen|tweeling)$`,
    'u'
  )

/** Tells whether a word (folded) names one animal of somebody's, in any of the languages. */
export function isPet (folded: string): boolean {
  return pet.test(folded)
}
const pet = new RegExp(
  '^(?:dog|puppy|pup|cat|kitten|horse|pony|chien(?:ne)?|chiot|chatte|chaton|cheval|poney|hund|hundin|welpe|katze|kater|pferd|perr[oa]|' +
  'cachorro|gat[oa]|caballo|cane|cagna|cucciolo|gatt[oa]|cavallo|hond|paard)$'
)

/** Tells whether two stems are of one family: they share all but the last letter of the shorter one, and most of the longer. */
export function sameFamily (a: string, b: string): boolean {
  if (a.length < 4 || b.length < 4 || /\d/.test(a)) return false
  const most = Math.min(a.length, b.length)
  let common = 0
  while (common < most && a[common] === b[common]) common++
  return common >= 4 && common >= most - 1 && common >= 0.6 * Math.max(a.length, b.length) - 1
}
