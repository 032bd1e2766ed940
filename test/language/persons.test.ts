// Whether a text names a person beside what that person does.
import t from 'tap'
import { namesPerson } from '../../src/language/fact-looks.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

t.test('a name is found behind a role, with the thing between them, and before it', async t => {
  for (const text of [
    'The director of the mill is Marion.', 'Our manager for the yard is Tom.', 'Die Leiterin der Werft ist Anja.',
    'La responsable de la serre est Sophie.', 'La directora del archivo es Marta.', 'Il titolare della bottega è Luca.',
    'Contact person: Anja', 'Ansprechpartnerin für Führungen: Anja', 'Chef de cuisine : Paul', 'Président du club : Durand',
    'The owner is J. Smith.', 'Owner: J. Smith', 'Anja Holt, the owner', 'Mrs Holt is at the desk',
  ]) t.ok(namesPerson(text), text)
  for (const text of [
    'Send letters for the owner to the harbour.', 'The director is away.', 'Die Leitung ist montags da.', 'Le responsable est absent.',
  ]) t.notOk(namesPerson(text), text)
})

t.test('what somebody does names the one who stands right beside it', async t => {
  for (const text of [
    'Marion leads the choir.', 'Anja leitet die Gruppe.', 'Die Werft leitet Anja.', 'Ines Holt has run the ferry since 2011.',
    'Run by the sisters Ruth and Ella', 'The archive is led by Odile Brandt.', 'Animé par Sophie',
  ]) t.ok(namesPerson(text), text)
  for (const text of [
    'A long path leads to Castle Hill.', 'The Academy teaches children.', 'Der Verein leitet die Kurse.', 'Unser Verein leitet die Kurse.',
    'Who leads the choir?', 'Lleva gluten. Pan Integral.', 'Die Wohnung heißt Seeblick.',
  ]) t.notOk(namesPerson(text), text)
})

t.test('long texts of roles and names are read at once', async () => {
  const words = fc.constantFrom('owner ', 'the ', 'Anja ', 'leads ', 'is ', ': ', 'J. ', '. ', 'run by ', 'Die ', 'von ')
  fc.assert(fc.property(fc.array(words, { minLength: 200, maxLength: 600 }), parts => typeof namesPerson(parts.join('')) === 'boolean'),
    propertyRuns(20))
})
