// Lists words that say the same in questions to any organisation and on its pages: customers seldom use the page's own word.
import type { Language } from '../types.ts'
import { fold, stem } from './words.ts'

/** A language without a list of its own may be any of the last five. Each keeps to its own words. */
type Listed = Exclude<Language, 'und'> | 'it' | 'nl' | 'zh' | 'ko' | 'ja'

/**
 * Groups of words, divided by commas: how people pay, book, cancel, come, lend, lose and repair, what they do and where, who they
 * are, and what they shorten; and opposites, because "free" answers whether something is "chargeable". Stems are compared, so a
 * verb stands for its forms in languages that have stems.
 */
const groups: Record<Listed, string> = {
  fr: `
    km kilometre kilometres, kg kilo kilos, chat chats animal animaux,
    rdv rendez rendezvous, tel telephone telephoner, appt appart appartement logement, resto restaurant, dispo disponible disponibilite,
    info infos information renseignement, promo promotion remise reduction rabais, doc docs document papiers pieces justificatif,
    dem demenagement, ordi ordinateur, pro professionnel, perso personnel, auto voiture vehicule, moto motocyclette, velo bicyclette,
    parking stationnement stationner garer parc, gratuit gratuitement offert offerte, payant facturer supplement facture,
    annuler annulation desister desistement, rembourser remboursement, reserver reservation, resilier resiliation,
    caution depot arrhes acompte, mensualite echelonner fois, perdre perdu perte egarer egare oublier, voler vole vol derober,
    casser casse abimer endommager, panne defaut defectueux, reparer reparation depannage depanner, louer location preter pret emprunter,
    recuperer retirer retrait rechercher reprendre, livrer livraison expedier expedition envoi envoyer, nettoyer nettoyage laver lavage,
    gamin gosse enfant, bebe nourrisson, ado adolescent jeune, retraite senior aine, etudiant etudiante, chomeur demandeur,
    handicap handicape pmr fauteuil rampe accessible accessibilite acces, chien animal animaux, manger repas restauration dejeuner diner,
    wifi internet, ancien ancienne vieux vieille usage occasion, espece especes liquide, carte cb, cheque cheques, garantie garantir,
    aide subvention prime, inscrire inscription adherer adhesion, retard retarder, arriver arrivee, partir depart,
    echanger echange, retourner retour rendre renvoyer, ferie conge conges vacances, toilettes wc sanitaires,
    anniversaire, urgence urgences garde astreinte, reclamation plainte litige, emploi recrutement recruter embaucher candidature poste,
    cours lecon seance formation, bon cheque cadeau, abonnement abonner adhesion cotisation forfait, assurance assurer mutuelle,
    interdit interdire defendu, autoriser autorise permis admis, devis estimation, essai essayer decouverte tester,
    debutant novice, mot motdepasse, fumer cigarette tabac, magasin boutique, supprimer effacer, modifier changer modification,
    medecin docteur praticien, operation operer intervention chirurgie, rappel rappeler, visite visiter, groupe groupes collectif,
    apporter amener, deposer depot, courriel mail email, reduire reduit, obligatoire obligation exiger, diriger directeur,
    nager baigner baignade piscine bassin, dormir nuit nuitee hebergement coucher, boire boisson boissons, pecher peche,
    recharger charger recharge borne bornes, grimper escalade, mois mensuel mensuelle, annee annuel annuelle, semaine hebdomadaire,
    jour journee journalier quotidien, scooter moto motocyclette, camionnette fourgon utilitaire vehicule,
    payant gratuit gratuite gratuitement libre, interdit autoriser autorise permis permettre tolerer tolere accepter admis,
    obligatoire facultatif, ascenseur elevateur, mac macos macbook, crever creve crevaison,
    seul seule accompagner accompagne accompagnes,
    permission autorisation accord consentement, billet billets ticket`,
  en: `
    km kilometre kilometres, kg kilo kilos, cat cats pet pets animal animals,
    appt appointment booking, tel phone telephone ring call, apt flat apartment, app application, info information details,
    doc docs document documents paperwork papers, wknd weekend, qty quantity, temp temperature temporary, dept department, bday birthday,
    parking park, free complimentary gratis, cancel cancellation, refund refunded reimburse reimbursement,
    book reserve reservation, deposit downpayment, instalment instalments installments spread monthly, lose lost mislaid missing,
    steal stolen theft nick nicked thief, break broken damage damaged, faulty fault defective defect, repair fix mend fixed,
    rent rental hire hiring lend borrow loan, collect collection pickup, deliver delivery ship shipping postage post courier,
    clean cleaning wash laundry, kid kids child children youngster pupil, toddler baby babies infant, teenager teen young,
    pensioner senior retired elderly, student students undergraduate, unemployed jobseeker, disabled disability wheelchair accessible,
    ramp stepfree, dog dogs pet pets animal, eat food meal meals lunch dinner, wifi internet broadband, old used secondhand,
    cash coins notes, card debit, guarantee warranty guaranteed, grant subsidy funding, join enrol register sign signup membership,
    lateness overdue delay, arrive arrival checkin, leave departure checkout, swap exchange change, return returns bring,
    holiday holidays closure, toilet toilets loo restroom wc, emergency urgent urgently, complain complaint grievance,
    job jobs vacancy vacancies recruit career, lesson lessons class classes course tuition, voucher vouchers gift,
    membership subscription subscribe member, insurance insured insure, forbidden banned prohibited, allowed permitted permit,
    quote estimate quotation, trial try taster, beginner novice starter, password login, smoke smoking vape, shop store,
    delete remove erase, amend alter modify, bike bicycle cycle, vehicle car, doctor gp physician, lady woman female, gentleman man male,
    bill invoice receipt, bag luggage baggage, storage store,
    tour excursion, teacher instructor tutor coach, id identification identity passport,
    swim swimming pool bathe bathing, drink drinks beverage beverages, sleep overnight accommodation, fish fishing angling,
    charge charging charger ev, climb climbing, ski skiing, month monthly, year yearly annual annually, week weekly, day daily,
    chargeable free complimentary, allowed permitted banned forbidden prohibited, compulsory mandatory optional required,
    cancel cancellation terminate termination, lift elevator, mac macos macbook, alone accompanied unaccompanied supervised,
    permission consent, ticket tickets fare fares admission`,
  es: `
    km kilometro kilometros, kg kilo kilos, gato gatos mascota animal animales,
    tel tfno telefono llamar llamenos, cita citas turno, piso vivienda apartamento, info informacion, promo promocion oferta,
    doc documento documentos papeles documentacion, bici bicicleta, moto motocicleta, coche vehiculo automovil auto,
    parking aparcamiento aparcar estacionar estacionamiento plaza, gratis gratuito gratuita coste costo, cancelar anular cancelacion,
    reembolso reembolsar devolver devolucion, reservar reserva, fianza deposito senal, plazos financiar financiacion intereses cuotas,
    perder perdido perdida extraviar, robar robo hurto, romper roto rotura danar averia averiado estropear,
    reparar reparacion arreglar arreglo, alquilar alquiler prestar prestamo, recoger recogida, enviar envio entregar entrega reparto,
    limpiar limpieza lavar lavado, crio chaval nino nina menor, bebe lactante, joven adolescente, jubilado pensionista mayor mayores,
    estudiante universitario, parado desempleado, discapacidad discapacitado minusvalido silla accesible rampa, perro mascota animal,
    comer comida comidas menu, wifi internet, antiguo antigua viejo vieja usado, efectivo metalico, tarjeta visa, garantia garantizar,
    ayuda ayudas subvencion subvencionar beca, inscribir inscripcion apuntar matricula matricular alta, retraso retrasar,
    llegar llegada, partir salida, cambiar cambio modificar modificacion, festivo fiesta vacaciones, aseo aseos servicio bano wc,
    urgencia urgencias emergencia guardia, queja reclamacion reclamar, empleo vacante curriculum, clase clases curso leccion,
    vale bono regalo, abono suscripcion cuota socio, seguro aseguradora, prohibido prohibir, permitido permitir admitir,
    presupuesto estimacion, prueba probar, principiante novato, contrasena clave, fumar tabaco, tienda comercio,
    borrar eliminar, medico doctor, factura recibo, equipaje maleta, empezar comenzar,
    profesor profesora instructor monitor, retirar llevar recoger, vigente valido caducar,
    nadar piscina banarse natacion, beber bebida bebidas, dormir noche alojamiento, cargar recarga recargar cargador, pescar pesca,
    escalar escalada, mes mensual, ano anual, semana semanal, dia diario diaria,
    ascensor elevador montacargas, mac macos macbook, solo sola acompanado acompanada acompanados,
    permiso autorizacion consentimiento,
    gratis gratuito gratuita cobrar cobramos, prohibido permitido permitir admitir, obligatorio opcional voluntario`,
  de: `
    km kilometer, kg kilo, katze katzen haustier haustiere tier tiere,
    tel telefon telefonnummer anrufen rufen, termin termine terminvereinbarung, whg wohnung, info information auskunft,
    unterlagen papiere dokumente, fahrrad rad velo bike, auto wagen pkw fahrzeug, motorrad kraftrad,
    parken parkt parkplatz parkplatze parkhaus parkdeck stellplatz tiefgarage,
    kostenlos gratis umsonst kostenfrei frei freier freien gebuhrenfrei,
    stornieren storno stornierung absagen absage, kundigen kundigung, erstatten erstattung ruckerstattung geldzuruck,
    buchen buchung reservieren reservierung, kaution pfand anzahlung, raten ratenzahlung finanzierung,
    verlieren verloren verlust verlorene, stehlen gestohlen diebstahl geklaut, kaputt defekt beschadigt zerbrochen gebrochen bruch,
    reparieren reparatur instandsetzen, leihen verleihen ausleihen mieten vermieten verleih leihweise geliehen vermietung,
    abholen abholung abgeholt mitnehmen, liefern lieferung versand versenden schicken zustellen porto, waschen reinigen reinigung putzen,
    kinder kind nachwuchs, baby babys saugling, jugendliche jugendlicher teenager, rentner rentnerin senior senioren,
    student studenten studentin studierende studium, arbeitslos arbeitslose,
    behindert behinderung schwerbehinderung schwerbehindert rollstuhl barrierefrei rampe,
    hund hunde haustier haustiere tier tiere, essen speisen verpflegung mahlzeit brotzeit, wlan wifi internet, alt alte alten gebraucht,
    bargeld bar, karte kartenzahlung ec girocard, zahlen zahlung bezahlen bezahlung, garantie gewahrleistung,
    zuschuss forderung beihilfe, anmelden anmeldung einschreiben angemeldet, beitreten beitritt mitglied mitgliedschaft,
    verspatet verspatung, ankommen ankunft anreise anreisen, abreisen abreise, umtauschen umtausch tauschen austauschen,
    andern anderung umbuchen, zuruckgeben ruckgabe zurucksenden retoure zuruckbringen,
    feiertag feiertage, urlaub ferien betriebsferien sommerpause,
    toilette toiletten wc klo, notfall notfalle notdienst bereitschaft, beschwerde beschweren reklamation reklamieren,
    stelle stellenangebot job bewerbung bewerben, kurs kurse unterricht lehrgang, gutschein gutscheine geschenk,
    abo abonnement dauerkarte, versicherung versichert krankenkasse kasse kassen, verboten untersagt, erlaubt gestattet zulassig,
    kostenvoranschlag angebot, probe testen ausprobieren schnuppern, anfanger einsteiger, passwort kennwort,
    rauchen zigaretten, laden geschaft filiale, loschen entfernen, arzt arztin doktor, rechnung quittung beleg, gepack koffer,
    lehrer lehrerin trainer kursleiter, ausweis personalausweis lichtbildausweis,
    gultig gultigkeit, preiswert gunstig billig,
    schwimmen baden becken schwimmbad hallenbad, trinken getranke getrank, ubernachten ubernachtung schlafen,
    laden aufladen ladesaule ladestation, angeln fischen, klettern bouldern, tram strassenbahn linie bus haltestelle,
    monat monatlich monatskarte monatsabo, jahr jahrlich jahreskarte, woche wochentlich, tag taglich tageskarte,
    kostenpflichtig gebuhrenpflichtig kostenlos gratis umsonst kostenfrei gebuhrenfrei,
    verboten untersagt erlaubt gestattet zulassig, pflicht freiwillig, aufzug fahrstuhl lift, mac macos macbook,
    allein alleine begleitung begleitet begleiten, erlaubnis einverstandnis einverstandniserklarung zustimmung genehmigung,
    ticket tickets eintrittskarte fahrkarte`,
  it: `
    km chilometro chilometri, kg chilo chili, gatto gatti animale animali,
    tel telefono chiamare chiamateci, appuntamento appuntamenti, info informazioni, documenti documento carte, bici bicicletta biciclette,
    auto macchina vettura automobile, parcheggio parcheggiare parcheggi posteggio, gratis gratuito gratuita gratuiti omaggio,
    annullare disdire disdetta cancellare annullamento cancellazione, rimborso rimborsare rimborsiamo, prenotare prenotazione prenotazioni,
    cauzione caparra acconto deposito, rate rateizzare finanziamento, perso persa smarrito smarrire perdere, rubato furto rubare,
    rotto rotta guasto guasta danneggiato, riparare riparazione riparazioni aggiustare, noleggiare noleggio affittare affitto prestito,
    ritirare ritiro, consegna consegne consegnare spedire spedizione, pulire pulizia lavare lavaggio, bambino bambini bambina bimbo bimbi,
    neonato neonati, ragazzo ragazzi giovani, pensionato pensionati anziani anziano over, studente studenti studentesse,
    disabile disabili carrozzina accessibile rampa, cane cani animale animali, mangiare cibo pasto pasti, vecchio vecchia usato usata,
    contanti contante, carta bancomat, garanzia garantito, contributo agevolazione, iscrizione iscriversi iscrivere iscrizioni,
    ritardo ritardare, arrivo arrivare, partenza partire, cambiare cambio modificare, restituire reso resi,
    festivo festivi ferie,
    bagno bagni toilette wc, urgenza emergenza emergenze urgente, reclamo reclami, lavoro candidatura assunzione,
    lezione lezioni corso corsi, buono buoni regalo, abbonamento abbonamenti tessera, assicurazione assicurato, vietato proibito,
    permesso consentito ammesso ammessi, preventivo preventivi, prova provare, principiante principianti,
    fumare, negozio bottega, medico dottore, fattura ricevuta, bagaglio valigia, sconto sconti riduzione ridotto,
    nuotare nuotiamo nuota nuoto piscina vasca vasche, dormire pernottare pernottamento, bere bevande bevanda, pescare pesca,
    caricare ricarica ricaricare colonnina, spogliatoio spogliatoi armadietto armadietti, mese mensile, anno annuale,
    settimana settimanale, giorno giornaliero giornaliera,
    pagamento pagamenti pagare paga, vietato proibito permesso consentito ammesso ammessi, obbligatorio facoltativo`,
  nl: `
    km kilometer, kg kilo, kat katten huisdier huisdieren dieren,
    tel telefoon telefoonnummer bellen bel, afspraak afspraken, info informatie inlichtingen, papieren documenten, fiets fietsen,
    auto wagen voertuig, parkeren parkeerplaats parkeerplaatsen parkeergarage, gratis kosteloos vrij,
    annuleren annulering afzeggen afmelden afgezegd, opzeggen opzegging,
    terugbetalen terugbetaling restitutie vergoed, reserveren reservering boeken boeking,
    borg waarborgsom aanbetaling statiegeld, termijnen termijn gespreid, verloren kwijt verliezen verlies, gestolen diefstal stelen,
    kapot stuk defect beschadigd, repareren reparatie gerepareerd,
    huren verhuur verhuren lenen uitlenen, ophalen afhalen opgehaald haalt,
    bezorgen bezorging leveren levering verzenden, schoonmaken wassen reinigen, kind kinderen, baby zuigeling, jongeren tieners jeugd,
    gepensioneerd senioren ouderen, student studenten scholier scholieren leerling leerlingen,
    rolstoel gehandicapt toegankelijk mindervalide,
    hond honden huisdier huisdieren dieren, eten maaltijd lunch broodjes, wifi internet, oud oude gebruikt tweedehands, contant contanten,
    pinnen pin pinpas bankpas, garantie, subsidie toeslag vergoeding,
    inschrijven inschrijving aanmelden aanmelding opgeven, vertraging vertraagd,
    aankomst aankomen, vertrek vertrekken, ruilen omruilen wijzigen veranderen, retour retourneren terugbrengen terugsturen,
    feestdag feestdagen vakantie, toilet wc, spoed noodgeval noodgevallen, klacht klachten, vacature vacatures sollicitatie,
    les lessen cursus cursussen, cadeaubon bon kado, abonnement lidmaatschap contributie, verzekering verzekerd, verboten verbod verboden,
    toegestaan toegelaten, offerte prijsopgave, proef uitproberen, beginner beginners beginnen, roken, winkel zaak,
    arts dokter huisarts, rekening factuur bon, bagage koffer, korting kortingen,
    leraar docent instructeur juf, ziek ziekte, meenemen,
    zwemmen zwembad zwemt, drinken drank dranken, slapen overnachten overnachting, opladen laden laadpaal laadpalen,
    vissen hengelen, klimmen, maand maandelijks maandabonnement, jaar jaarlijks jaarkaart, week wekelijks, dag dagelijks dagkaart,
    betaald gratis kosteloos, verboden toegestaan toegelaten, verplicht vrijwillig`,
  // Pairs of letters, as texts in these languages are found by.
  zh: `
    儿童 小孩 孩子, 免票 免费, 停车 车位 泊车, 退款 退票 退货 退还, 收费 费用 价格 票价, 预订 预约 订位 预定, 宠物 小狗, 厕所 洗手,
    关门 闭馆 打烊, 开门 开放 营业 开馆, 优惠 折扣 打折, 寄存 行李 存包, 抽烟 吸烟, 老人 长者 老年, 取消 退订, 快递 配送 送货 发货, 坏了 破损 损坏`,
  ko: `
    환불 반품, 아이 어린 아동 초등, 도착 배송 발송, 주차 차량, 예약 예매, 강아 반려 애완, 할인 우대, 흡연 담배, 노인 경로, 파손 깨진 깨져,
    가격 요금, 영업 개관 운영`,
  ja: `
    子供 幼児 児童, 返品 返金 払戻, 駐車 車場, 予約 申込, 割引 学割, 喫煙 禁煙, 料金 値段 価格, 荷物 手荷, 営業 開館, 定休 休館`,
}

const namesOf = (language: Language): Listed[] => language === 'und' ? ['it', 'nl', 'zh', 'ko', 'ja'] : [language]

// Made when a language is first met: stemming takes milliseconds, and most threads meet few languages.
const known: Partial<Record<Language, Map<string, string[]>>> = {}

function synonymsOf (language: Language): Map<string, string[]> {
  const made = known[language]
  if (made) return made
  const synonyms = new Map<string, Set<string>>()
  for (const listed of namesOf(language)) {
    for (const group of groups[listed].split(',')) {
      const stems = [...new Set(group.trim().split(/\s+/).flatMap(word => [stem(word, language), fold(word)]))]
      for (const one of stems) synonyms.set(one, new Set([...synonyms.get(one) ?? [], ...stems.filter(other => other !== one)]))
    }
  }
  const lists = new Map([...synonyms].map(([stem, others]) => [stem, [...others]]))
  known[language] = lists
  return lists
}

/** Returns the stems of words that say the same as a word of a question; none of most words. */
export function synonymStems (stemmed: string, folded: string, language: Language): readonly string[] {
  const synonyms = synonymsOf(language)
  return synonyms.get(stemmed) ?? synonyms.get(folded) ?? []
}
