// Lists the words of courtesy in six languages, which people say to an assistant without asking anything.
import type { CourtesyKind, CourtesyLanguage } from '../types.ts'

/** Praise is acknowledged like anything else, but only where no question mark makes it a question: "Super?" */
export type CourtesyWordKind = CourtesyKind | 'praise'

/**
 * Words and phrases, separated by commas; `{a/b}` means either, `{a/}` means a or nothing. Accents and case do not matter.
 * A phrase that could also ask for something in a company's documents does not belong here.
 */
export interface CourtesyWords extends Record<CourtesyWordKind, string> {
  /** Reasons for thanks, and the words around them. They count only beside a word of thanks. */
  favours: string
  /** Forms of address, intensifiers, conjunctions. They say nothing on their own. */
  fillers: string
}

/** Words that many languages borrow from each other. */
const shared = {
  greeting: 'hello, hi, hey, hiya, yo, 你好, 您好, 大家好, 早上好, 下午好, 晚上好, こんにちは, こんばんは, おはよう, おはようございます, 안녕하세요, 안녕',
  thanks:
    'thanks, thx, tnx, 谢谢, 謝謝, 谢谢你, 谢谢您, 多谢, 非常感谢, ありがとう, ありがとうございます, ありがとうございました, 감사합니다, 고마워요, 고맙습니다',
  goodbye: 'bye, bye bye, 再见, 再見, 拜拜, さようなら, 안녕히 계세요, 안녕히 가세요',
  acknowledgement: 'ok, okay, okey, oki, k, sorry, pardon, lol, hm, hmm, ah, oh, aha',
  praise: 'super, top, cool, wow, bravo',
}

const bots = 'bot/robot/chatbot/ai/computer/machine/human/person/real person/real human/human being/real'

export const courtesyWords: Record<CourtesyLanguage, CourtesyWords> = {
  en: {
    greeting: `${shared.greeting}, heya, howdy, greetings, good {morning/afternoon/evening/day}, nice to meet you, pleased to meet you,
      {is/} {anyone/anybody/someone} {there/here}, are you there, {can/could/would} you {please/} help me, {a/} quick question, {i have/i
      ve got/i got} a {quick/small/} question, {can/could/may} i ask {you/} {a question/something}`,
    wellbeing: `how are you {doing/} {today/}, how are things, how {s/is} it going, how do you do, what s up, whats up, wassup, and you,
      are you {ok/okay/well}, {i/} hope you are {doing/} well`,
    identity: `who {are you/is this/s this}, who am i {talking/speaking/chatting/writing} {to/with}, what are you, is this a {${bots}},
      are you {a/an/} {${bots}}, am i {talking/speaking/chatting} {to/with} {a/an} {${bots}}, what {is/s} your name, do you have a name,
      what can you do {for me/}, what can you help {me/} with, how can you help {me/}, introduce yourself, tell me about yourself`,
    thanks: `${shared.thanks}, thank, tks, ty, tysm, cheers, much obliged, appreciated, grateful,
      {that/it/this} {is/was/s} {very/so/really/most/} kind {of you/}, {how/very/so} kind
      {of you/}, {i/} {appreciate} {it/this/that}`,
    goodbye: `${shared.goodbye}, goodbye, good bye, good night, goodnight, farewell, cya, take care, you too, same to you, sincerely, see
      {you/ya} {soon/later/tomorrow/around/}, talk to you {soon/later}, all the best, {best/kind/warm/} regards, yours
      {sincerely/faithfully}, {have/} a {good/nice/great/lovely/pleasant/wonderful}
      {day/evening/night/afternoon/weekend/week/one/time/holiday/rest of your day},
      that {s/is/was} {all/everything/what/exactly what} {for now/i wanted to know/i needed to know/i needed/i wanted/i was looking for/}`,
    acknowledgement: `${shared.acknowledgement}, kk, okie, alright, all right, got it, i see, i understand, understood, noted, makes
      sense, fair enough, sounds good, yes, yeah, yep, yup, sure, no, nope, nah, no {problem/problems/worries}, np, fine, right, of
      course, that {s/is} {fine/ok/okay/it/right/clear}, never mind, nevermind, nothing {else/more/}, my bad, apologies, excuse me,
      please, pls, plz, you {re/are} welcome`,
    praise: `${shared.praise}, great, perfect, excellent, awesome, nice, wonderful, brilliant, amazing, fantastic, lovely, good, neat,
      well done, {good/great/nice} {job/answer/work}, {very/} helpful, that {helps/helped} {a lot/}, good to know, love it, that {s/is}
      {very/} {great/perfect/good/nice/helpful/good to know}`,
    favours: `for, your, the, this, that, my, in, advance, letting, know, helping, answering, replying, getting, back, me, being, here,
      help, answer, answers, reply, replies, response, info, information, time, support, assistance, advice, patience, explanation,
      explanations, clarification, service, kindness, tip, tips, details, everything, quick, prompt, fast, kind, clear, great,
      understanding, attention`,
    fillers: `you, i, am, so, very, much, many, a, lot, lots, ton, tons, bunch, million, again, really, indeed, and, then, well, all,
      everyone, everybody, there, team, sir, madam, maam, folks, guys, friend, friends, mate, dear, both, to, too, also, just, now,
      anyway, kindly`,
  },
  fr: {
    greeting: `${shared.greeting}, bonjour, rebonjour, re bonjour, bonsoir, salut, coucou, allo, bjr, bsr, slt, cc, enchanté, enchantée,
      quelqu un, {il y a/y a t il/y a} quelqu un, {êtes vous/vous êtes/tu es/t es} là, {j ai/j aurais} une {petite/} question, une
      {petite/} question, {pouvez vous/pourriez vous/peux tu/pourrais tu/tu peux/vous pouvez} m aider, {puis je/est ce que je peux/je
      peux} {vous/te} poser une question`,
    wellbeing: `{comment/} ça va {bien/}, comment {allez vous/vous allez/vas tu/tu vas}, {vous allez/tu vas} bien, quoi de neuf, et
      {vous/toi}`,
    identity: `qui {êtes vous/es tu/vous êtes/tu es/est ce/est là}, {vous êtes/tu es/t es/c est} qui, {à/avec} qui {je parle/parle je}, à
      qui ai je {affaire/l honneur}, {êtes vous/vous êtes/es tu/tu es/t es/c est/est ce/est ce que vous êtes/est ce que tu es} {un/une/}
      {robot/bot/chatbot/ia/humain/machine/personne/vraie personne/être humain/ordinateur}, {comment tu/tu} t appelles {comment/}, comment
      {vous appelez vous/t appelles tu}, {quel est/c est quoi} {votre/ton} nom, à quoi {sers tu/servez vous/tu sers}, {que/qu est ce que}
      {pouvez vous/peux tu/tu peux/vous pouvez/sais tu/tu sais/savez vous} faire {pour moi/}, comment {pouvez vous/peux tu} m aider,
      présentez vous, présente toi`,
    thanks: `${shared.thanks}, merci, mercis, mrc, remerciements, je {vous/te} remercie,
      c est {très/vraiment/bien/} {gentil/sympa/aimable} {de votre part/de ta part/à vous/}`,
    goodbye: `${shared.goodbye}, au revoir, ciao, adieu, tchao, à {bientôt/plus/plus tard/demain/tout à l heure/la prochaine/la
      prochaine fois},
      {bonne/belle/excellente/très bonne} {fin de/} {journée/soirée/nuit/matinée/semaine/après midi/continuation/année/route/réception},
      {bonnes/belles} {vacances/fêtes}, bon {week end/weekend/dimanche/samedi/courage/après midi}, {bien/} cordialement, bien à vous,
      {meilleures/} salutations, c est tout,
      c {est/était} {tout/exactement/} ce {que je voulais savoir/que je souhaitais savoir/dont j avais besoin/qu il me fallait}`,
    acknowledgement: `${shared.acknowledgement}, d accord, dac, dacc, entendu, compris, j ai compris, je {vois/comprends}, noté, bien
      {reçu/noté/compris}, c est {noté/compris/bon/ça/clair}, oui, ouais, non, nan, pas de {problème/souci}, tant {mieux/pis}, ça marche,
      ça suffit, rien {d autre/de plus/}, s il {vous/te} plaît, svp, stp, désolé, désolée, {excusez/excuse} moi, mdr, ptdr, je {vous/t} en
      prie, de rien, euh, hum`,
    praise: `${shared.praise}, génial, parfait, parfaite, excellent, nickel, impeccable, formidable, magnifique, chouette, merveilleux,
      très {bien/bon/clair/utile}, trop {bien/cool/fort}, bien joué, {bonne/très bonne/excellente} réponse, {beau/bon} travail, c est
      {super/parfait/génial/top/cool/nickel/excellent/très clair/très bien/bien}`,
    favours: `pour, de, d, du, des, par, votre, vos, ton, ta, tes, cette, ces, ce, l, la, le, les, toute, m, avoir, avance, aide, réponse,
      réponses, info, infos, information, informations, renseignement, renseignements, précision, précisions, temps, accueil, patience,
      service, services, conseil, conseils, explication, explications, attention, retour, disponibilité, rapidité, soutien, gentillesse,
      efficacité, réactivité, répondu, aidé, renseigné, ça, cela, rapide, claire, clair, précieuse, amabilité, compréhension`,
    fillers: `madame, monsieur, mesdames, messieurs, mademoiselle, l équipe, toute l équipe, tout le monde, vous, toi, aussi, également,
      beaucoup, bcp, infiniment, bien, très, mille, fois, encore, vraiment, grand, un, tout, et, puis, alors, donc, bon, eh, ben, bah,
      cher, chers, chère, ami, amis, à, tous, toutes, je`,
  },
  de: {
    greeting: `${shared.greeting}, hallo, hallöchen, moin, servus, tach, grüß gott, grüss gott, gruess gott, grüezi, gruezi, freut mich,
      {schönen/} guten {morgen/tag/abend/mittag}, grüß {dich/sie/euch}, sehr geehrte damen und herren, {ist/} {da/hier/} jemand {da/},
      {sind sie/bist du} da, {ich {habe/hab/hätte}/} {da/} {noch/} {mal/} {eine/ne/} {kurze/kleine/} frage, {können sie/könnten sie/kannst
      du/könntest du} mir {bitte/} {helfen/weiterhelfen}, darf ich {sie/dich/} {etwas/was} fragen`,
    wellbeing: `wie geht {s/es} {ihnen/dir/euch/} {heute/}, wie gehts {ihnen/dir/}, alles gut {bei ihnen/bei dir/}, wie läuft {s/es}, was
      geht, und {ihnen/dir/selbst/wie geht es ihnen}`,
    identity: `wer {bist du/sind sie/seid ihr/ist da}, mit wem {spreche/rede/schreibe/chatte} ich, wie {heißt/heisst} du, {bist du/sind
      sie/ist das} {ein/eine/} {bot/roboter/chatbot/mensch/echter mensch/maschine/ki/person/echte person/computer}, wie {heißen/heissen}
      sie, {wie/was} ist {dein/ihr} name, was {kannst du/können sie} {alles/} {tun/machen/für mich tun/}, wie {kannst du/können sie} mir
      helfen, was bist du, stell dich vor, stellen sie sich vor`,
    thanks: `${shared.thanks}, danke, dank, dankeschön, dankesehr, dankbar, bedanke, merci,
      {das ist/} sehr {nett/freundlich/lieb} {von ihnen/von dir/von euch/}`,
    goodbye: `${shared.goodbye}, tschüss, ciao, tschüß, tschuess, tschau, tschö, auf wiedersehen, auf wiederhören, bis
      {bald/dann/später/morgen}, {einen/} {schönen/guten} {tag/abend/nachmittag/feierabend/sonntag} {noch/}, {ein/} schönes wochenende,
      schöne {woche/feiertage/ferien}, gute {nacht/zeit}, {machs/mach s} gut, alles gute, mfg, vg, das {war/wäre/ist} {alles/s}, das wars,
      das {ist/war} {alles/genau das/genau/} was ich wissen wollte, {mehr/das} wollte ich {nicht/} wissen,
      {mit/} {freundlichen/freundliche/viele/vielen/liebe/lieben/beste/besten/schöne} {grüße/grüssen/grüßen/grüsse/gruesse/gruessen}`,
    acknowledgement: `${shared.acknowledgement}, alles klar, klar, gut, in ordnung, verstanden, {ich/} verstehe, achso, ach so, ja, jo,
      jep, nein, nee, nö, kein problem, keine ursache, gern geschehen, gerne, gern, macht nichts, {das/} passt, genau, stimmt, schon gut,
      na gut, bitte, {bitte/} bitteschön, bitte {schön/sehr}, entschuldigung, entschuldige, entschuldigen sie, tut mir leid, verzeihung,
      naja, nichts {mehr/}, einverstanden, abgemacht`,
    praise: `${shared.praise}, toll, prima, perfekt, klasse, spitze, wunderbar, ausgezeichnet, großartig, grossartig, genial,
      hervorragend, bestens, mega, fein, schön, sehr {gut/schön/hilfreich}, hilfreich, das {hilft/hat geholfen} {mir/} {sehr/weiter/},
      gute {arbeit/antwort}, das ist {super/toll/prima/perfekt/gut/klasse}, gut zu wissen`,
    favours: `für, die, das, den, der, dass, ihre, ihren, deine, deinen, eure, diese, im, voraus, vorab, hilfe, antwort, antworten, info,
      infos, information, informationen, auskunft, auskünfte, rückmeldung, mühe, zeit, unterstützung, rat, tipp, tipps, erklärung, geduld,
      beratung, freundlichkeit, schnelle, schnellen, nette, netten, freundliche, ausführliche, tolle, gute, rasche, alles, bemühungen,
      verständnis`,
    fillers: `sehr, vielmals, schön, nochmal, nochmals, noch, auch, und, ihnen, dir, euch, mich, ich, bei, herr, frau, liebe, lieber,
      liebes, team, zusammen, alle, allen, allerseits, leute, an, ganze, mal, so, dann, viel, vielen, ganz, herzlich, herzlichen,
      herzlichsten, besten, tausend, recht, wirklich, echt, lieben, schönen`,
  },
  es: {
    greeting: `${shared.greeting}, hola, holi, buenas {tardes/noches/}, buenos días, buen día, alo, mucho gusto, encantado, encantada,
      {hay/} alguien {ahí/aquí/}, tengo una {pequeña/} {pregunta/duda}, una {pregunta/duda}, {puede/puedes/podría/podrías} ayudarme, me
      {puede/puedes/podría/podrías} ayudar, {puedo/quisiera/quería} {hacerle/hacerte/hacer} una pregunta`,
    wellbeing: `qué tal {estás/está/están/todo/va/}, cómo {estás/está usted/están/te va/le va/va todo/andas}, y {tú/usted/ustedes}, todo
      bien, qué hay`,
    identity: `quién {eres/es usted/es/sois/son ustedes/está ahí}, con quién {hablo/estoy hablando/chateo/tengo el gusto}, qué eres,
      {eres/es/es usted/esto es} {un/una/} {robot/bot/chatbot/humano/humana/persona/persona real/máquina/ia/asistente/ordenador}, cómo {te
      llamas/se llama usted}, cuál es {tu/su} nombre, qué {puedes/puede/sabes} hacer {por mí/}, preséntate, {cómo/en qué} {puedes/puede}
      ayudarme, {cómo/en qué} me {puedes/puede} ayudar`,
    thanks: `${shared.thanks}, gracias, se agradece, agradecido, agradecida, {te/se/} {lo/} agradezco,
      {es usted/eres/} muy amable {de su parte/por su parte/de tu parte/}`,
    goodbye: `${shared.goodbye}, adiós, chao, chau, nos vemos, hasta {luego/pronto/mañana/la vista/la próxima/otra}, cuídate, cuídese,
      {que/} {tenga/tengas/tengan/} {un/una/} {buen/buena/feliz/lindo/linda} {día/tarde/noche/semana/fin de semana}, saludos {cordiales/},
      un {cordial/} saludo, un abrazo, atentamente, cordialmente,
      eso es {todo/} {lo que quería saber/lo que necesitaba saber/lo que necesitaba/}, era todo lo que quería saber`,
    acknowledgement: `${shared.acknowledgement}, vale, de acuerdo, bueno, bien, entendido, entiendo, comprendo, comprendido, claro, por
      supuesto, sí, no, ya {veo/entiendo/está}, está {bien/claro}, no {pasa nada/hay problema}, sin problema, de nada, por favor, porfa,
      perdón, perdona, perdone, disculpa, disculpe, lo siento, nada {más/}, listo, dale, ajá`,
    praise: `${shared.praise}, genial, perfecto, perfecta, estupendo, excelente, fantástico, maravilloso, guay, increíble, chévere, muy
      {bien/bueno/útil/claro}, qué {bien/bueno/guay}, buen trabajo, buena respuesta, me {ayuda/sirve} {mucho/}`,
    favours: `por, de, tu, su, sus, tus, la, el, las, los, esta, toda, todo, eso, antemano, ayudarme, responder, responderme, contestar,
      haberme, ayudado, respondido, ayuda, respuesta, respuestas, información, info, atención, tiempo, consejo, consejos, apoyo, servicio,
      paciencia, aclaración, explicación, rapidez, rápida, amabilidad, colaboración`,
    fillers: `muchas, muchísimas, mil, muy, mucho, de verdad, de nuevo, otra vez, a, y, todos, todas, usted, ustedes, ti, vosotros, señor,
      señora, señores, señorita, equipo, amigo, amigos, chicos, también, igualmente, pues, entonces, tan, le, les, os`,
  },
  it: {
    greeting: `${shared.greeting}, ciao, salve, buongiorno, buon giorno, buonasera, buona sera, buondì, buon pomeriggio, ehi, ehilà,
      piacere, c è qualcuno, ho una {piccola/} domanda, una domanda, {può/puoi/potrebbe/potresti} aiutarmi, mi
      {può/puoi/potrebbe/potresti} aiutare, {posso/vorrei/potrei} {farle/farti/fare} una domanda`,
    wellbeing: 'come {stai/sta/va/state/stanno} {oggi/}, tutto bene, come andiamo, e {tu/lei/voi}',
    identity: `chi {sei/è lei/siete/parla}, {lei chi è/tu chi sei}, con chi {parlo/sto parlando/ho il piacere}, cosa sei, presentati,
      {sei/è/lei è/è lei} {un/una/} {robot/bot/chatbot/umano/umana/persona/persona reale/persona vera/macchina/ia/computer}, come {ti
      chiami/si chiama lei}, qual è il {tuo/suo} nome, {che/} cosa {puoi/può/sai/sa} fare {per me/}, come {puoi/può} aiutarmi, come mi
      {puoi/può} aiutare`,
    thanks: `${shared.thanks}, grazie, {ti/la/vi/} ringrazio,
      {è/siete/sei/} molto {gentile/gentili} {da parte sua/da parte tua/da parte vostra/}`,
    goodbye: `${shared.goodbye}, arrivederci, arrivederla, addio, buonanotte, a {presto/dopo/domani/più tardi/risentirci}, saluti, un
      saluto, ci {vediamo/sentiamo} {presto/domani/dopo/}, {buona/una buona}
      {giornata/serata/notte/domenica/settimana/fortuna/continuazione}, {buon/un buon} {weekend/week end/fine settimana/lavoro}, buone
      {vacanze/feste}, {cordiali/distinti} saluti, è tutto {quello/ciò} che volevo sapere, {era/è} {quello/ciò} che volevo sapere,
      è tutto, tutto qui`,
    acknowledgement: `${shared.acknowledgement}, va bene, d accordo, bene, {ho/} capito, capisco, certo, chiaro, sì, no, nessun problema,
      non c è problema, di niente, non c è di che, prego, per {favore/piacere/cortesia}, scusa, scusi, scusate, mi scusi, mi dispiace,
      niente, nient altro, nulla, intesi, inteso, figurati, si figuri, a posto, esatto`,
    praise: `${shared.praise}, perfetto, ottimo, eccellente, fantastico, meraviglioso, grande, brava, bravissimo, benissimo, splendido,
      magnifico, molto {bene/utile/chiaro}, ottimo lavoro, ottima risposta, tutto chiaro, è {perfetto/ottimo/chiaro}, che bello`,
    favours: `per, il, la, lo, l, le, i, gli, del, della, dell, tuo, tua, suo, sua, vostro, vostra, in, anticipo, anticipatamente, tutto,
      avermi, aiutato, risposto, aiuto, risposta, risposte, informazione, informazioni, info, tempo, consiglio, consigli, disponibilità,
      gentilezza, cortesia, pazienza, supporto, servizio, chiarimento, chiarimenti, spiegazione, assistenza, attenzione, veloce, rapida,
      rapidità, collaborazione`,
    fillers: `mille, molte, tante, infinite, ancora, davvero, molto, tanto, di cuore, a, e, tutti, tutte, lei, te, voi, signore, signora,
      signori, anche, altrettanto, team, ragazzi, allora, dunque, beh, poi, gentile, caro, cara, cari`,
  },
  nl: {
    greeting: `${shared.greeting}, hallo, hoi, heej, hé, dag, goedemorgen, goedemiddag, goedenavond, goedendag, goede
      {morgen/middag/avond/dag}, gegroet, aangenaam, {is/} {er/hier/} iemand {daar/}, {ben je/bent u} er, {ik heb {nog/}/} een
      {korte/kleine/} {vraag/vraagje}, {kunt u/kun je/kan je/zou u/zou je} {me/mij} {even/} {kunnen/} helpen, mag ik {u/je/} {iets/wat/een
      vraag} {vragen/stellen}`,
    wellbeing: `hoe gaat {het/ie} {met {u/je/jou}/} {vandaag/}, hoe is het {met {u/je/jou}/}, alles goed {met {u/je/jou}/}, en {met/}
      {u/jou/jij}`,
    identity: `wie {ben je/ben jij/bent u/is dit/zijn jullie}, met wie {spreek/praat/chat} ik, hoe heet {je/u/jij}, wat is {je/jouw/uw}
      naam, {ben je/ben jij/bent u/is dit} {een/} {bot/robot/chatbot/mens/echt mens/machine/persoon/echt persoon/echte persoon/computer},
      wat ben jij, wat {kan je/kun je/kunt u/kan jij} {allemaal/} {doen/voor mij doen/voor me doen}, hoe {kun je/kunt u/kan je} {me/mij}
      helpen, stel jezelf voor`,
    thanks: `${shared.thanks}, dank, bedankt, dankjewel, dankuwel, dankje, merci,
      {dat is/} {heel/erg/zeer} {aardig/vriendelijk/lief} {van u/van je/van jou/van jullie/}`,
    goodbye: `${shared.goodbye}, doei, doeg, houdoe, tot {ziens/straks/later/morgen/snel/gauw/de volgende keer}, welterusten, goedenacht,
      {nog/} {een/} {fijne/prettige/goede} {dag/avond/middag/week/vakantie/feestdagen/nacht} {nog/}, {nog/} {een/} {fijn/prettig/goed}
      weekend, met vriendelijke {groet/groeten}, groet, groeten, groetjes,
      dat {was/is} {het/alles} {wat ik wilde weten/wat ik nodig had/}, meer wilde ik niet weten`,
    acknowledgement: `${shared.acknowledgement}, oke, okee, goed, {dat/} is goed, begrepen, ik {begrijp/snap} het, {dat is/}
      {duidelijk/helder}, ja, jawel, jep, nee, neen, geen {probleem/dank}, graag {gedaan/}, alstublieft, alsjeblieft, aub, excuus,
      excuses, neem me niet kwalijk, maakt niet uit, niets {meer/}, verder niets, klopt, komt goed, inderdaad`,
    praise: `${shared.praise}, prima, geweldig, perfect, fantastisch, mooi, leuk, fijn, uitstekend, prachtig, handig, heel {erg/}
      {goed/fijn/mooi}, zeer goed, goed {gedaan/werk/antwoord/zo}, dat is {fijn/mooi/top/handig}, goed om te weten`,
    favours: `voor, de, het, je, jouw, uw, jullie, deze, alle, hulp, antwoord, antwoorden, reactie, info, informatie, uitleg, tijd,
      moeite, advies, tip, tips, service, ondersteuning, geduld, snelle, vlugge, duidelijke, fijne, goede, alvast, alles, beantwoorden,
      begrip, aandacht`,
    fillers: `wel, heel, erg, veel, zeer, hartelijk, u, je, jij, jou, allemaal, allen, iedereen, team, meneer, mevrouw, heer, beste, en,
      ook, nog, nogmaals, hoor, dan, aan, mensen, zo, ontzettend, vriendelijk, tot`,
  },
}
