-- Adds questions that are answered in advance, one column that shows when a company's profile has changed, and a rule
-- for the ends of ids.

alter table public.companies add column common_questions text[] not null default '{}';

comment on column public.companies.common_questions is 'Questions that are answered ahead, at start and when the documents change.';

-- <id>__<kind> names an index: the end of an id that ends in _ would be ambiguous.
alter table public.companies add constraint companies_id_end_check check (id !~ '_$');

comment on column public.companies.id is 'Part of index names and cache keys: letters, digits, _ and -, no double underscore, no _ at the end.';

-- The service checks only companies.updated_at, so a change of an index counts as one of its company.
create function public.touch_company () returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' then
    update public.companies set updated_at = pg_catalog.now() where id = old.company_id;
  end if;
  if tg_op <> 'DELETE' then
    update public.companies set updated_at = pg_catalog.now() where id = new.company_id;
  end if;
  return null;
end;
$$;

create trigger company_indexes_touch after insert or update or delete on public.company_indexes
for each row execute function public.touch_company();

revoke all on function public.touch_company () from public, anon, authenticated;
