-- What a company may use of the language model in a day.

alter table public.companies add column budget jsonb not null default '{}'
  constraint companies_budget_check check (jsonb_typeof(budget) = 'object');

comment on column public.companies.budget is 'questions_per_day, tokens_per_day, keys: as in the company.json of the sample companies; {} = no limit.';
