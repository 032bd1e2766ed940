-- Why a gap was dismissed. Personal data is masked before it comes here.
alter table public.gaps
  add column dismiss_reason text not null default ''
    constraint gaps_dismiss_reason_check check (length(dismiss_reason) <= 500);

comment on column public.gaps.dismiss_reason is 'Empty: it is not dismissed, or without a reason.';
