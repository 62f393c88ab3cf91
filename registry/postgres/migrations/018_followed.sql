-- Why: at the registry's midnight the rows of houses whose move was recorded
-- before its day move with them. To find those houses takes a look at every
-- version there is; once a day is enough, not at every start of every server.
-- Class: on the coordinator.
create table followed (
  one boolean primary key default true check (one),
  day date    not null
);
insert into followed (day) values ('-infinity');

grant select on followed to {{.app}};
grant update (day) on followed to {{.app}};
