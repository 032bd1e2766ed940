// Weights and heights that a question tells, not asks for.
import t from 'tap'
import { answerType } from '../../src/language/answer-types.ts'

t.test('a weight or a height that is told is not asked for', async t => {
  for (const [question, language] of [
    ['Je pèse 80 kilos, puis-je sauter ?', 'fr'],
    ['Our goat weighs 31.5 kg, may she ride?', 'en'], ['Nuestra cabra pesa 30 kg, ¿cabe?', 'es'],
    ['Unsere Ziege wiegt 30 kg, darf sie mit?', 'de'],
    ['Er ist 1,90 m groß, passt er hinein?', 'de'], ['La capra pesa 30 kg, può salire?', 'und'],
  ] as const) t.equal(answerType(question, language), null, question)
  for (const [question, language] of [
    ['Combien pèse la valise de 30 litres ?', 'fr'], ['How much does the 5 kg anvil weigh?', 'en'], ['¿Cuánto pesa?', 'es'],
    ['Wie schwer ist das Fass mit 30 l?', 'de'],
  ] as const) t.equal(answerType(question, language), 'weight', question)
  t.equal(answerType('Mein Schrank ist 2 m hoch und wiegt 80 kg, was kostet der Transport?', 'de'), 'price')
})
