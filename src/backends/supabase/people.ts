// Keeps each company's key of people's hashes in a table of a Supabase project.
import { coded } from '../../errors.ts'
import { dataOf, failure, type Supabase } from './client.ts'

/**
 * Returns the company's key: the one that it has, or else the given one, which is then kept.
 * Throws FEEDBACK_UNAVAILABLE, or UNKNOWN_COMPANY for a company that Supabase does not know.
 */
export async function peopleKeyOf (supabase: Supabase, company: string, fresh: string): Promise<string> {
  const read = async () => dataOf<{ key: string }>(
    await supabase.from('people_keys').select('key').eq('company_id', company).maybeSingle<{ key: string }>(), 'FEEDBACK_UNAVAILABLE'
  )?.key
  const known = await read()
  if (known !== undefined) return known
  // Another instance may be making it at the same time: the first one stays.
  const { status, error } = await supabase.from('people_keys')
    .upsert({ company_id: company, key: fresh }, { onConflict: 'company_id', ignoreDuplicates: true })
  if (error?.code === unknownReference) throw coded('UNKNOWN_COMPANY', undefined, new Error(error.message))
  if (error) throw failure(status, error, 'FEEDBACK_UNAVAILABLE')
  return await read() ?? fresh
}

/** PostgreSQL's code: a row that this one refers to does not exist. */
const unknownReference = '23503'
