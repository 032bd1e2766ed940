"""What the files of a winery in Spain say, and what is asked of them."""
from blocks import h, p, ul, ol, table, note, struck, sheet, slide, mail

company = {'id': 'bodega-monteclaro', 'name': 'Bodega Monteclaro', 'language': 'es'}

files = [
    ('tarifa', 'xlsx openpyxl', sheet({
        'Vinos': [['Tarifa de vinos 2025'], [], ['Vino', 'Añada', 'Botella', 'Caja de 6'], ['Monteclaro Joven', 2024, 7.5, 42.0], ['Monteclaro Crianza', 2021, 13.9, 78.0], ['Monteclaro Reserva', 2018, 24.5, 138.0], ['Blanco de Viura', 2023, 9.8, 55.0]],
        'Aceites': [['Aceite', 'Formato', 'Precio'], ['Arbequina', '500 ml', 11.5], ['Picual', '500 ml', 10.9], ['Picual', 'lata de 5 l', 62.0]],
    }, money='€'), [
        ('¿Cuánto cuesta una botella de Crianza?', ['13,90 €']), ('¿Qué precio tiene la caja de Reserva?', ['138,00 €']), ('¿De qué añada es el Blanco de Viura?', ['Añada: 2023']), ('¿Cuánto cuesta el aceite de Arbequina?', ['11,50 €']),
    ]),
    ('visitas', 'ods libreoffice', sheet({
        'Visitas': [['Visita', 'Duración', 'Adultos', 'Niños', 'Idiomas'], ['Visita clásica', '1 h 15', 15, 5, 'español, inglés'], ['Visita al viñedo', '2 h', 28, 10, 'español'], ['Cata de reservas', '1 h 30', 40, 0, 'español, inglés, francés']],
    }, money='€'), [
        ('¿Cuánto dura la visita al viñedo?', ['Duración: 2 h']), ('¿Cuánto cuesta la cata de reservas?', ['Adultos: 40']), ('¿Cuánto pagan los niños en la visita clásica?', ['Niños: 5']), ('¿En qué idiomas se hace la visita clásica?', ['español, inglés']),
    ]),
    ('normas', 'docx python-docx', [
        h(1, 'Normas de la bodega'), p('No se admiten perros en la sala de barricas.'), h(2, 'Reservas'), p('Las visitas se reservan con 24 horas de antelación.'), h(2, 'Catas'), note('La edad mínima para catar es de 18 años', 'se pide el documento de identidad'),
        struck('El aparcamiento cuesta 3 €.', 'El aparcamiento es gratuito.'), table(['Grupo', 'Descuento', 'Guía'], [['10 a 19 personas', '5 %', 'un guía'], ['20 a 39 personas', '10 %', 'dos guías'], ['40 personas o más', '15 %', 'tres guías']]),
    ], [
        ('¿Se admiten perros en la sala de barricas?', ['No se admiten perros']), ('¿Con cuánta antelación se reservan las visitas?', ['24 horas']), ('¿Cuál es la edad mínima para catar?', ['18 años']),
        ('¿Qué descuento tiene un grupo de 20 a 39 personas?', ['10 %']), ('¿El aparcamiento es de pago?', ['gratuito']),
    ]),
    ('horario', 'pdf chromium', [
        h(1, 'Horario de la bodega'), table(['Temporada', 'Tienda', 'Restaurante'], [['De abril a octubre', '10 h – 19 h', '13 h – 16 h'], ['De noviembre a marzo', '10 h – 17 h', 'solo fines de semana']]), p('La bodega cierra los lunes y el 1 de enero.'), p('Durante la vendimia, del 15 de septiembre al 10 de octubre, no hay visitas al viñedo.'),
    ], [('¿Qué día cierra la bodega?', ['lunes']), ('¿Qué horario tiene la tienda de abril a octubre?', ['10 h – 19 h']), ('¿Cuándo no hay visitas al viñedo?', ['15 de septiembre'])]),
    ('elaboracion', 'odt libreoffice', [
        h(1, 'Cómo elaboramos el Crianza'), p('La uva se vendimia a mano en cajas de 15 kilos.'), h(2, 'Fermentación'), p('Fermenta doce días a 26 grados.'), h(2, 'Crianza'), p('Pasa catorce meses en barrica de roble francés y un año en botella.'),
    ], [('¿Cuántos meses pasa el Crianza en barrica?', ['catorce meses']), ('¿A qué temperatura fermenta el vino?', ['26 grados']), ('¿En qué cajas se vendimia la uva?', ['15 kilos'])]),
    ('bodas', 'pptx python-pptx', [
        slide('Bodas en la bodega', ['Capacidad: 180 invitados', 'Menú desde 95 € por persona', 'Salón y jardín hasta las 3 de la madrugada']), slide('Condiciones', ['Señal del 30 % al reservar', 'Anulación gratuita hasta seis meses antes'], 'La decoración floral no está incluida.'),
    ], [('¿Cuántos invitados caben en una boda?', ['180 invitados']), ('¿Desde cuánto cuesta el menú de boda por persona?', ['95 €']), ('¿Qué señal se paga al reservar una boda?', ['30 %'])]),
    ('pedido-hotel', 'eml python', mail('Lucía Ferrer <lucia@monteclaro.example>', 'compras@hotel.example', 'Pedido de vinos para el hotel', '2025-05-06', [
        p('Buenos días:'), p('Les confirmamos el pedido de 48 cajas de Crianza a 72 € la caja, portes incluidos.'), p('La entrega será el 20 de mayo por la mañana.'), p('El pago se hará a 60 días.'), p('Un saludo, Lucía Ferrer')]), [
        ('¿Cuántas cajas de Crianza pidió el hotel?', ['48 cajas']), ('¿Cuándo se entrega el pedido del hotel?', ['20 de mayo']), ('¿A cuántos días paga el hotel?', ['60 días']),
    ]),
    ('ficha-reserva', 'pdf reportlab', [
        h(1, 'Monteclaro Reserva 2018'), table(['Dato', 'Valor'], [['Variedad', '90 % Tempranillo, 10 % Graciano'], ['Alcohol', '14 %'], ['Barrica', '24 meses'], ['Producción', '12.400 botellas'], ['Temperatura de servicio', '17 grados']]), p('Acompaña bien el cordero asado y los quesos curados.'),
    ], [('¿Qué graduación tiene el Reserva 2018?', ['14 %']), ('¿Cuántas botellas se produjeron del Reserva 2018?', ['12.400']), ('¿Con qué platos acompaña el Reserva?', ['cordero asado'])]),
    ('guia', 'epub pandoc', [
        h(1, 'Servir el vino'), p('El tinto joven se sirve a 14 grados y el blanco a 8.'), h(1, 'Guardar el vino'), p('Las botellas se guardan tumbadas, a oscuras y a 13 grados.'), h(1, 'Abrir el vino'), p('El Reserva se abre media hora antes de servirlo.'),
    ], [('¿A qué temperatura se guardan las botellas?', ['13 grados']), ('¿Cuánto antes se abre el Reserva?', ['media hora']), ('¿A cuántos grados se sirve el tinto joven?', ['14 grados'])]),
    ('condiciones', 'docx pandoc', [
        h(1, 'Condiciones de venta'), h(2, 'Envíos'), p('El envío a la península cuesta 6,90 € y es gratuito a partir de 80 €.'), h(2, 'Devoluciones'), p('Se admiten devoluciones durante 30 días si la botella está cerrada.'), h(2, 'Roturas'), p('Las botellas rotas se reponen si se avisa en 48 horas.'), ul(['las cajas regalo cuestan 4 €', 'el grabado de botellas cuesta 9 €']),
    ], [('¿Cuánto cuesta el envío a la península?', ['6,90 €']), ('¿Durante cuántos días se admiten devoluciones?', ['30 días']), ('¿Cuánto cuesta el grabado de botellas?', ['9 €']), ('¿En qué plazo hay que avisar de las roturas?', ['48 horas'])]),
    ('existencias', 'csv libreoffice', sheet({'Existencias': [['Código', 'Artículo', 'Existencias', 'Precio'], ['SA-01', 'Sacacorchos', 64, 9.5], ['CO-06', 'Copas de cata (6)', 18, 34.9], ['DE-15', 'Decantador', 7, 42.0], ['DV-02', 'Delantal', 22, 16.5], ['VE-20', 'Vinagre de Reserva', 51, 8.75]]}, money='€'), [
        ('¿Cuánto cuesta el decantador?', ['42.00 €']), ('¿Cuántos delantales quedan?', ['Existencias: 22']), ('¿Qué código tiene el vinagre de Reserva?', ['VE-20']),
    ]),
    ('fiesta', 'html pandoc', [
        h(1, 'Fiesta de la vendimia'), p('La fiesta de la vendimia se celebra el sábado 27 de septiembre de 2025.'), ol(['Pisado de la uva a las 11 h', 'Comida popular a las 14 h', 'Concierto a las 20 h']), p('La entrada con comida cuesta 22 €.'),
    ], [('¿Cuándo es la fiesta de la vendimia?', ['27 de septiembre']), ('¿Cuánto cuesta la entrada con comida?', ['22 €']), ('¿A qué hora es el concierto?', ['20 h'])]),
    ('empleo', 'rtf libreoffice', [
        h(1, 'Se busca enólogo o enóloga'), p('Jornada completa, 32.000 € brutos al año y vivienda en la finca.'), p('Incorporación el 1 de junio. Se piden tres años de experiencia.'),
    ], [('¿Qué sueldo tiene el puesto de enólogo?', ['32.000 €']), ('¿Cuándo es la incorporación del enólogo?', ['1 de junio']), ('¿Cuántos años de experiencia se piden al enólogo?', ['tres años'])]),
    ('alojamiento', 'pdf libreoffice', [
        h(1, 'Alojamiento rural'), table(['Habitación', 'Temporada baja', 'Temporada alta'], [['Doble', '75 €', '98 €'], ['Suite del viñedo', '120 €', '155 €'], ['Familiar', '110 €', '140 €']]), p('El desayuno está incluido. La entrada es a partir de las 15 h.'),
    ], [('¿Cuánto cuesta la suite del viñedo en temporada alta?', ['155 €']), ('¿Está incluido el desayuno?', ['incluido']), ('¿A partir de qué hora es la entrada en el alojamiento?', ['15 h'])]),
    ('club', 'odt pandoc', [
        h(1, 'Club Monteclaro'), p('Los socios reciben dos cajas al año y un 12 % de descuento.'), p('La cuota es de 30 € anuales.'), ul(['una visita gratis para cuatro personas', 'invitación a la cena de socios en noviembre']), p('La baja se puede pedir en cualquier momento.'),
    ], [('¿Qué cuota tiene el Club Monteclaro?', ['30 €']), ('¿Qué descuento tienen los socios?', ['12 %']), ('¿Cuándo es la cena de socios?', ['noviembre'])]),
]
