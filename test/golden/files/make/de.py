"""What the files of a nursery garden in Germany say, and what is asked of them."""
from blocks import h, p, ul, ol, table, note, struck, sheet, slide, mail

company = {'id': 'gaertnerei-lindenhof', 'name': 'Gärtnerei Lindenhof', 'language': 'de'}

files = [
    ('preisliste', 'xlsx openpyxl', sheet({
        'Stauden': [['Preisliste Frühjahr 2025'], [], ['Pflanze', 'Topf', 'Höhe', 'Preis'], ['Lavendel Hidcote', '9 cm', '40 cm', 3.9], ['Rittersporn', '11 cm', '150 cm', 5.5],
                    ['Storchschnabel Rozanne', '11 cm', '45 cm', 6.8], ['Frauenmantel', '9 cm', '35 cm', 3.5]],
        'Gehölze': [['Pflanze', 'Topf', 'Höhe', 'Preis'], ['Felsenbirne', '10 l', '125 cm', 48.0], ['Zierapfel Evereste', '15 l', '175 cm', 89.0], ['Hainbuche', 'wurzelnackt', '100 cm', 4.2]],
    }, money='€'), [
        ('Was kostet der Rittersporn?', ['5,50 €']), ('Wie hoch wird der Storchschnabel Rozanne?', ['45 cm']), ('Was kostet die Felsenbirne?', ['48,00 €']), ('Preis des Zierapfels Evereste?', ['89,00 €']),
    ]),
    ('grabpflege', 'ods libreoffice', sheet({
        'Grabpflege': [['Grabart', 'Sommerhalbjahr', 'Winterhalbjahr', 'Ganzes Jahr'], ['Urnengrab', 95, 60, 145], ['Einzelgrab', 160, 95, 235], ['Doppelgrab', 240, 140, 350], ['Kindergrab', 80, 50, 120]],
    }, money='€'), [
        ('Was kostet die Pflege eines Doppelgrabs im ganzen Jahr?', ['Ganzes Jahr: 350']), ('Wie teuer ist ein Urnengrab im Sommerhalbjahr?', ['Sommerhalbjahr: 95']), ('Was kostet das Einzelgrab im Winterhalbjahr?', ['Winterhalbjahr: 95']), ('Was kostet ein Kindergrab im ganzen Jahr?', ['Ganzes Jahr: 120']),
    ]),
    ('hausordnung', 'docx python-docx', [
        h(1, 'Hausordnung'), p('Hunde dürfen angeleint in die Verkaufshalle.'), h(2, 'Rückgabe'), p('Nicht gefallende Pflanzen nehmen wir innerhalb von 14 Tagen mit Kassenbon zurück.'),
        h(2, 'Anwachsgarantie'), note('Auf Gehölze geben wir zwei Jahre Anwachsgarantie', 'ausgenommen wurzelnackte Ware'), struck('Die Lieferung kostet 15 €.', 'Die Lieferung kostet 19 €.'),
        table(['Gebiet', 'Lieferung', 'Tag'], [['Bremen-Nord', '19 €', 'Dienstag'], ['Bremen-Süd', '24 €', 'Mittwoch'], ['Umland bis 30 km', '39 €', 'Freitag']]),
    ], [
        ('Darf mein Hund mit in die Verkaufshalle?', ['angeleint']), ('Wie lange kann ich Pflanzen zurückgeben?', ['14 Tagen']), ('Wie lange gilt die Anwachsgarantie auf Gehölze?', ['zwei Jahre']),
        ('An welchem Tag liefern Sie nach Bremen-Süd?', ['Mittwoch']), ('Was kostet die Lieferung ins Umland?', ['39 €']),
    ]),
    ('oeffnungszeiten', 'pdf chromium', [
        h(1, 'Öffnungszeiten'), table(['Saison', 'Montag bis Freitag', 'Samstag'], [['März bis Juni', '8 – 19 Uhr', '8 – 17 Uhr'], ['Juli bis Oktober', '9 – 18 Uhr', '9 – 15 Uhr'], ['November bis Februar', '9 – 17 Uhr', '9 – 13 Uhr']]),
        p('An den vier Adventssonntagen ist der Christbaumverkauf von 11 bis 16 Uhr geöffnet.'), p('Das Café schließt eine Stunde vor der Gärtnerei.'),
    ], [('Wie lange ist im Juli samstags geöffnet?', ['9 – 15 Uhr']), ('Wann ist der Christbaumverkauf an den Adventssonntagen geöffnet?', ['11 bis 16 Uhr']), ('Wann schließt das Café?', ['eine Stunde vor'])]),
    ('pflanzkalender', 'odt libreoffice', [
        h(1, 'Pflanzkalender'), h(2, 'Zwiebeln'), p('Tulpen und Narzissen pflanzt man von September bis November, 15 cm tief.'), h(2, 'Kübelpflanzen'), p('Kübelpflanzen dürfen erst nach dem 15. Mai ins Freie.'),
        h(2, 'Rasen'), p('Für neuen Rasen rechnet man 25 g Saatgut je Quadratmeter.'),
    ], [('Wie tief pflanzt man Tulpen?', ['15 cm']), ('Ab wann dürfen Kübelpflanzen ins Freie?', ['15. Mai']), ('Wie viel Saatgut brauche ich je Quadratmeter Rasen?', ['25 g'])]),
    ('kurse', 'pptx python-pptx', [
        slide('Gartenkurse', ['Obstbaumschnitt: Samstag, 22. Februar, 35 €', 'Kräuterspirale: Samstag, 5. April, 28 €', 'Adventskranz binden: Freitag, 28. November, 42 €']),
        slide('Anmeldung', ['Anmeldung an der Kasse oder unter 0421 555 01 20', 'Höchstens zwölf Personen je Kurs'], 'Die Kursgebühr wird bei Absage bis drei Tage vorher erstattet.'),
    ], [('Wann ist der Kurs zum Obstbaumschnitt?', ['22. Februar']), ('Was kostet der Kurs Adventskranz binden?', ['42 €']), ('Wie viele Personen sind höchstens in einem Kurs?', ['zwölf'])]),
    ('angebot-schule', 'eml python', mail('Jens Ahlers <ahlers@lindenhof.example>', 'buero@grundschule.example', 'Angebot Schulhofbegrünung', '2025-01-28', [
        p('Guten Tag,'), p('für die Bepflanzung des Schulhofs bieten wir 40 Hainbuchen und sechs Felsenbirnen zum Preis von 612 € an.'), p('Die Pflanzung dauert einen Tag und ist ab dem 17. März möglich.'), p('Das Angebot gilt bis Ende Februar.'), p('Mit freundlichen Grüßen, Jens Ahlers')]), [
        ('Wie viele Hainbuchen sind für den Schulhof angeboten?', ['40 Hainbuchen']), ('Ab wann ist die Pflanzung am Schulhof möglich?', ['17. März']), ('Wie lange gilt das Angebot für die Schule?', ['Ende Februar']),
    ]),
    ('duenger', 'pdf reportlab', [
        h(1, 'Lindenhof Rosendünger'), table(['Angabe', 'Wert'], [['Stickstoff', '7 %'], ['Phosphat', '4 %'], ['Kalium', '9 %'], ['Packung', '2,5 kg'], ['Aufwand', '80 g je Quadratmeter']]),
        p('Der Dünger wird im März und nach der ersten Blüte im Juli gestreut.'),
    ], [('Wie viel Kalium enthält der Rosendünger?', ['9 %']), ('Wie viel Rosendünger streut man je Quadratmeter?', ['80 g']), ('Wann wird der Rosendünger gestreut?', ['im März'])]),
    ('gartenbuch', 'epub pandoc', [
        h(1, 'Gießen'), p('Kübel gießt man morgens, bis das Wasser in den Untersetzer läuft.'), h(1, 'Schneiden'), p('Lavendel schneidet man nach der Blüte um ein Drittel zurück.'), h(1, 'Kompost'), p('Der Kompost ist nach neun Monaten reif.'),
    ], [('Wie weit schneidet man Lavendel zurück?', ['ein Drittel']), ('Wann ist der Kompost reif?', ['neun Monaten']), ('Wann gießt man Kübel?', ['morgens'])]),
    ('agb', 'docx pandoc', [
        h(1, 'Geschäftsbedingungen'), h(2, 'Zahlung'), p('Rechnungen sind innerhalb von 21 Tagen ohne Abzug zu zahlen.'), h(2, 'Vorbestellung'), p('Vorbestellte Pflanzen halten wir zehn Tage zurück; die Anzahlung beträgt 20 %.'),
        h(2, 'Gutscheine'), p('Gutscheine gelten drei Jahre.'), ul(['Selbstabholer erhalten 3 % Nachlass', 'Paletten kosten 12 € Pfand']),
    ], [('Wie lange gelten Gutscheine?', ['drei Jahre']), ('Wie hoch ist die Anzahlung für vorbestellte Pflanzen?', ['20 %']), ('Wie viel Pfand kostet eine Palette?', ['12 €']), ('In welcher Frist sind Rechnungen zu zahlen?', ['21 Tagen'])]),
    ('lager', 'csv libreoffice', sheet({'Lager': [['Nummer', 'Artikel', 'Bestand', 'Preis'], ['ER-40', 'Blumenerde 40 l', 120, 8.9], ['RM-60', 'Rindenmulch 60 l', 75, 7.5], ['TT-24', 'Terrakottatopf 24 cm', 33, 12.9], ['GH-01', 'Gartenhandschuhe', 48, 6.5], ['RS-15', 'Rosenschere', 6, 54.0]]}, money='€'), [
        ('Was kostet die Rosenschere?', ['54.00 €']), ('Wie viele Säcke Rindenmulch sind auf Lager?', ['Bestand: 75']), ('Welche Nummer hat die Blumenerde?', ['ER-40']),
    ]),
    ('hoffest', 'html pandoc', [
        h(1, 'Hoffest'), p('Das Hoffest findet am Sonntag, 15. Juni 2025 statt.'), ol(['Führung durch die Gewächshäuser um 11 Uhr', 'Pflanzentombola um 14 Uhr', 'Konzert der Blaskapelle um 15.30 Uhr']), p('Der Eintritt ist frei, ein Los der Tombola kostet 2 €.'),
    ], [('Wann findet das Hoffest statt?', ['15. Juni 2025']), ('Was kostet ein Los der Tombola?', ['2 €']), ('Um wie viel Uhr ist die Führung durch die Gewächshäuser?', ['11 Uhr'])]),
    ('stelle', 'rtf libreoffice', [
        h(1, 'Gärtner oder Gärtnerin gesucht'), p('Wir bieten 38 Stunden in der Woche und 2.900 € brutto im Monat.'), p('Die Stelle ist ab dem 1. April zu besetzen. Ein Führerschein der Klasse BE ist erwünscht.'),
    ], [('Was verdient man als Gärtner bei Ihnen?', ['2.900 €']), ('Ab wann ist die Stelle als Gärtner zu besetzen?', ['1. April']), ('Welcher Führerschein ist erwünscht?', ['Klasse BE'])]),
    ('miete', 'pdf libreoffice', [
        h(1, 'Gerätevermietung'), table(['Gerät', 'Halber Tag', 'Tag'], [['Vertikutierer', '28 €', '45 €'], ['Häcksler', '55 €', '90 €'], ['Erdbohrer', '32 €', '52 €']]), p('Die Kaution beträgt für jedes Gerät 100 €.'),
    ], [('Was kostet der Häcksler für einen Tag?', ['90 €']), ('Wie hoch ist die Kaution für ein Gerät?', ['100 €']), ('Was kostet der Vertikutierer für einen halben Tag?', ['28 €'])]),
    ('kundenkarte', 'odt pandoc', [
        h(1, 'Kundenkarte'), p('Mit der Kundenkarte sammeln Sie 4 % Rabatt als Guthaben.'), p('Das Guthaben verfällt nach 18 Monaten.'), ul(['die Karte kostet nichts', 'eine Ersatzkarte kostet 3 €']), p('Am Geburtstag gibt es eine Topfpflanze geschenkt.'),
    ], [('Wann verfällt das Guthaben der Kundenkarte?', ['18 Monaten']), ('Was kostet eine Ersatzkarte?', ['3 €']), ('Wie viel Rabatt sammelt man mit der Kundenkarte?', ['4 %'])]),
]
