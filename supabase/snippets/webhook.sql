-- Announces each change of a profile, an index or an API key to the service, signed, so that it applies at once.
--
-- Not a migration, because it needs pg_net and Vault, which plain PostgreSQL does not have, and your address. First,
-- with the value of SUPABASE_WEBHOOK_SECRET (16 characters at least):
--
--   create extension if not exists pg_net;
--   select vault.create_secret('https://chat.example.com/webhooks/supabase', 'causerie_webhook_url');
--   select vault.create_secret('…', 'causerie_webhook_secret');
--
-- Then run this file in the SQL editor of the project. It can be run again.

-- Only ids are sent: no prompt and no hash of a key leaves the database.
create or replace function public.announce_change () returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  url text := (select decrypted_secret from vault.decrypted_secrets where name = 'causerie_webhook_url');
  secret text := (select decrypted_secret from vault.decrypted_secrets where name = 'causerie_webhook_secret');
  id text := 'msg_' || pg_catalog.gen_random_uuid();
  at text := floor(extract(epoch from pg_catalog.clock_timestamp()))::bigint;
  row_before jsonb := case when tg_op <> 'INSERT' then jsonb_build_object('id', to_jsonb(old) -> 'id', 'company_id', to_jsonb(old) -> 'company_id') end;
  row_after jsonb := case when tg_op <> 'DELETE' then jsonb_build_object('id', to_jsonb(new) -> 'id', 'company_id', to_jsonb(new) -> 'company_id') end;
  body jsonb := jsonb_build_object('type', tg_op, 'schema', tg_table_schema, 'table', tg_table_name, 'record', row_after, 'old_record', row_before);
begin
  -- pg_net sends exactly body::text, after the transaction.
  perform net.http_post(
    url := url,
    body := body,
    headers := jsonb_build_object(
      'Content-Type', 'application/json',
      'webhook-id', id,
      'webhook-timestamp', at,
      'webhook-signature', 'v1,' || encode(extensions.hmac(convert_to(id || '.' || at || '.' || body::text, 'UTF8'), convert_to(secret, 'UTF8'), 'sha256'), 'base64')
    )
  );
  return null;
exception when others then
  -- A change is worth more than its announcement: the service finds it within the hour.
  raise warning 'change not announced: %', sqlerrm;
  return null;
end;
$$;

revoke all on function public.announce_change () from public, anon, authenticated;

create or replace trigger companies_announce after insert or update or delete on public.companies
for each row execute function public.announce_change();
create or replace trigger company_indexes_announce after insert or update or delete on public.company_indexes
for each row execute function public.announce_change();
create or replace trigger api_keys_announce after insert or update or delete on public.api_keys
for each row execute function public.announce_change();
