// Lists the phrases that ask for each type of fact in French, Spanish, Italian and Portuguese.
import { before, rules, who } from './asking-rules.ts'

export const french = rules([
  [
    'person',
    who(
      'qui (?:est|sont|dirige|gere|suit|fait|donne|anime|organise|tient)|qui (?:s|se) (?:occupe|charge)|' +
      'a qui (?:dois je|puis je|faut il) (?:m adresser|ecrire|parler|demander)|qui contacter',
      'le|la|l|les|de|du|des|d|votre|vos|un|une',
      'directeur|directrice|patronn?e?|chef|cheffe|responsables?|gerante?|presidente?|proprietaire|dirigeante?'
    ),
  ],
  ['frequency', 'tous les combien|toutes les combien|a quelle frequence|combien de fois|quelle frequence'],
  ['discount', 'quelle (?:reduction|remise)|reductions?|remises?|ristourne|rabais|tarif reduit'],
  ['material', 'composition|matieres?|materiaux?|en quoi (?:est|sont)|en quel (?:bois|tissu|metal)|de quoi (?:est|sont)'],
  ['email', 'adresses? (?:e )?mail|adresses? electroniques?|(?:(?:ecrire|envoyer) (?:(?:un|par) )?)?(?:e mail|mail|email|courriel)'],
  [
    'phone',
    String.raw`numeros? de (?:tel\w*|fax|portable)|(?:votre|vos|ton) numeros?(?= ?$)|
    numero a appeler|fax|telecopie|telephone|tel|telephoner|appeler a quel numero|
    quel numero|(?<=^)numero(?= ?$)`,
  ],
  [
    'price',
    `a quel prix|quel (?:est le )?prix|prix|tarifs?|combien(?= (?:\\w+ )?(?:coutent?|coute)(?!\\p{L}))|coutent?|coute|couterait?|cher|
    revient|combien vaut|combien(?= (?:\\w+ )?pay)`,
  ],
  ['stock', 'en stock|disponibles?|rupture|de nouveau (?:acheter|disponible|en vente)|reassort'],
  [
    'place',
    `ou (?:se trouve|est situee?|se situe)(?: (?:l|le|la|votre))?|ou etes vous(?: situee?s?)?|ou (?:a|ont|aura|auront) lieu|
    (?<=^ ?)(?:(?:vous etes|c est|on vous trouve) )?ou(?= ?$)|ou vous trouver|
    situee?s?|votre adresse|adresse (?:de la|du|de votre|de l)|quelle adresse|adresse postale|(?<=^)adresse(?= ?$)|
    comment venir|comment (?:se rendre|aller|arriver)|itineraire`,
  ],
  [
    'contact',
    'joindre|contacter|contact|coordonnees|parler a (?:une? )?(?:vraie )?(?:humaine?|personne|conseill\\w+|quelqu un)|' +
    'avoir une? (?:vraie personne|humaine?|conseill\\w+)|avoir quelqu un(?= (?:au telephone|en ligne))',
  ],
  ['temperature', 'temperature|combien de degres|a combien de degres|degres'],
  ['weight', 'poids|combien pese|pese|pesent|pese t|lourde?|kilos'],
  ['age', 'quel age|a partir de quel age|des quel age|age minimum|age'],
  [
    'duration',
    `combien de temps|combien de (?:jours|mois|semaines|minutes|nuits)|combien d (?:heures|annees)|quel delai|quels delais|delais?|
    duree|dure|durent|temps(?= (?:d attente|de (?:livraison|trajet|preparation)))|
    longtemps|autonomie`,
  ],
  ['deadline', '(?:jusqu a|avant) (?:quand|quelle date)'],
  [
    'time',
    `horaires?|heures? d ouverture|(?:a |jusqu a |des |vers )?quelles? heures?|
    quand(?: (?:a|ont|aura|auront) lieu)?|(?:a|ont) lieu(?= quand)|quelle annee|quels? jours?|
    quelles? (?:(?:est la|sont les) )?dates?|(?<=^(?:les? )?)dates?(?= d[eu]s?(?!\\p{L}))|
    ouverte?s?|ouvrez|ouvre|
    fermez|ferme|fermee?s?`,
  ],
  ['volume', 'contenance|volume|combien de litres|litres'],
  [
    'length',
    'dimensions?|longueur|largeur|hauteur|diametre|epaisseur|mesure|long|haute?|large|profondeur|distance|portee|surface|combien de ' +
      'metres|taille fait',
  ],
  ['percent', 'pourcentage|pour cent|quel taux|taux'],
  ['price', 'a combien|c est combien|combien ca|combien pour|combien faut il payer|frais|montant|payante?s?|quelle somme|combien d euros'],
  ['count', 'combien|quel nombre|nombre'],
])

export const spanish = rules([
  [
    'person',
    who(
      'quien(?:es)? (?:es|son|dirige|lleva|da|organiza|manda|gestiona)|quien se (?:ocupa|encarga)|' +
      'con quien (?:hablo|puedo hablar|tengo que hablar)|a quien (?:pregunto|me dirijo|puedo preguntar)',
      'el|la|los|las|de|del|vuestr[oa]|su|un|una',
      'director|directora|jef[ea]|duen[oa]|responsables?|encargad[oa]|gerente|president[ea]|propietari[oa]|entrenador|entrenadora'
    ),
  ],
  ['frequency', 'cada cuanto|con que frecuencia|cuantas veces'],
  ['discount', 'descuentos?|rebajas?|tarifa reducida|precio reducido'],
  ['material', 'material(?:es)?|de que esta hech[oa]s?|composicion'],
  [
    'email',
    '(?:(?:escribir|enviar|mandar)(?:les|os)? (?:(?:un|por) )?)?(?:correos? electronicos?|direccion de correo|correo|e ?mail|email)',
  ],
  ['phone', 'numeros? de telefono|telefonos?|a que numero|(?:su|vuestro|tu) numero(?= ?$)|llamar(?:os|les)?'],
  ['price', 'que (?:precio|cuota)|precios?|cuanto (?:cuestan?|valen?)|a cuanto (?:sale|esta el)|tarifas?'],
  ['stock', 'en existencias|disponibles?|agotado'],
  [
    'place',
    'donde esta(?:is|n)? (?:el|la|ubicad\\w+|situad\\w+|vuestr\\w+|su)|donde estais|donde estan|donde os|' +
    '(?<=^ ?)donde(?: queda(?:is|n)?)?(?= ?$)|direccion|como ' +
    '(?:llegar|llego|se llega)',
  ],
  ['contact', 'contactar|contacto|poner(?:me|nos) en contacto|hablar con (?:(?:una persona|un humano|un agente)(?: real)?|alguien)'],
  ['temperature', 'temperatura|grados'],
  ['weight', 'cuanto pesan?|peso|pesa|pesan|pesaba'],
  ['age', 'que edad|edad minima|edad|cuantos anos tenia|cuantos anos tiene'],
  [
    'duration',
    'cuanto tiempo|cuantos dias|cuantas horas|cuantos meses|cuantos anos|cuantas semanas|cuanto duran?|cuanto duro|cuanto ' +
    'tardan?|plazo|duracion|tiempos? de(?= (?:entrega|espera))|con cuant[ao] (?:antelacion|tiempo)',
  ],
  ['deadline', '(?:hasta|antes de) (?:cuando|que fecha)'],
  [
    'time',
    '(?:a |hasta |desde )?que horas?|cual(?:es)? (?:es la|son las) fechas?|' +
    '(?<=^(?:las? )?)fechas?(?= del?(?!\\p{L}))|horarios?|hora de|cuando(?: (?:tienen?|tendran?) lugar)?|que ano|que dias?|' +
    'que fechas?|que siglo|abre|abren|abris|cierra|cierran|cerrais|abiert[oa]s?',
  ],
  ['volume', 'capacidad|volumen|litros'],
  [
    'length',
    'dimensiones|longitud|altura|anchura|profundidad|distancia|cuanto miden?|mide|que tan lejos|cuantos metros|cuantos kilometros|a ' +
    'cuanto esta|superficie',
  ],
  ['percent', 'porcentaje|por ciento|que tasa'],
  [
    'price',
    'a cuanto asciende\\w*|gastos(?= de(?!\\p{L}))|precios?|cuanto cuestan?|cuanto costo|coste|costo|tarifa|tasas?|cuanto dinero|' +
    'cuanto (?:se )?pag\\w+|cuanto es|(?:es|son|sea|sera|o) de pago|de pago o',
  ],
  ['count', 'cuantos|cuantas|cuanto|cuanta|numero de'],
])

export const italian = rules([
  [
    'person',
    who(
      'chi (?:e|sono|dirige|gestisce|tiene|insegna|organizza)|chi si occupa|a chi (?:mi rivolgo|posso chiedere|devo chiedere)|con chi ' +
      '(?:parlo|posso parlare)',
      'il|la|lo|l|i|le|di|del|della|dei|vostr[oa]|un|una',
      'direttore|direttrice|capo|titolare|responsabile|gestore|president[ei]|presidentessa|proprietari[oa]'
    ),
  ],
  ['frequency', 'ogni quanto|con che frequenza|quante volte'],
  ['discount', 'scont[oi]|riduzion[ei]|tariffa ridotta|prezzo ridotto'],
  ['material', 'materiali?|di che materiale|composizione'],
  ['email', 'indirizzo (?:e ?mail|di posta)|e ?mail|posta elettronica'],
  ['phone', 'numeri? di telefono|telefono|a che numero|vostro numero(?= ?$)'],
  ['price', 'che prezzo|prezz[oi]|quanto (?:costan?o?|viene|vengono|e il)|costo|costa|costano|tariff[ae]'],
  ['stock', 'disponibil[ei]|esaurit[oaie]'],
  ['place', '(?<=^ ?)dove(?= ?$)|dove siete|dove vi trov\\w+|dove si trova|indirizzo|come (?:arrivare|arrivo|si arriva)'],
  ['contact', 'contattar\\w+|contatti|parlare con (?:una persona(?: vera)?|un operatore|qualcuno)'],
  ['weight', 'quanto pesan?o?|peso|pesa'],
  ['age', 'che eta|eta minima|eta'],
  ['duration', 'quanto tempo|temp[oi] di(?= (?:consegna|attesa))|quanti giorni|quante ore|' +
    'quanti mesi|quanto durano?|durata|con quanto anticipo'],
  ['deadline', '(?:fino a|entro) (?:quando|che data)'],
  ['time', '(?:a |fino a )?che or[ae]|orari[oi]?|quando(?: (?:ha|hanno|avra|avranno) luogo)?|' +
    'che giorn[oi]|in che anno|apert[oaie]|aprite|apre|chius[oaie]|chiudete|chiude'],
  ['percent', before('quanto e (?:alto|alta)', 'tasso|interesse|interessi|sconto')],
  ['price', `a quanto ammont\\w+|${before('quanto e (?:alto|alta)', 'canone|affitto|costo|quota|multa|cauzione')}`],
  ['length', 'dimensioni|larghezza|altezza|profondita|diametro|quanto e (?:lungo|largo|alto|grande)|quanto dista'],
  ['percent', 'percentuale|per cento'],
  ['price', 'quanto e|quanto si paga|quanto pago|a pagamento'],
  ['count', 'quanti|quante|quanto|numero di'],
])

/** Words that Italian has too ("quando", "quanto e", "peso") are left to its rules, which know what weighs more. */
export const portuguese = rules([
  [
    'person',
    who(
      'quem (?:e|sao|dirige|gere|da|organiza|trata)|com quem (?:falo|posso falar|devo falar)|a quem (?:me dirijo|posso perguntar)',
      'o|a|os|as|do|da|dos|um|uma|vosso|vossa|seu|sua',
      'don[oa]|diretora?|chefe|responsave(?:l|is)|gerente|presidente|proprietari[oa]|encarregad[oa]'
    ),
  ],
  ['frequency', 'com que frequencia|quantas vezes|de quanto em quanto tempo'],
  ['discount', 'descontos?|preco reduzido'],
  ['email', 'endereco (?:de )?e ?mail|correio eletronico|e ?mail'],
  ['phone', 'numeros? de (?:telefone|telemovel)|telefone|telemovel|que numero'],
  ['price', 'que preco|precos?|quanto (?:e que )?(?:custam?|ficam?|saem?)|custam?|quanto se paga'],
  ['stock', 'disponive(?:l|is)|esgotad[oa]s?'],
  [
    'place',
    '(?<=^ ?)onde(?: e)?(?= ?$)|onde (?:e que )?(?:ficam?|estao|esta|se situa)(?: (?:o|a|os|as|situad\\w+|vosso|vossa))?|morada|endereco|' +
    'como (?:chegar|chego|se chega)',
  ],
  ['contact', 'contact?ar|contact?os?|falar com (?:uma pessoa|alguem)'],
  ['weight', 'quanto pesam?'],
  ['age', '(?:a partir de )?que idade|idade minima|idade'],
  ['duration', 'quanto tempo|quant[ao]s (?:dias|horas|semanas|meses)|quanto duram?|duracao|prazo|com que antecedencia'],
  ['deadline', '(?:ate|antes de) (?:quando|que data)'],
  ['time', '(?:a |ate |desde )?que horas?|horarios?|que dias?|em que ano|abrem?|fecham?|abert[oa]s?|fechad[oa]s?'],
  ['length', 'dimensoes|comprimento|altura|largura|profundidade|distancia'],
  ['percent', 'percentagem|por cento'],
  ['count', 'quant[ao]s|numero de'],
])
