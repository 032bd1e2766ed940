// Personal data is masked: mail addresses, phone numbers, numbers of six digits and more, and names that are introduced.
import t from 'tap'
import { maskPersonalData } from '../../src/language/mask.ts'
import { personalTexts } from '../fixtures/personal-texts.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { growsWithLength, repeated } from '../fixtures/growth.ts'

t.test('masks mail addresses', async t => {
  for (const mail of [
    'anna@example.org', 'Anna.Dupont+shop@mail.example.co.uk', "o'neill@exämple.de", 'anna_d@localhost', 'anna (at) example.org',
    'anna[at]example.org', 'анна@пример.рф', 'anna＠example.org', `${'a'.repeat(128)}@example.org`,
  ]) t.equal(maskPersonalData(`Write to ${mail} !`), 'Write to [mail] !', mail)
  t.equal(maskPersonalData('mailto:anna@example.org, thanks'), 'mailto:[mail], thanks')
})

t.test('masks phone numbers as they are written in several countries', async t => {
  for (const phone of [
    '06 12 34 56 78', '06.12.34.56.78', '+33 (0)6 12 34 56 78', '+33612345678', '0033 6 12 34 56 78', '030 / 1234567',
    '+49 (30) 901820-0', '(020) 7946 0958', '+1 (555) 123-4567', '555-123-4567', '0475/12.34.56', '91 234 56 78',
    '06\u00a012\u202f34\u00a056\u00a078',
    '06–12–34–56–78', '０６１２３４５６７８', '٠٦١٢٣٤٥٦٧٨', '06\u200b12\u200b34\u200b56\u200b78',
  ]) t.equal(maskPersonalData(`Call ${phone}, please`), 'Call [number], please', phone)
})

t.test('masks numbers of six digits and more, whatever stands around them', async t => {
  t.equal(maskPersonalData('Order n°123456: where?'), 'Order n°[number]: where?')
  t.equal(maskPersonalData('CMD123456X and 1,234,567'), 'CMD[number]X and [number]')
  t.equal(maskPersonalData('Card 4970 1012 3456 7890.'), 'Card [number].')
  t.equal(maskPersonalData('IBAN FR76 3000 6000 0112'), 'IBAN FR[number]')
})

t.test('masks the number of an account whole, in any country, with and without spaces, and no other letters', async t => {
  for (const account of [
    'FR14 2004 1010 0505 0001 3M02 606', 'gb29nwbk60161331926819', 'NL91 ABNA 0417 1643 00', 'IT60X0542811101000000123456',
    'DE89 3704 0044 0532 0130 00', 'ES91 2100 0418 4502 0005 1332', 'MT84MALT011000012345MTLCAST001S', 'BE68-5390-0754-7034',
  ]) t.equal(maskPersonalData(`My account is ${account} and yours?`), 'My account is [number] and yours?', account)
  for (const text of ['de10 euros pour la taille seize', 'AB12 CDEF GHIJ KLMN OPQR']) t.equal(maskPersonalData(text), text)
})

t.test('masks mail addresses with spaces, or in words', async t => {
  for (const mail of [
    'anna @ example.org', 'anna@ mail.example.org', 'jean.dupont at gmail.com', 'jean dot dupont at gmail dot com',
    'jean.dupont AROBASE orange.fr', 'ana arroba example.es',
  ]) t.equal(maskPersonalData(`Write: ${mail}, thanks`), 'Write: [mail], thanks', mail)
  for (const text of ['I looked at example.com', 'C3 @ 5 %', '2 kg @ 3.50', 'we meet at outlook point']) {
    t.equal(maskPersonalData(text), text)
  }
})

t.test('masks a name after a title and particles, and one that thanks at the end', async t => {
  for (const [text, masked] of [
    ['Mrs. van der Berg asks', 'Mrs. [name] asks'], ['Frau von der Heide fragt', 'Frau [name] fragt'],
    ['Mme de La Tour demande', 'Mme [name] demande'], ['la Sra. de la Cruz pregunta', 'la Sra. [name] pregunta'],
    ['Is it open? Thanks, Emily', 'Is it open? Thanks, [name]'], ['Quel prix ?\nMerci,\nPaul Petit', 'Quel prix ?\nMerci,\n[name]'],
    ['Wann? Danke, Anke Schulze.', 'Wann? Danke, [name].'], ['Cdlt, Jean Dupont', 'Cdlt, [name]'],
  ] as [string, string][]) t.equal(maskPersonalData(text), masked, text)
  for (const text of ['Thanks, Monday is fine', 'Merci Paris est une belle ville', 'Danke, wann?']) {
    t.equal(maskPersonalData(text), text)
  }
})

t.test('leaves short numbers and other text as they are', async t => {
  for (const text of [
    'Prix lot 300 couches taille 4 ?', '49,90 €', '12345', 'A tent of 1.9 kg for 299.00 €', 'Sizes 1, 2, 3, 4, 5, 6', 'C3 @ 5 %', '',
    '75001 Paris', '12\n34\n56\n78',
  ]) t.equal(maskPersonalData(text), text)
})

t.test('leaves no mail and no long number in any text, and masking again changes nothing', async t => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }), fc.emailAddress(), fc.stringMatching(/^\+?\d{6,14}$/),
    fc.constantFrom(' ', '-', '.', '@', '/'),
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
    const masked = maskPersonalData(pieces.join(''))
    t.notMatch(masked, /\p{Nd}{6}/u)
    return maskPersonalData(masked) === masked
  }), propertyRuns(300))
  fc.assert(fc.property(fc.emailAddress(), mail => !maskPersonalData(`to ${mail} now`).includes('@')), propertyRuns(300))
})

t.test('leaves nothing personal of two hundred texts of customers', async t => {
  t.ok(personalTexts.length >= 200, `${personalTexts.length}`)
  for (const [text, ...secrets] of personalTexts) {
    const masked = maskPersonalData(text)
    t.equal(secrets.find(secret => masked.includes(secret)), undefined, `${text} → ${masked}`)
    t.match(masked, /\[(?:mail|number|name)\]/, text)
    t.equal(maskPersonalData(masked), masked)
  }
})

t.test('leaves words that are no names where names could be', async t => {
  for (const text of [
    'Je suis Parisien', 'I am Dutch', 'Ich bin Kunde', 'Size M Tent Fjell', 'Taille M ou L ?', 'une facture au nom de mon entreprise',
    'Kind regards', 'Do you deliver to Saint Denis?', 'Quel est le prix ?', 'What is the name of the ship?', 'Wie heißt der Prüfer?',
    'Mr Proper?'.slice(3), 'Miss the bus', 'C\'est compris ?',
  ]) t.equal(maskPersonalData(text), text)
})

t.test('takes a time that grows with the text', async t => {
  for (const unit of ['a', '1 1 1 1 a', 'a@', '+', 'je m\'appelle ', 'Mr A ', 'Nom : ', 'c\'est A B ', 'a.', 'a dot ', 'fr14 ', 'a at ',
    'Merci Anna ', 'Mr de ']) growsWithLength(t, maskPersonalData, repeated(unit))
})
