-- Keys that tokens are signed with: a company's signing keys, for tokens of its end users, and site keys, for visitors of its pages.
alter table public.api_keys
  add column kind text not null default 'api'
    constraint api_keys_kind_check check (kind in ('api', 'signing', 'site')),
  add column secret text,
  add column origins text[] not null default '{}',
  add constraint api_keys_tokens_check check (
    case when kind = 'api' then secret is null and origins = '{}'
    else secret is not null and company_id is not null and scopes = array['chat'] and (kind = 'site') = (origins <> '{}')
    end
  );

comment on column public.api_keys.kind is 'api: opens routes. signing: signs tokens of end users. site: public, gives tokens to visitors.';
comment on column public.api_keys.secret is 'What tokens are signed with; null for an API key, of which only the hash is stored.';
comment on column public.api_keys.origins is 'The origins of the pages that a site key works on.';
