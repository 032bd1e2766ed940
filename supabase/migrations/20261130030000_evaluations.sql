-- Runs of evaluations. Personal data is masked before it comes here.
--
-- As everywhere here: only the project's secret key may read or write, row-level security is on, and no policy lets anyone in.

create table public.evaluations (
  n bigint generated always as identity primary key,
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  id text not null constraint evaluations_id_check check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  summary jsonb not null constraint evaluations_summary_check check (jsonb_typeof(summary) = 'object'),
  report jsonb not null constraint evaluations_report_check check (jsonb_typeof(report) = 'object'),
  created_at timestamptz not null default now(),
  constraint evaluations_once unique (company_id, id)
);

create index evaluations_company_idx on public.evaluations (company_id, n);

comment on table public.evaluations is 'How the answers of a company did on a set of questions, run by run.';
comment on column public.evaluations.name is 'The name of the set.';
comment on column public.evaluations.summary is 'The figures of the run; the report has the questions too.';

alter table public.evaluations enable row level security;
alter table public.evaluations force row level security;

revoke all on public.evaluations from public, anon, authenticated;
grant select, insert, update, delete on public.evaluations to service_role;
