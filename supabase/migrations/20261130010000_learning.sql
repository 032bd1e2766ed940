-- Versions of the weights that companies have learnt from feedback.
--
-- As everywhere here: only the project's secret key may read or write, row-level security is on, and no policy lets anyone in.

create table public.learned_versions (
  n bigint generated always as identity primary key,
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  id text not null constraint learned_versions_id_check check (id = '' or id ~ '^[A-Za-z0-9_-]{1,64}$'),
  entry jsonb not null constraint learned_versions_entry_check check (jsonb_typeof(entry) = 'object'),
  is_proven boolean not null default false,
  used_at bigint not null default 0,
  replaced text,
  constraint learned_versions_once unique (company_id, id)
);

create index learned_versions_used_idx on public.learned_versions (company_id, used_at);

comment on table public.learned_versions is 'Versions of a company''s own weights, with what was measured. No text that people wrote is in it.';
comment on column public.learned_versions.id is 'Empty = the shipped weights, for when they were put back into use.';
comment on column public.learned_versions.used_at is 'The version with the highest is in use; 0 = never used. Rises with each change.';
comment on column public.learned_versions.replaced is 'The version that was in use before it; null = the shipped weights.';

alter table public.learned_versions enable row level security;
alter table public.learned_versions force row level security;

revoke all on public.learned_versions from public, anon, authenticated;
grant select, insert, update, delete on public.learned_versions to service_role;
