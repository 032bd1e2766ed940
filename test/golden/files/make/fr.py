"""What the files of a bicycle workshop in France say, and what is asked of them."""
from blocks import h, p, ul, ol, table, note, struck, sheet, slide, mail

company = {'id': 'atelier-vauban', 'name': 'Atelier Vauban', 'language': 'fr'}

files = [
    ('tarifs-atelier', 'xlsx openpyxl', sheet({
        'Réparations': [['Tarifs 2025 de l\'atelier'], [], ['Prestation', 'Durée', 'Prix'], ['Révision complète', '2 h', 89.0],
                        ['Réglage des freins', '20 min', 18.5], ['Remplacement d\'une chambre à air', '15 min', 12.0],
                        ['Dévoilage d\'une roue', '30 min', 24.9], ['Changement de transmission', '1 h 30', 65.0]],
        'Vélos électriques': [['Prestation', 'Durée', 'Prix'], ['Diagnostic du moteur', '45 min', 39.0],
                              ['Mise à jour du logiciel', '30 min', 29.0], ['Remplacement de batterie', '20 min', 25.0]],
    }, money='€'), [
        ('Combien coûte une révision complète ?', ['89,00 €']), ('Quel est le prix du réglage des freins ?', ['18,50 €']),
        ('Combien de temps prend le dévoilage d\'une roue ?', ['30 min']), ('Prix du diagnostic du moteur ?', ['39,00 €']),
    ]),
    ('location', 'ods libreoffice', sheet({
        'Location': [['Modèle', 'Demi-journée', 'Journée', 'Semaine', 'Caution'], ['VTC Horizon', 12, 18, 75, 150],
                     ['Vélo électrique Brise', 25, 38, 190, 600], ['Tandem Duo', 22, 34, 160, 300], ['Vélo cargo Mulet', 29, 45, 220, 800],
                     ['Vélo enfant Puce', 6, 9, 40, 50]],
    }, money='€'), [
        ('Combien coûte la location du tandem pour une journée ?', ['Journée: 34']), ('Quelle caution pour le vélo cargo ?', ['Caution: 800']),
        ('Quel est le prix du vélo électrique Brise à la semaine ?', ['Semaine: 190']), ('Tarif demi-journée du vélo enfant ?', ['Demi-journée: 6']),
    ]),
    ('reglement-location', 'docx python-docx', [
        h(1, 'Règlement de location'), p('Le locataire doit être âgé de 18 ans au moins et présenter une pièce d\'identité.'),
        h(2, 'Retour des vélos'), p('Les vélos sont rendus avant 18 h 30. Tout retard est facturé 8 € par heure commencée.'),
        h(2, 'Vol et casse'), note('En cas de vol, la caution est conservée', 'sauf présentation d\'un dépôt de plainte sous 48 heures'),
        struck('Le casque est loué 5 €.', 'Le casque est prêté gratuitement.'),
        table(['Dommage', 'Retenue'], [['Pneu crevé', '10 €'], ['Roue voilée', '35 €'], ['Antivol perdu', '45 €']]),
    ], [
        ('Quel âge faut-il pour louer un vélo ?', ['18 ans']), ('Que coûte une heure de retard ?', ['8 €']),
        ('Le casque est-il payant ?', ['prêté gratuitement']), ('Que retient-on pour un antivol perdu ?', ['45 €']),
        ('Que faut-il présenter en cas de vol ?', ['dépôt de plainte']),
    ]),
    ('horaires', 'pdf chromium', [
        h(1, 'Horaires de l\'atelier'), table(['Jour', 'Matin', 'Après-midi'], [['Lundi', 'fermé', '14 h – 18 h 30'],
        ['Mardi à vendredi', '9 h – 12 h', '14 h – 19 h'], ['Samedi', '9 h – 12 h 30', '13 h 30 – 17 h'], ['Dimanche', 'fermé', 'fermé']]),
        p('L\'atelier est fermé du 4 au 18 août pour les congés annuels.'), p('Le parking est situé rue Charles-Nodier, derrière le bâtiment.'),
    ], [
        ('Quels sont les horaires du samedi après-midi ?', ['13 h 30 – 17 h']), ('Quand l\'atelier est-il en congés ?', ['du 4 au 18 août']),
        ('Où se garer ?', ['rue Charles-Nodier']),
    ]),
    ('garantie', 'odt libreoffice', [
        h(1, 'Garantie des vélos neufs'), p('Le cadre est garanti cinq ans. Les pièces d\'usure (chaîne, pneus, patins) ne sont pas couvertes.'),
        h(2, 'Batterie'), p('La batterie est garantie 24 mois ou 500 cycles de charge.'), h(2, 'Première révision'),
        p('La première révision est offerte dans les trois mois suivant l\'achat.'),
    ], [
        ('Combien de temps le cadre est-il garanti ?', ['cinq ans']), ('Quelle est la garantie de la batterie ?', ['24 mois']),
        ('La première révision est-elle gratuite ?', ['offerte']),
    ]),
    ('cours', 'pptx python-pptx', [
        slide('Cours de mécanique', ['Débutants : le mardi de 18 h à 20 h', 'Confirmés : le jeudi de 18 h à 20 h 30', 'Huit participants au maximum']),
        slide('Inscription', ['45 € la séance, outils compris', 'Réservation par courriel à cours@atelier-vauban.fr'], 'Annulation gratuite jusqu\'à la veille.'),
    ], [
        ('Quand ont lieu les cours de mécanique pour débutants ?', ['mardi de 18 h à 20 h']), ('Combien coûte une séance de cours ?', ['45 €']),
        ('Combien de participants au cours ?', ['Huit']),
    ]),
    ('devis-mairie', 'eml python', mail('Claire Besson <claire@atelier-vauban.fr>', 'mairie@besancon.example', 'Devis pour la flotte municipale',
        '2025-03-14', [p('Bonjour,'), p('Nous vous proposons douze vélos de service au prix de 1 150 € pièce, livraison comprise.'),
        p('Le délai de livraison est de six semaines. Ce devis est valable jusqu\'au 30 avril 2025.'), p('Cordialement, Claire Besson')]), [
        ('Combien de vélos de service propose le devis à la mairie ?', ['douze']), ('Jusqu\'à quand le devis de la mairie est-il valable ?', ['30 avril 2025']),
        ('Quel est le délai de livraison de la flotte municipale ?', ['six semaines']),
    ]),
    ('fiche-mulet', 'pdf reportlab', [
        h(1, 'Vélo cargo Mulet'), table(['Caractéristique', 'Valeur'], [['Charge maximale', '180 kg'], ['Autonomie', '85 km'],
        ['Poids', '38 kg'], ['Moteur', '250 W, 85 Nm'], ['Freins', 'à disque hydrauliques']]),
        p('La caisse avant accueille trois enfants attachés, à partir de neuf mois.'),
    ], [
        ('Quelle est la charge maximale du vélo cargo Mulet ?', ['180 kg']), ('Quelle autonomie pour le Mulet ?', ['85 km']),
        ('Combien d\'enfants peut porter la caisse du Mulet ?', ['trois enfants']),
    ]),
    ('entretien', 'epub pandoc', [
        h(1, 'La chaîne'), p('Graissez la chaîne tous les 200 kilomètres avec une huile fluide.'), h(1, 'Les pneus'),
        p('La pression d\'un pneu de ville est de 4 bars, celle d\'un pneu de VTT de 2,5 bars.'), h(1, 'La batterie'),
        p('Rangez la batterie chargée à 60 % si le vélo ne roule pas en hiver.'),
    ], [
        ('Tous les combien de kilomètres graisser la chaîne ?', ['200 kilomètres']), ('Quelle pression pour un pneu de VTT ?', ['2,5 bars']),
        ('À combien charger la batterie avant l\'hiver ?', ['60 %']),
    ]),
    ('conditions-generales', 'docx pandoc', [
        h(1, 'Conditions générales'), h(2, 'Paiement'), p('Le paiement s\'effectue en espèces, par carte ou en trois fois sans frais à partir de 300 €.'),
        h(2, 'Dépôt'), p('Un vélo réparé et non repris est gardé 30 jours. Ensuite, le gardiennage coûte 2 € par jour.'), h(2, 'Devis'),
        p('Le devis est gratuit et déduit de la réparation.'), ul(['pièces garanties six mois', 'main-d\'œuvre garantie trois mois']),
    ], [
        ('Peut-on payer en plusieurs fois ?', ['trois fois sans frais']), ('Combien de temps un vélo réparé est-il gardé ?', ['30 jours']),
        ('Combien coûte le gardiennage par jour ?', ['2 €']), ('Combien de temps la main-d\'œuvre est-elle garantie ?', ['trois mois']),
    ]),
    ('stock-pieces', 'csv libreoffice', sheet({'Pièces': [['Référence', 'Désignation', 'Stock', 'Prix'], ['CA-26', 'Chambre à air 26 pouces', 42, 6.9],
        ['PN-700', 'Pneu 700 x 35', 17, 24.5], ['PT-09', 'Patins de frein', 60, 9.9], ['CH-11', 'Chaîne 11 vitesses', 8, 32.0],
        ['SL-02', 'Selle gel', 5, 39.9]]}, money='€'), [
        ('Quel est le prix de la selle gel ?', ['39.90 €']), ('Combien de chaînes 11 vitesses en stock ?', ['Stock: 8']), ('Quelle est la référence des patins de frein ?', ['PT-09']),
    ]),
    ('bourse', 'html pandoc', [
        h(1, 'Bourse aux vélos'), p('La bourse aux vélos a lieu le samedi 17 mai 2025 sur la place Granvelle.'),
        ol(['Dépôt des vélos de 8 h à 10 h', 'Vente de 10 h 30 à 16 h', 'Retrait des invendus jusqu\'à 18 h']),
        p('L\'atelier garde 10 % du prix de vente.'),
    ], [
        ('Quand a lieu la bourse aux vélos ?', ['17 mai 2025']), ('À quelle heure déposer son vélo pour la bourse ?', ['8 h à 10 h']),
        ('Quelle commission l\'atelier garde-t-il sur les ventes de la bourse ?', ['10 %']),
    ]),
    ('recrutement', 'rtf libreoffice', [
        h(1, 'Mécanicien ou mécanicienne cycle'), p('Contrat à durée indéterminée, 35 heures par semaine, salaire de 2 050 € brut.'),
        p('Un an d\'expérience demandé. Poste à pourvoir le 1er septembre.'),
    ], [('Quel salaire pour le poste de mécanicien ?', ['2 050 €']), ('Quand le poste est-il à pourvoir ?', ['1er septembre']), ('Combien d\'heures par semaine pour le mécanicien ?', ['35 heures'])]),
    ('itineraires', 'pdf libreoffice', [
        h(1, 'Balades au départ de Besançon'), table(['Balade', 'Distance', 'Dénivelé'], [['Boucle du Doubs', '28 km', '90 m'],
        ['Tour des forts', '19 km', '420 m'], ['Vallée de la Loue', '64 km', '610 m']]),
        p('La carte des balades est vendue 3 € à l\'atelier.'),
    ], [('Quelle est la distance de la boucle du Doubs ?', ['28 km']), ('Quel dénivelé pour le tour des forts ?', ['420 m']), ('Combien coûte la carte des balades ?', ['3 €'])]),
    ('assurance', 'odt pandoc', [
        h(1, 'Assurance des vélos'), p('L\'assurance vol coûte 6 % du prix du vélo par an.'), p('La franchise est de 80 €.'),
        ul(['L\'antivol doit être en U', 'Le vélo doit être marqué'],), p('Le marquage Bicycode coûte 15 €.'),
    ], [('Quel est le montant de la franchise de l\'assurance ?', ['80 €']), ('Combien coûte le marquage Bicycode ?', ['15 €']), ('Quel antivol faut-il pour être assuré ?', ['en U'])]),
]
