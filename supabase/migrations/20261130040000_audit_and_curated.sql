-- Who changed what, and curated answers: all instances of the service read and write them here.
--
-- As everywhere here: only the project's secret key may read or write, row-level security is on, and no policy lets anyone in.

-- No reference to companies: the record survives them.
create table public.audit (
  n bigint generated always as identity primary key,
  at timestamptz not null,
  company_id text,
  action text not null,
  target text not null,
  key_id text,
  by_user text
);

create index audit_company_idx on public.audit (company_id, n);
create index audit_at_idx on public.audit (at);

comment on table public.audit is 'Who changed what. It is only added to, and never holds a secret or a text.';
comment on column public.audit.company_id is 'Null: it concerns the whole service.';
comment on column public.audit.target is 'What was changed: ids.';

create table public.curated (
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  id text collate "C" not null,
  entry jsonb not null constraint curated_entry_check check (jsonb_typeof(entry) = 'object'),
  hits bigint not null default 0,
  last_hit_at timestamptz,
  primary key (company_id, id)
);

comment on table public.curated is 'FAQ entries that a person wrote or corrected, and how often answers cite them.';

alter table public.audit enable row level security;
alter table public.audit force row level security;
alter table public.curated enable row level security;
alter table public.curated force row level security;

revoke all on public.audit, public.curated from public, anon, authenticated;
grant select, insert, delete on public.audit to service_role;
grant select, insert, update, delete on public.curated to service_role;
