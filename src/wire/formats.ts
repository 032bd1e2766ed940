// The table of wire formats. To add one: a folder or file beside this one, and one line here; its route follows from it.
import { aiSdkFormat } from './ai-sdk/format.ts'
import type { WireFormat } from './format.ts'
import { nativeFormat } from './native/format.ts'
import { openAiFormat } from './openai/format.ts'
import { responsesFormat } from './openai/responses/format.ts'

export const wireFormats: WireFormat[] = [
  nativeFormat,
  aiSdkFormat,
  openAiFormat,
  responsesFormat,
]
