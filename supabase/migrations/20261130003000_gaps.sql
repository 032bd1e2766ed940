-- Questions without a good answer, and the gaps that they were sorted into. Personal data is masked before it comes here.
--
-- As everywhere here: only the project's secret key may read or write, row-level security is on, and no policy lets anyone in.

create table public.gaps (
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  id text not null constraint gaps_id_check check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  status text not null default 'open' constraint gaps_status_check check (status in ('open', 'dismissed', 'published')),
  assignee text not null default '',
  publication jsonb,
  merged_into text,
  is_fixed boolean not null default false,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (company_id, id)
);

create table public.missed_questions (
  n bigint generated always as identity primary key,
  company_id text not null references public.companies (id) on update cascade on delete cascade,
  gap text not null default '',
  answer_id text not null,
  asker text not null,
  cause text not null constraint missed_questions_cause_check check (cause in ('no_answer', 'disliked', 'asked_again')),
  question text not null,
  words text not null,
  language text not null,
  asked_at timestamptz not null,
  model text not null,
  vector text not null,
  constraint missed_questions_once unique (company_id, answer_id, asker)
);

create index missed_questions_gap_idx on public.missed_questions (company_id, gap, n);
create index missed_questions_asker_idx on public.missed_questions (company_id, asker, n);
create index missed_questions_asked_idx on public.missed_questions (asked_at);

comment on table public.gaps is 'Groups of questions without a good answer.';
comment on column public.gaps.merged_into is 'The gap that it became a part of; its id leads there.';
comment on column public.gaps.is_fixed is 'An operator has dealt with it: it keeps its questions.';
comment on table public.missed_questions is 'Questions that were not answered, disliked, or asked again in other words.';
comment on column public.missed_questions.gap is 'Empty = not sorted yet.';
comment on column public.missed_questions.asker is 'A keyed hash of who asked.';
comment on column public.missed_questions.words is 'A hash of the question and the model: equal questions have one.';
comment on column public.missed_questions.vector is 'Base64 of one byte a dimension; the model is in its column, none = by stems only.';

alter table public.gaps enable row level security;
alter table public.gaps force row level security;
alter table public.missed_questions enable row level security;
alter table public.missed_questions force row level security;

revoke all on public.gaps, public.missed_questions from public, anon, authenticated;
grant select, insert, update, delete on public.gaps, public.missed_questions to service_role;
