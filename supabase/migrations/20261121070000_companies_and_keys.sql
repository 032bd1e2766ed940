-- The tables of company profiles and of API keys.
--
-- Only the project's secret key (role service_role) may read or write here: row-level security is on for every table,
-- no policy lets anyone in, and the roles that browsers use have no grant either.

create table public.companies (
  id text primary key
    constraint companies_id_check check (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' and id !~ '__'),
  name text not null constraint companies_name_check check (name <> ''),
  language text not null
    constraint companies_language_check check (language in ('fr', 'en', 'es', 'de', 'und')),
  system_prompt text not null default '',
  model text,
  refuse_without_passages boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table public.companies is 'One row for each company that the service answers for.';
comment on column public.companies.id is 'Part of index names and cache keys: letters, digits, _ and -, no double underscore.';
comment on column public.companies.system_prompt is 'What the language model is told to be; empty = the default of the language.';
comment on column public.companies.model is 'The language model to ask for this company; null = LLM_MODEL.';
comment on column public.companies.refuse_without_passages is 'Say "not found", without the language model, when no document answers.';

create table public.company_indexes (
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  kind text not null
    constraint company_indexes_kind_check check (kind ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' and kind !~ '__'),
  -- json, not jsonb: the facts of a document are shown in the order in which "fields" names them.
  mapping json not null default '{}'
    constraint company_indexes_mapping_check check (json_typeof(mapping) = 'object'),
  uid text constraint company_indexes_uid_check check (uid ~ '^[A-Za-z0-9_-]+$' and length(uid) <= 400),
  position integer not null default 0,
  primary key (company_id, kind)
);

-- An index of Meilisearch belongs to one company only, even if its name is the default one.
create unique index company_indexes_uid_key on public.company_indexes ((coalesce(uid, company_id || '__' || kind)));

comment on table public.company_indexes is 'The indexes of a company, and how their documents are read.';
comment on column public.company_indexes.kind is 'products, faq, …: what the index is called in answers.';
comment on column public.company_indexes.mapping is 'title, text, url, fields, model: as in the company.json of the sample companies.';
comment on column public.company_indexes.uid is 'The Meilisearch index; null = <company_id>__<kind>.';
comment on column public.company_indexes.position is 'Order among the indexes of the company.';

create table public.api_keys (
  id text primary key constraint api_keys_id_check check (id ~ '^[A-Za-z0-9]{12}$'),
  hash text not null constraint api_keys_hash_check check (hash ~ '^[0-9a-f]{64}$'),
  company_id text references public.companies (id) on update cascade on delete cascade,
  scopes text[] not null
    constraint api_keys_scopes_check check (cardinality(scopes) > 0 and scopes <@ array['chat', 'write', 'admin']),
  name text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

create index api_keys_company_id_idx on public.api_keys (company_id, created_at);

comment on table public.api_keys is 'API keys, never in clear.';
comment on column public.api_keys.id is 'The public part of the key.';
comment on column public.api_keys.hash is 'SHA-256 of the secret part, in hexadecimal.';
comment on column public.api_keys.company_id is 'The one company that the key may ask; null = any.';

create function public.touch_updated_at () returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at = pg_catalog.now();
  return new;
end;
$$;

create trigger companies_touch before update on public.companies
for each row execute function public.touch_updated_at();

alter table public.companies enable row level security;
alter table public.companies force row level security;
alter table public.company_indexes enable row level security;
alter table public.company_indexes force row level security;
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;

revoke all on public.companies, public.company_indexes, public.api_keys from public, anon, authenticated;
revoke all on function public.touch_updated_at () from public, anon, authenticated;
grant select, insert, update, delete on public.companies, public.company_indexes, public.api_keys to service_role;
