// Lists the words of courtesy in English, German and Dutch.
import { shared, type CourtesyWords } from './courtesy-shared.ts'

const bots = 'bot/robot/chatbot/chatgpt/ai/computer/machine/human/person/real person/real human/human being/real'

export const english: CourtesyWords = {
  greeting: `${shared.greeting}, heya, howdy, greetings, good {morning/afternoon/evening/day}, nice to meet you, pleased to meet you,
    {is/} {anyone/anybody/someone} {there/here}, are you there, {can/could/would} you {please/} help me, {a/} quick question, {i have/i
    ve got/i got} a {quick/small/} question, {can/could/may} i ask {you/} {a question/something}`,
  wellbeing: `how are you {doing/} {today/}, how are things, how {s/is} it going, how do you do, what s up, whats up, wassup, and you,
    are you {ok/okay/well}, {i/} hope you are {doing/} well`,
  identity: `who {are you/is this/s this}, who am i {talking/speaking/chatting/writing} {to/with}, what are you, is this a {${bots}}, are
    you {a/an/} {${bots}}, am i {talking/speaking/chatting} {to/with} {a/an} {${bots}}, what {is/s} your name, do you have a name, what can
    you do {for me/}, what can you help {me/} with, how can you help {me/}, introduce yourself, tell me about yourself`,
  complaint: `useless, stupid, idiot, moron, nonsense, bullshit, crap, {stupid/dumb/useless/bad} {bot/robot/machine/chatbot/computer}, that
    {is/s/was} not {true/right/correct}, {that/this/it} {is/s/was} not {helpful/what i asked/what i meant}, that {did/does} not help {me/},
    that {didn/doesn} t help {me/}, {this/it} {did/does} not help me, {this/it} {didn/doesn} t help me, {this/it} {is/s/was} {so/}
    {useless/ridiculous/pathetic/nonsense/bullshit}, you {do not/don t} {understand/help} {me/}, you suck, this sucks, i {am/m}
    {disappointed/angry}, shut up, fuck {you/off}, wtf, piss off`,
  thanks: `${shared.thanks}, thank, tks, ty, tysm, cheers, much obliged, appreciated, grateful, {that/it/this} {is/was/s}
    {very/so/really/most/} kind {of you/}, {how/very/so} kind {of you/}, {i/} {appreciate} {it/this/that}`,
  goodbye: `${shared.goodbye}, goodbye, good bye, good night, goodnight, farewell, cya, take care, you too, same to you, sincerely, see
    {you/ya} {soon/later/tomorrow/around/}, talk to you {soon/later}, all the best, {best/kind/warm/} regards, yours
    {sincerely/faithfully}, {have/} a {good/nice/great/lovely/pleasant/wonderful}
    {day/evening/night/afternoon/weekend/week/one/time/holiday/rest of your day}, that {s/is/was} {all/everything/what/exactly what}
    {for now/i wanted to know/i needed to know/i needed/i wanted/i was looking for/}`,
  acknowledgement: `${shared.acknowledgement}, kk, okie, alright, all right, got it, i see, i understand, understood, noted, makes
    sense, fair enough, sounds good, yes, yeah, yep, yup, sure, no, nope, nah, no {problem/problems/worries}, np, fine, right, of
    course, that {s/is} {fine/ok/okay/it/right/clear}, never mind, nevermind, nothing {else/more/}, my bad, apologies, excuse me,
    please, pls, plz, you {re/are} welcome`,
  praise: `${shared.praise}, you {guys/all/} {are/re/r} {simply/really/} the best, you rock, great, perfect, excellent, awesome, nice,
    wonderful, brilliant, amazing, fantastic, lovely, good, neat, well done, {good/great/nice} {job/answer/work}, {very/} helpful, that
    {helps/helped} {a lot/}, good to know, love it, that {s/is} {very/} {great/perfect/good/nice/helpful/good to know}`,
  favours: `for, your, the, this, that, my, in, advance, letting, know, helping, answering, replying, getting, back, me, being, here,
    help, answer, answers, reply, replies, response, info, information, time, support, assistance, advice, patience, explanation,
    explanations, clarification, service, kindness, tip, tips, details, everything, quick, prompt, fast, kind, clear, great,
    understanding, attention`,
  subjects: `{you/u} {guys/all/} {are/re/r}, that {is/was/s}, {this/your} {bot/chat/chatbot/assistant/service/answer/reply} {is/was}, your
    answers are, what a, such a`,
  blame: `useless, stupid, dumb, wrong, incorrect, false, bad, awful, terrible, horrible, rubbish, ridiculous, pathetic, annoying, crap,
    shit, disappointing, unhelpful, nonsense, joke, idiot, shame, mess`,
  fillers: `or {a/an/} {bot/robot/machine/human/person/real person}, but, you, i, am, so, very, much, many, a, lot, lots, ton, tons, bunch,
    million, again, really, indeed, and, then, well, all, everyone, everybody, there, team, sir, madam, maam, folks, guys, friend, friends,
    mate, dear, both, to, too, also, just, now, anyway, kindly`,
}

export const german: CourtesyWords = {
  greeting: `${shared.greeting}, hallo, hallöchen, moin, servus, tach, grüß gott, grüss gott, gruess gott, grüezi, gruezi, freut mich,
    {schönen/} guten {morgen/tag/abend/mittag}, grüß {dich/sie/euch}, sehr geehrte damen und herren, {ist/} {da/hier/} jemand {da/},
    {sind sie/bist du} da, {ich {habe/hab/hätte}/} {da/} {noch/} {mal/} {eine/ne/} {kurze/kleine/} frage, {können sie/könnten sie/kannst
    du/könntest du} mir {bitte/} {helfen/weiterhelfen}, darf ich {sie/dich/} {etwas/was} fragen`,
  wellbeing: `wie geht {s/es} {ihnen/dir/euch/} {heute/}, wie gehts {ihnen/dir/}, alles gut {bei ihnen/bei dir/}, wie läuft {s/es}, was
    geht, und {ihnen/dir/selbst/wie geht es ihnen}`,
  identity: `{spreche/rede/schreibe/chatte} ich {hier/} mit {einem/einer} {bot/roboter/menschen/mensch/maschine/ki/echten
    menschen/person/computer}, bist du {echt/chatgpt}, wer {bist du/sind sie/seid ihr/ist da}, mit wem {spreche/rede/schreibe/chatte} ich,
    wie {heißt/heisst} du, {bist du/sind sie/ist das} {ein/eine/} {bot/roboter/chatbot/mensch/echter mensch/maschine/ki/person/echte
    person/computer}, wie {heißen/heissen} sie, {wie/was} ist {dein/ihr} name, was {kannst du/können sie} {alles/} {tun/machen/für mich
    tun/}, wie {kannst du/können sie} mir helfen, was bist du, stell dich vor, stellen sie sich vor`,
  complaint: `scheiße, scheisse, quatsch, blödsinn, unsinn, idiot, arschloch, {blöder/dummer/doofer/blödes/dummes}
    {bot/roboter/ding/automat/computer}, das {stimmt/hilft/hilft mir} {leider/so/} nicht {weiter/}, du {verstehst/kapierst} {mich/nichts/}
    {nicht/}, das ist nicht {richtig/wahr/korrekt/hilfreich}, {ich/} bin {enttäuscht/sauer/verärgert}, halt {die klappe/s maul/den mund},
    verpiss dich, {das/danach} habe ich nicht gefragt, du kannst nichts, sie sind {so/echt/wirklich/}
    {dumm/nutzlos/lächerlich/peinlich/unverschämt}`,
  thanks: `${shared.thanks}, danke, dank, dankeschön, dankesehr, dankbar, bedanke, merci, {das ist/} sehr {nett/freundlich/lieb} {von
    ihnen/von dir/von euch/}`,
  goodbye: `${shared.goodbye}, tschüss, ciao, tschüß, tschuess, tschau, tschö, auf wiedersehen, auf wiederhören, bis
    {bald/dann/später/morgen}, {einen/} {schönen/guten} {tag/abend/nachmittag/feierabend/sonntag} {noch/}, {ein/} schönes wochenende,
    schöne {woche/feiertage/ferien}, gute {nacht/zeit}, {machs/mach s} gut, alles gute, mfg, vg, das {war/wäre/ist} {alles/s}, das wars,
    das {ist/war} {alles/genau das/genau/} was ich wissen wollte, {mehr/das} wollte ich {nicht/} wissen, {mit/}
    {freundlichen/freundliche/viele/vielen/liebe/lieben/beste/besten/schöne} {grüße/grüssen/grüßen/grüsse/gruesse/gruessen}`,
  acknowledgement: `${shared.acknowledgement}, alles klar, klar, gut, in ordnung, verstanden, {ich/} verstehe, achso, ach so, ja, jo,
    jep, nein, nee, nö, kein problem, keine ursache, gern geschehen, gerne, gern, macht nichts, {das/} passt, genau, stimmt, schon gut,
    na gut, bitte, {bitte/} bitteschön, bitte {schön/sehr}, entschuldigung, entschuldige, entschuldigen sie, tut mir leid, verzeihung,
    naja, nichts {mehr/}, einverstanden, abgemacht`,
  praise: `${shared.praise}, {ihr seid/sie sind/du bist} {einfach/echt/} {die besten/die beste/der beste}, toll, prima, perfekt, klasse,
    spitze, wunderbar, ausgezeichnet, großartig, grossartig, genial, hervorragend, bestens, mega, fein, schön, sehr {gut/schön/hilfreich},
    hilfreich, das {hilft/hat geholfen} {mir/} {sehr/weiter/}, gute {arbeit/antwort}, das ist {super/toll/prima/perfekt/gut/klasse}, gut zu
    wissen`,
  favours: `für, die, das, den, der, dass, ihre, ihren, deine, deinen, eure, diese, im, voraus, vorab, hilfe, antwort, antworten, info,
    infos, information, informationen, auskunft, auskünfte, rückmeldung, mühe, zeit, unterstützung, rat, tipp, tipps, erklärung, geduld,
    beratung, freundlichkeit, schnelle, schnellen, nette, netten, freundliche, ausführliche, tolle, gute, rasche, alles, bemühungen,
    verständnis`,
  subjects: `{du bist/ihr seid/das ist/das war}, {deine/ihre/eure/die} antwort ist, {dieser/der} {bot/chat/service} ist, was für
    {ein/eine/}, so {ein/eine}`,
  blame: `dumm, doof, blöd, nutzlos, schlecht, falsch, mist, quatsch, unsinn, blödsinn, scheiße, scheisse, scheiß, furchtbar,
    schrecklich, lächerlich, peinlich, enttäuschend, unverschämt, unverschämtheit, katastrophe, müll, idiot, idioten, frechheit, witz`,
  fillers: `oder {ein/eine/} {bot/roboter/mensch/maschine/person/computer}, aber, leider, sehr, vielmals, schön, nochmal, nochmals, noch,
    auch, und, ihnen, dir, euch, mich, ich, bei, herr, frau, liebe, lieber, liebes, team, zusammen, alle, allen, allerseits, leute, an,
    ganze, mal, so, dann, viel, vielen, ganz, herzlich, herzlichen, herzlichsten, besten, tausend, recht, wirklich, echt, lieben, schönen`,
}

export const dutch: CourtesyWords = {
  greeting: `${shared.greeting}, hallo, hoi, heej, hé, dag, goedemorgen, goedemiddag, goedenavond, goedendag, goede
    {morgen/middag/avond/dag}, gegroet, aangenaam, {is/} {er/hier/} iemand {daar/}, {ben je/bent u} er, {ik heb {nog/}/} een
    {korte/kleine/} {vraag/vraagje}, {kunt u/kun je/kan je/zou u/zou je} {me/mij} {even/} {kunnen/} helpen, mag ik {u/je/} {iets/wat/een
    vraag} {vragen/stellen}`,
  wellbeing: `hoe gaat {het/ie} {met {u/je/jou}/} {vandaag/}, hoe is het {met {u/je/jou}/}, alles goed {met {u/je/jou}/}, en {met/}
    {u/jou/jij}`,
  identity: `{praat/spreek/chat} ik met {een/} {robot/bot/mens/echt mens/echte persoon/computer/machine}, wie {ben je/ben jij/bent u/is
    dit/zijn jullie}, met wie {spreek/praat/chat} ik, hoe heet {je/u/jij}, wat is {je/jouw/uw} naam, {ben je/ben jij/bent u/is dit} {een/}
    {bot/robot/chatbot/mens/echt mens/machine/persoon/echt persoon/echte persoon/computer}, wat ben jij, wat {kan je/kun je/kunt u/kan jij}
    {allemaal/} {doen/voor mij doen/voor me doen}, hoe {kun je/kunt u/kan je} {me/mij} helpen, stel jezelf voor`,
  complaint: `onzin, idioot, {stomme/domme/waardeloze} {bot/robot/machine/computer}, dat {klopt/helpt} {me/mij/} niet, {dit/het} helpt
    {me/mij} niet, daar heb ik niets aan, je {begrijpt/snapt} {me/mij/er/het} {niet/niks/niets}, hou je {mond/bek}, rot op, ik ben
    {teleurgesteld/boos}`,
  thanks: `${shared.thanks}, dank, bedankt, dankjewel, dankuwel, dankje, merci, {dat is/} {heel/erg/zeer} {aardig/vriendelijk/lief} {van
    u/van je/van jou/van jullie/}`,
  goodbye: `${shared.goodbye}, doei, doeg, houdoe, tot {ziens/straks/later/morgen/snel/gauw/de volgende keer}, welterusten, goedenacht,
    {nog/} {een/} {fijne/prettige/goede} {dag/avond/middag/week/vakantie/feestdagen/nacht} {nog/}, {nog/} {een/} {fijn/prettig/goed}
    weekend, met vriendelijke {groet/groeten}, groet, groeten, groetjes, dat {was/is} {het/alles} {wat ik wilde weten/wat ik nodig
    had/}, meer wilde ik niet weten`,
  acknowledgement: `${shared.acknowledgement}, oke, okee, goed, {dat/} is goed, begrepen, ik {begrijp/snap} het, {dat is/}
    {duidelijk/helder}, ja, jawel, jep, nee, neen, geen {probleem/dank}, graag {gedaan/}, alstublieft, alsjeblieft, aub, excuus,
    excuses, neem me niet kwalijk, maakt niet uit, niets {meer/}, verder niets, klopt, komt goed, inderdaad`,
  praise: `${shared.praise}, {je bent/u bent/jullie zijn} de {beste/besten}, prima, geweldig, perfect, fantastisch, mooi, leuk, fijn,
    uitstekend, prachtig, handig, heel {erg/} {goed/fijn/mooi}, zeer goed, goed {gedaan/werk/antwoord/zo}, dat is {fijn/mooi/top/handig},
    goed om te weten`,
  favours: `voor, de, het, je, jouw, uw, jullie, deze, alle, hulp, antwoord, antwoorden, reactie, info, informatie, uitleg, tijd,
    moeite, advies, tip, tips, service, ondersteuning, geduld, snelle, vlugge, duidelijke, fijne, goede, alvast, alles, beantwoorden,
    begrip, aandacht`,
  subjects: `{je bent/jij bent/u bent/jullie zijn/dat is/dat was}, {je/jouw/uw/het/dit} antwoord is, {deze/de} {bot/dienst/service} is, wat
    een, zo n`,
  blame: `nutteloos, waardeloos, dom, stom, stomme, slecht, fout, onjuist, verkeerd, onzin, belachelijk, schandalig, idioot, vreselijk,
    verschrikkelijk, teleurstellend, rommel, troep, schande, ramp`,
  fillers: `of {een/} {robot/bot/mens/echt mens/echte persoon/computer/machine}, maar, wel, heel, erg, veel, zeer, hartelijk, u, je, jij,
    jou, allemaal, allen, iedereen, team, meneer, mevrouw, heer, beste, en, ook, nog, nogmaals, hoor, dan, aan, mensen, zo, ontzettend,
    vriendelijk, tot`,
}
