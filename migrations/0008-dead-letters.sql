-- oldest-binary: 0.1.0
-- What operators did with dead letters. Kafka topics are append-only: which letters were replayed or dropped is kept here.

create table dead_letter_actions (
  partition integer not null check (partition >= 0),
  letter_offset bigint not null check (letter_offset >= 0),
  -- Of the letter: a topic that was made anew counts its offsets from 0 again.
  written_at timestamptz(3) not null,
  action text not null check (action in ('replay', 'drop')),
  actor text not null,
  -- Committed before anything is sent. What was begun and not done is done again: a repeat is harmless, a loss is not.
  begun_at timestamptz(3) not null default now_ms(),
  done_at timestamptz(3),
  primary key (partition, letter_offset, written_at)
);
