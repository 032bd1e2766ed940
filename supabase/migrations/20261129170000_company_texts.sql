-- A company's own words for what the service says by itself.

alter table public.companies add column texts jsonb not null default '{}'
  constraint companies_texts_check check (jsonb_typeof(texts) = 'object');

comment on column public.companies.texts is 'not_found, greeting, thanks, …: as in the company.json of the sample companies; {} = the texts of the service.';
