-- What the parts of the score weigh, in ten-thousandths: reliability, alignment, safety and value, which add up to one,
-- and how much overrides take away. Whoever set nothing has the usual ones.
alter table trust.setting
  add column weights integer[] not null default '{3500,2500,2500,1500,2500}'
  check (cardinality(weights) = 5 and 0 <= all (weights)
    and weights[1] > 0 and weights[1] + weights[2] + weights[3] + weights[4] = 10000 and weights[5] <= 10000);
