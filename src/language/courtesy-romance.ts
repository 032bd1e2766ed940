// Lists the words of courtesy in French, Spanish, Italian and Portuguese.
import { shared, type CourtesyWords } from './courtesy-shared.ts'

export const french: CourtesyWords = {
  greeting: `${shared.greeting}, bonjour, rebonjour, re bonjour, bonsoir, salut, coucou, allo, bjr, bsr, slt, cc, enchanté, enchantée,
    quelqu un, {il y a/y a t il/y a} quelqu un, {êtes vous/vous êtes/tu es/t es} là, {j ai/j aurais} une {petite/} question, une
    {petite/} question, {pouvez vous/pourriez vous/peux tu/pourrais tu/tu peux/vous pouvez} m aider, {puis je/est ce que je peux/je
    peux} {vous/te} poser une question`,
  wellbeing: `{comment/} ça va {bien/}, comment {allez vous/vous allez/vas tu/tu vas}, {vous allez/tu vas} bien, quoi de neuf, et
    {vous/toi}`,
  identity: `{je parle/est ce que je parle/parle je} {à/avec} {un/une} {robot/bot/humain/machine/personne/vraie personne/ia}, qui {êtes
    vous/es tu/vous êtes/tu es/est ce/est là}, {vous êtes/tu es/t es/c est} qui, {à/avec} qui {je parle/parle je}, à qui ai je {affaire/l
    honneur}, {êtes vous/vous êtes/es tu/tu es/t es/c est/est ce/est ce que vous êtes/est ce que tu es} {un/une/}
    {robot/bot/chatbot/ia/humain/machine/personne/vraie personne/être humain/ordinateur}, {comment tu/tu} t appelles {comment/}, comment
    {vous appelez vous/t appelles tu}, {quel est/c est quoi} {votre/ton} nom, à quoi {sers tu/servez vous/tu sers}, {que/qu est ce que}
    {pouvez vous/peux tu/tu peux/vous pouvez/sais tu/tu sais/savez vous} faire {pour moi/}, comment {pouvez vous/peux tu} m aider, présentez
    vous, présente toi`,
  complaint: `n importe quoi, merde, connard, imbécile, crétin, {tu ne/tu/vous ne/vous} {sers/servez} à rien, {ça ne/ça} m aide pas, {ça
    ne/ça} répond pas {à ma question/}, c est {vraiment/} {n importe quoi/nul/ridicule/honteux/lamentable/scandaleux}, {ce n est/c est} pas
    {vrai/ça/ce que j ai demandé/ce que je demande/ma question}, {ferme/fermez} la, ta gueule, {tu ne/tu/vous ne/vous} {comprends/comprenez}
    {rien/pas}, je suis {déçu/déçue/mécontent/mécontente/fâché/fâchée}, bot {nul/stupide/de merde}`,
  thanks: `${shared.thanks}, merci, mercis, mrc, remerciements, je {vous/te} remercie, c est {très/vraiment/bien/}
    {gentil/sympa/aimable} {de votre part/de ta part/à vous/}`,
  goodbye: `${shared.goodbye}, au revoir, ciao, adieu, tchao, à {bientôt/plus/plus tard/demain/tout à l heure/la prochaine/la prochaine
    fois}, {bonne/belle/excellente/très bonne} {fin de/} {journée/soirée/nuit/matinée/semaine/après
    midi/continuation/année/route/réception}, {bonnes/belles} {vacances/fêtes}, bon {week end/weekend/dimanche/samedi/courage/après
    midi}, {bien/} cordialement, bien à vous, {meilleures/} salutations, c est tout, c {est/était} {tout/exactement/} ce {que je voulais
    savoir/que je souhaitais savoir/dont j avais besoin/qu il me fallait}`,
  acknowledgement: `${shared.acknowledgement}, d accord, dac, dacc, entendu, compris, j ai compris, je {vois/comprends}, noté, bien
    {reçu/noté/compris}, c est {noté/compris/bon/ça/clair}, oui, ouais, non, nan, pas de {problème/souci}, tant {mieux/pis}, ça marche,
    ça suffit, rien {d autre/de plus/}, s il {vous/te} plaît, svp, stp, désolé, désolée, {excusez/excuse} moi, mdr, ptdr, je {vous/t} en
    prie, de rien, euh, hum`,
  praise: `${shared.praise}, supers, géniale, géniaux, parfaits, formidables, vous êtes {vraiment/} les {meilleurs/meilleures}, génial,
    parfait, parfaite, excellent, nickel, impeccable, formidable, magnifique, chouette, merveilleux, très {bien/bon/clair/utile}, trop
    {bien/cool/fort}, bien joué, {bonne/très bonne/excellente} réponse, {beau/bon} travail, c est
    {super/parfait/génial/top/cool/nickel/excellent/très clair/très bien/bien}`,
  favours: `pour, de, d, du, des, par, votre, vos, ton, ta, tes, cette, ces, ce, l, la, le, les, toute, m, avoir, avance, aide, réponse,
    réponses, info, infos, information, informations, renseignement, renseignements, précision, précisions, temps, accueil, patience,
    service, services, conseil, conseils, explication, explications, attention, retour, disponibilité, rapidité, soutien, gentillesse,
    efficacité, réactivité, répondu, aidé, renseigné, ça, cela, rapide, claire, clair, précieuse, amabilité, compréhension`,
  subjects: '{vous êtes/tu es/t es}, {votre/ta/cette} réponse est, {votre/ce} {service/bot/robot/chat/chatbot} est, quel, quelle',
  blame: `nul, nuls, nulle, nulles, idiot, idiote, bête, stupide, con, conne, inutile, inutiles, faux, fausse, mauvais, mauvaise,
    incompétent, incompétents, ridicule, honteux, lamentable, scandaleux, décevant, pourri, débile, honte, n importe quoi, merde`,
  fillers: `ou {un/une} {robot/bot/humain/machine/personne/vraie personne/être humain}, mais, madame, monsieur, mesdames, messieurs,
    mademoiselle, l équipe, toute l équipe, tout le monde, vous, toi, aussi, également, beaucoup, bcp, infiniment, bien, très, mille, fois,
    encore, vraiment, grand, un, tout, et, puis, alors, donc, bon, eh, ben, bah, cher, chers, chère, ami, amis, à, tous, toutes, je`,
}

export const spanish: CourtesyWords = {
  greeting: `${shared.greeting}, hola, holi, buenas {tardes/noches/}, buenos días, buen día, alo, mucho gusto, encantado, encantada,
    {hay/} alguien {ahí/aquí/}, tengo una {pequeña/} {pregunta/duda}, una {pregunta/duda}, {puede/puedes/podría/podrías} ayudarme, me
    {puede/puedes/podría/podrías} ayudar, {puedo/quisiera/quería} {hacerle/hacerte/hacer} una pregunta`,
  wellbeing: `qué tal {estás/está/están/todo/va/}, cómo {estás/está usted/están/te va/le va/va todo/andas}, y {tú/usted/ustedes}, todo
    bien, qué hay`,
  identity: `{hablo/estoy hablando} con {un/una} {robot/bot/persona/humano/máquina/persona real}, quién {eres/es usted/es/sois/son
    ustedes/está ahí}, con quién {hablo/estoy hablando/chateo/tengo el gusto}, qué eres, {eres/es/es usted/esto es} {un/una/}
    {robot/bot/chatbot/humano/humana/persona/persona real/máquina/ia/asistente/ordenador}, cómo {te llamas/se llama usted}, cuál es {tu/su}
    nombre, qué {puedes/puede/sabes} hacer {por mí/}, preséntate, {cómo/en qué} {puedes/puede} ayudarme, {cómo/en qué} me {puedes/puede}
    ayudar`,
  complaint: `mierda, imbécil, gilipollas, no {me/} {ayudas/sirves/entiendes} {nada/}, no me {ayuda/entiende} {nada/}, no {sirves/sirve}
    {de/para} nada, {eso/esto/} no es {verdad/lo que pregunté/lo que he preguntado}, eso no es {cierto/correcto}, cállate, vete a la mierda,
    estoy {decepcionado/decepcionada/enfadado/enfadada}`,
  thanks: `${shared.thanks}, gracias, se agradece, agradecido, agradecida, {te/se/} {lo/} agradezco, {es usted/eres/} muy amable {de su
    parte/por su parte/de tu parte/}`,
  goodbye: `${shared.goodbye}, adiós, chao, chau, nos vemos, hasta {luego/pronto/mañana/la vista/la próxima/otra}, cuídate, cuídese,
    {que/} {tenga/tengas/tengan/} {un/una/} {buen/buena/feliz/lindo/linda} {día/tarde/noche/semana/fin de semana}, saludos {cordiales/},
    un {cordial/} saludo, un abrazo, atentamente, cordialmente, eso es todo,
    eso es {todo/} {lo que quería saber/lo que necesitaba saber/lo que necesitaba},
    era todo lo que quería saber`,
  acknowledgement: `${shared.acknowledgement}, vale, de acuerdo, bueno, bien, entendido, entiendo, comprendo, comprendido, claro, por
    supuesto, sí, no, ya {veo/entiendo/está}, está {bien/claro}, no {pasa nada/hay problema}, sin problema, de nada, por favor, porfa,
    perdón, perdona, perdone, disculpa, disculpe, lo siento, nada {más/}, listo, dale, ajá`,
  praise: `${shared.praise}, geniales, estupendos, fantásticos, increíbles, maravillosos, {sois/son} los mejores, genial, perfecto,
    perfecta, estupendo, excelente, fantástico, maravilloso, guay, increíble, chévere, muy {bien/bueno/útil/claro}, qué {bien/bueno/guay},
    buen trabajo, buena respuesta, me {ayuda/sirve} {mucho/}`,
  favours: `por, de, tu, su, sus, tus, la, el, las, los, esta, toda, todo, eso, antemano, ayudarme, responder, responderme, contestar,
    haberme, ayudado, respondido, ayuda, respuesta, respuestas, información, info, atención, tiempo, consejo, consejos, apoyo, servicio,
    paciencia, aclaración, explicación, rapidez, rápida, amabilidad, colaboración`,
  subjects: `{eres/sois/eso es/eso está/qué}, {tu/su/vuestra/la/esta} respuesta {es/está}, {este/el/vuestro/su} {bot/servicio/chat} es,
    menuda, menudo, vaya`,
  blame: `inútil, inútiles, tonto, tonta, tontos, estúpido, estúpida, idiota, idiotas, malo, mala, malísimo, pésimo, horrible, mal,
    falso, mentira, incorrecto, erróneo, asco, mierda, vergüenza, basura, ridículo, decepcionante, desastre, tontería`,
  fillers: `o {un/una} {robot/bot/humano/humana/persona/máquina/persona real}, pero, muchas, muchísimas, mil, muy, mucho, de verdad, de
    nuevo, otra vez, a, y, todos, todas, usted, ustedes, ti, vosotros, señor, señora, señores, señorita, equipo, amigo, amigos, chicos,
    también, igualmente, pues, entonces, tan, le, les, os`,
}

export const italian: CourtesyWords = {
  greeting: `${shared.greeting}, ciao, salve, buongiorno, buon giorno, buonasera, buona sera, buondì, buon pomeriggio, ehi, ehilà,
    piacere, c è qualcuno, ho una {piccola/} domanda, una domanda, {può/puoi/potrebbe/potresti} aiutarmi, mi
    {può/puoi/potrebbe/potresti} aiutare, {posso/vorrei/potrei} {farle/farti/fare} una domanda`,
  wellbeing: 'come {stai/sta/va/state/stanno} {oggi/}, tutto bene, come andiamo, e {tu/lei/voi}',
  identity: `{parlo/sto parlando} con {un/una} {robot/bot/persona/macchina/umano/persona vera}, chi {sei/è lei/siete/parla}, {lei chi è/tu
    chi sei}, con chi {parlo/sto parlando/ho il piacere}, cosa sei, presentati, {sei/è/lei è/è lei} {un/una/}
    {robot/bot/chatbot/umano/umana/persona/persona reale/persona vera/macchina/ia/computer}, come {ti chiami/si chiama lei}, qual è il
    {tuo/suo} nome, {che/} cosa {puoi/può/sai/sa} fare {per me/}, come {puoi/può} aiutarmi, come mi {puoi/può} aiutare`,
  complaint: `cretino, vaffanculo, merda, non {mi/} {aiuti/servi} {a niente/a nulla/}, non mi aiuta, non serve a {niente/nulla}, non
    {capisci/capite/capisce} {niente/nulla/}, non è vero, {stai/sta} zitto, sono {deluso/delusa/arrabbiato/arrabbiata}`,
  thanks: `${shared.thanks}, grazie, {ti/la/vi/} ringrazio, {è/siete/sei/} molto {gentile/gentili} {da parte sua/da parte tua/da parte
    vostra/}`,
  goodbye: `${shared.goodbye}, arrivederci, arrivederla, addio, buonanotte, a {presto/dopo/domani/più tardi/risentirci}, saluti, un
    saluto, ci {vediamo/sentiamo} {presto/domani/dopo/}, {buona/una buona}
    {giornata/serata/notte/domenica/settimana/fortuna/continuazione}, {buon/un buon} {weekend/week end/fine settimana/lavoro}, buone
    {vacanze/feste}, {cordiali/distinti} saluti, è tutto {quello/ciò} che volevo sapere, {era/è} {quello/ciò} che volevo sapere, è
    tutto, tutto qui`,
  acknowledgement: `${shared.acknowledgement}, va bene, d accordo, bene, {ho/} capito, capisco, certo, chiaro, sì, no, nessun problema,
    non c è problema, di niente, non c è di che, prego, per {favore/piacere/cortesia}, scusa, scusi, scusate, mi scusi, mi dispiace,
    niente, nient altro, nulla, intesi, inteso, figurati, si figuri, a posto, esatto`,
  praise: `${shared.praise}, bravi, bravissimi, fantastici, meravigliosi, gentilissimi, siete i migliori, perfetto, ottimo, eccellente,
    fantastico, meraviglioso, grande, brava, bravissimo, benissimo, splendido, magnifico, molto {bene/utile/chiaro}, ottimo lavoro, ottima
    risposta, tutto chiaro, è {perfetto/ottimo/chiaro}, che bello`,
  favours: `per, il, la, lo, l, le, i, gli, del, della, dell, tuo, tua, suo, sua, vostro, vostra, in, anticipo, anticipatamente, tutto,
    avermi, aiutato, risposto, aiuto, risposta, risposte, informazione, informazioni, info, tempo, consiglio, consigli, disponibilità,
    gentilezza, cortesia, pazienza, supporto, servizio, chiarimento, chiarimenti, spiegazione, assistenza, attenzione, veloce, rapida,
    rapidità, collaborazione`,
  subjects: '{sei/siete/quello è/che/la risposta è/la tua risposta è/la vostra risposta è/il servizio è/questo servizio è}',
  blame: `inutile, inutili, stupido, stupida, stupidi, idiota, idioti, scemo, scema, falso, falsa, sbagliato, sbagliata, pessimo,
    pessima, terribile, orribile, ridicolo, ridicola, schifo, vergogna, delusione, disastro, deludente, scarso`,
  fillers: `o {un/una} {robot/bot/persona/macchina/umano/persona vera}, ma, però, mille, molte, tante, infinite, ancora, davvero, molto,
    tanto, di cuore, a, e, tutti, tutte, lei, te, voi, signore, signora, signori, anche, altrettanto, team, ragazzi, allora, dunque, beh,
    poi, gentile, caro, cara, cari`,
}

export const portuguese: CourtesyWords = {
  greeting: `${shared.greeting}, olá, oi, bom dia, boa {tarde/noite}, {muito/} prazer, {há/está} {aí/} alguém {aí/}, tenho uma {pequena/}
    {pergunta/dúvida}, uma {pergunta/dúvida}, {pode/podes/poderia/podia} ajudar me, pode me ajudar, posso {lhe/te/} fazer uma pergunta`,
  wellbeing: 'como {está/estás/estão/vai/vão}, tudo bem {contigo/consigo/com você/}, tudo bom, e você',
  identity: `quem {és/é você/és tu/é/são vocês}, com quem {falo/estou a falar/estou falando}, {és/é/você é/tu és/isto é} {um/uma/}
    {robô/robot/bot/chatbot/humano/humana/pessoa/pessoa real/máquina/ia/computador}, estou {a falar/falando} com {um/uma}
    {robô/robot/bot/pessoa/humano/máquina}, como {te chamas/se chama}, qual é o {teu/seu} nome, {o/} que {podes/pode/sabes/sabe} fazer {por
    mim/}, {como/em que} {pode/podes} {ajudar me/me ajudar}, apresenta te, apresente se`,
  complaint: `merda, imbecil, não {prestas/serves} {para nada/}, não {presta/serve} para nada, não {me/} {ajudas/ajuda/ajudou} {nada/}, não
    é {verdade/o que perguntei}, não {percebes/entendes/entende} {nada/}, cala te, cale se, que {nojo/vergonha}, {tu és/você é} {muito/}
    {burro/burra/inútil/estúpido/estúpida/idiota}, estou {desiludido/desiludida/zangado/zangada}`,
  thanks: `${shared.thanks}, obrigado, obrigada, obrigadinho, obg, grato, {eu/} agradeço, muito gentil {da sua parte/}`,
  goodbye: `${shared.goodbye}, tchau, xau, adeus, até {logo/já/breve/amanhã/mais/à próxima/depois}, {bom/um bom} fim de semana,
    {tenha/tem/tenham} {um/uma} {bom/boa/ótimo/ótima} {dia/tarde/noite/semana/fim de semana}, boas férias, cumprimentos, {com os
    melhores/melhores/atenciosos} cumprimentos, atenciosamente, um abraço, {é/era} {tudo/só isso}, {é/era} {tudo/só} o que
    {queria/precisava de} saber`,
  acknowledgement: `${shared.acknowledgement}, {está/tá} {bem/bom/certo}, certo, claro, percebi, percebo, entendi, entendido,
    compreendo, de acordo, combinado, sim, não, sem problema, não {há/tem} problema, de nada, por favor, {se/} faz favor, desculpe,
    desculpa, lamento, mais nada, nada mais, com certeza, pois`,
  praise: `${shared.praise}, ótimos, fantásticos, incríveis, maravilhosos, {são/vocês são} os melhores, ótimo, ótima, perfeito, perfeita,
    excelente, fantástico, maravilhoso, espetacular, muito {bem/bom/útil/claro}, que bom, bom trabalho, boa resposta, {ajudou/ajuda} muito`,
  favours: `por, pela, pelo, pelas, pelos, de, do, da, o, as, os, sua, tua, seu, teu, vossa, ajuda, resposta, respostas, informação,
    informações, info, atenção, tempo, paciência, apoio, serviço, conselho, esclarecimento, disponibilidade, simpatia, tudo, antemão,
    ter, me, ajudar, responder, rápida, rapidez, desde, já`,
  subjects: '{sois/isso é/que}, {a/} {sua/tua/vossa/esta} resposta {é/está}, {este/o} {bot/serviço/chat} é',
  blame: `inútil, inúteis, estúpido, estúpida, burro, burra, idiota, idiotas, mau, má, péssimo, péssima, horrível, mal, falso, mentira,
    errado, errada, nojo, merda, vergonha, lixo, ridículo, desilusão, desastre`,
  fillers: `ou {um/uma} {robô/robot/bot/humano/pessoa/máquina}, mas, muito, muita, mesmo, também, igualmente, a, e, todos, todas, você,
    vocês, senhor, senhora, senhores, amigo, amigos, equipa, equipe, então, bem, para si, ainda, uma vez mais, outra vez, de novo, imenso`,
}
