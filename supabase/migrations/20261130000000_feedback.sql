-- What users say about answers, and the keys of the hashes that stand for people.
--
-- As everywhere here: only the project's secret key may read or write, row-level security is on, and no policy lets anyone in.

create table public.feedback (
  n bigint generated always as identity primary key,
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  answer_id text not null,
  rater text not null,
  score double precision not null constraint feedback_score_check check (score between -1 and 1),
  entry jsonb not null constraint feedback_entry_check check (jsonb_typeof(entry) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint feedback_once unique (company_id, answer_id, rater)
);

create index feedback_company_idx on public.feedback (company_id, n);
create index feedback_updated_idx on public.feedback (updated_at);

comment on table public.feedback is 'Each rater''s rating of an answer, once. Personal data is masked before it comes here.';
comment on column public.feedback.rater is 'A keyed hash of who rated.';
comment on column public.feedback.score is 'The rating from -1 to 1, whatever its scale.';
comment on column public.feedback.entry is 'The rating with question, answer, sources and versions.';

create table public.people_keys (
  company_id text primary key references public.companies (id) on update cascade on delete cascade,
  key text not null constraint people_keys_key_check check (length(key) >= 32)
);

comment on table public.people_keys is 'The secret with which the users of a company are hashed wherever something is kept about them.';

alter table public.feedback enable row level security;
alter table public.feedback force row level security;
alter table public.people_keys enable row level security;
alter table public.people_keys force row level security;

revoke all on public.feedback, public.people_keys from public, anon, authenticated;
grant select, insert, update, delete on public.feedback, public.people_keys to service_role;
