"""What the files of a boatyard in England say, and what is asked of them."""
from blocks import h, p, ul, ol, table, note, struck, sheet, slide, mail

company = {'id': 'finch-boatyard', 'name': 'Finch Boatyard', 'language': 'en'}

files = [
    ('hire-rates', 'xlsx openpyxl', sheet({
        'Summer': [['Hire rates, summer season'], [], ['Boat', 'Hour', 'Half day', 'Day'], ['Single kayak', 14.0, 35.0, 55.0], ['Double kayak', 22.0, 52.0, 80.0],
                   ['Paddle board', 15.0, 36.0, 58.0], ['Motor launch', 60.0, 160.0, 280.0]],
        'Winter': [['Boat', 'Hour', 'Half day', 'Day'], ['Single kayak', 10.0, 25.0, 40.0], ['Motor launch', 45.0, 120.0, 210.0]],
    }, money='£'), [
        ('How much is a double kayak for half a day in summer?', ['£52.00']), ('What does a paddle board cost per hour?', ['£15.00']),
        ('What is the day rate of the motor launch in winter?', ['£210.00']), ('Price of a single kayak for a day in summer?', ['£55.00']),
    ]),
    ('moorings', 'ods libreoffice', sheet({
        'Moorings': [['Berth', 'Length up to', 'Per month', 'Per year', 'Power'], ['A pontoon', '8 m', 190, 1980, 'included'], ['B pontoon', '12 m', 275, 2890, 'metered'],
                     ['Swinging mooring', '10 m', 95, 980, 'none'], ['Dry stack', '6.5 m', 140, 1490, 'none']],
    }, money='£'), [
        ('How much is a berth on the B pontoon per month?', ['Per month: 275']), ('Which power supply has the A pontoon?', ['Power: included']),
        ('What does the dry stack cost per year?', ['1,490']), ('What is the maximum length on a swinging mooring?', ['10 m']),
    ]),
    ('yard-rules', 'docx python-docx', [
        h(1, 'Yard rules'), p('The speed limit in the yard is 5 mph. Dogs must be kept on a lead.'), h(2, 'Working on boats'),
        p('Sanding and spraying are allowed on weekdays between 8 am and 5 pm only.'), note('Owners may live aboard for 28 nights a year', 'sixty nights on the A pontoon'),
        struck('Launching costs £30.', 'Launching costs £38.'), h(2, 'Waste'), table(['Waste', 'Where'], [['Engine oil', 'blue tank by the slipway'], ['Batteries', 'cage behind the office'], ['Antifouling paint', 'return to the chandlery']]),
    ], [
        ('What is the speed limit in the yard?', ['5 mph']), ('When may I sand my boat?', ['8 am and 5 pm']), ('How much does launching cost?', ['£38']),
        ('Where do I put old batteries?', ['cage behind the office']), ('How many nights a year can I live aboard?', ['28 nights']),
    ]),
    ('opening-times', 'pdf chromium', [
        h(1, 'Opening times'), table(['Place', 'Weekdays', 'Weekend'], [['Office', '8.30 am – 5 pm', '9 am – 1 pm'], ['Chandlery', '9 am – 6 pm', '9 am – 5 pm'], ['Café', '8 am – 4 pm', '8 am – 6 pm']]),
        p('The fuel berth is open from 10 am to 4 pm, Easter to October.'), p('The yard is closed on 25 and 26 December.'),
    ], [
        ('When is the chandlery open at the weekend?', ['9 am – 5 pm']), ('When is the fuel berth open?', ['10 am to 4 pm']), ('What are the café\'s weekday hours?', ['8 am – 4 pm']),
    ]),
    ('winter-storage', 'odt libreoffice', [
        h(1, 'Winter storage'), p('Storage ashore costs £3.20 per foot and month.'), h(2, 'What is included'), ul(['lifting out and back in', 'pressure washing of the hull', 'chocks and props']),
        h(2, 'Insurance'), p('Every boat needs third-party insurance of at least £3 million.'),
    ], [
        ('What does winter storage cost per foot?', ['£3.20']), ('How much third-party insurance is needed?', ['£3 million']), ('Is pressure washing included in winter storage?', ['pressure washing']),
    ]),
    ('sailing-school', 'pptx python-pptx', [
        slide('Sailing school', ['Level 1: two days, £180', 'Level 2: two days, £195', 'Powerboat certificate: two days, £240']),
        slide('What to bring', ['Wetsuits and buoyancy aids are provided', 'Bring a towel and packed lunch'], 'Minimum age for level 1 is eight.'),
    ], [
        ('How much is the powerboat certificate?', ['£240']), ('What is the minimum age for level 1?', ['eight']), ('Do I need my own wetsuit?', ['are provided']),
    ]),
    ('quote-engine', 'eml python', mail('Tom Finch <tom@finch.example>', 'j.reed@example.com', 'Quote for your engine service', '2025-02-20', [
        p('Dear Ms Reed,'), p('The full service of your Volvo D1-30 costs £420 including filters and oil.'), p('We can do it in the week of 10 March; it takes two days.'),
        p('The quote is valid for 30 days.'), p('Kind regards, Tom Finch')]), [
        ('How much is the full service of the Volvo D1-30?', ['£420']), ('How long is the engine quote valid?', ['30 days']), ('How long does the engine service take?', ['two days']),
    ]),
    ('launch-spec', 'pdf reportlab', [
        h(1, 'Motor launch Wren'), table(['Detail', 'Value'], [['Length', '5.8 m'], ['Engine', '40 hp'], ['Passengers', '6'], ['Fuel tank', '50 litres'], ['Top speed', '18 knots']]),
        p('The Wren needs no licence, but a short briefing of 20 minutes.'),
    ], [('How many passengers can the Wren carry?', ['Passengers; Value: 6', 'Passengers: 6', 'Passengers 6']), ('What is the top speed of the Wren?', ['18 knots']), ('Does the Wren need a licence?', ['no licence'])]),
    ('handbook', 'epub pandoc', [
        h(1, 'Tides'), p('At the slipway there is enough water from two hours before to two hours after high tide.'), h(1, 'Radio'), p('The yard listens on VHF channel 37.'),
        h(1, 'Emergencies'), p('The first-aid box hangs beside the office door. The nearest defibrillator is at the café.'),
    ], [('Which VHF channel does the yard listen on?', ['channel 37']), ('Where is the nearest defibrillator?', ['at the café']), ('When is there enough water at the slipway?', ['two hours before'])]),
    ('terms', 'docx pandoc', [
        h(1, 'Terms of hire'), h(2, 'Deposit'), p('A deposit of £100 is taken for each kayak and returned the same day.'), h(2, 'Cancellation'),
        p('Cancellations up to 48 hours before are free; later ones cost half the price.'), h(2, 'Weather'), p('Above force 5 no boats are hired out and the full price is refunded.'),
        ul(['children under 12 only with an adult', 'buoyancy aids must be worn']),
    ], [('How much is the deposit for a kayak?', ['£100']), ('Until when can I cancel free of charge?', ['48 hours before']), ('What happens above force 5?', ['no boats are hired out']), ('From what age can children go without an adult?', ['under 12'])]),
    ('chandlery-stock', 'csv libreoffice', sheet({'Stock': [['Code', 'Item', 'In stock', 'Price'], ['RP-10', 'Mooring rope 10 mm, 20 m', 14, 32.5], ['FN-02', 'Fender, medium', 25, 18.9], ['AF-25', 'Antifouling paint 2.5 l', 9, 74.0],
        ['LJ-A', 'Lifejacket, adult', 12, 89.0], ['SH-08', 'Shackle 8 mm', 80, 4.2]]}, money='£'), [
        ('How much is a medium fender?', ['18.9']), ('How many adult lifejackets are in stock?', ['In stock: 12']), ('What is the code of the antifouling paint?', ['AF-25']),
    ]),
    ('regatta', 'html pandoc', [
        h(1, 'Finch regatta'), p('The regatta takes place on Saturday 12 July 2025.'), ol(['Registration from 8 am in the café', 'Briefing at 9.15 am', 'First start at 10 am']), p('The entry fee is £25 per boat.'), p('Prizes are given at 6 pm on the lawn.'),
    ], [('When is the regatta?', ['12 July 2025']), ('What is the entry fee of the regatta?', ['£25']), ('At what time is the briefing?', ['9.15 am'])]),
    ('job', 'rtf libreoffice', [
        h(1, 'Boatbuilder wanted'), p('Full time, 40 hours a week, £34,000 a year.'), p('Experience with epoxy and teak decks is needed. Apply before 15 June.'),
    ], [('What is the salary of the boatbuilder?', ['£34,000']), ('Until when can I apply as a boatbuilder?', ['15 June']), ('How many hours a week does the boatbuilder work?', ['40 hours'])]),
    ('crane', 'pdf libreoffice', [
        h(1, 'Crane and slipway'), table(['Service', 'Up to 7 m', 'Up to 10 m'], [['Lift out', '£120', '£185'], ['Lift in', '£110', '£170'], ['Mast stepping', '£65', '£90']]),
        p('The crane carries at most 12 tonnes. Book it three days ahead.'),
    ], [('What does mast stepping cost for a boat up to 10 m?', ['£90']), ('How many tonnes can the crane carry?', ['12 tonnes']), ('How far ahead must the crane be booked?', ['three days'])]),
    ('membership', 'odt pandoc', [
        h(1, 'Club membership'), p('A single membership costs £85 a year, a family membership £140.'), p('Members get 15 % off in the chandlery.'), ul(['guests may stay for three nights', 'the clubhouse key costs £10']), p('The membership year begins on 1 April.'),
    ], [('How much is a family membership?', ['£140']), ('What discount do members get in the chandlery?', ['15 %']), ('When does the membership year begin?', ['1 April'])]),
]
