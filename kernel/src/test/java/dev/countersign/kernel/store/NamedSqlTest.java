package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NamedSqlTest {

  @Test
  void aNameMayStandMoreThanOnce() {
    var sql = NamedSql.of("select * from t where a = :tenant and (b = :b_2 or c = :tenant)");
    assertThat(sql.text()).isEqualTo("select * from t where a = ? and (b = ? or c = ?)");
    assertThat(sql.places()).containsExactly(0, 1, 0);
    assertThat(sql.number("b_2")).isEqualTo(1);
  }

  @Test
  void whatIsQuotedOrCastIsNoParameter() {
    var sql = NamedSql.of("select ':a', 'it''s :b', ''::bytea, '{}'::text[] where x = :c");
    assertThat(sql.text())
        .isEqualTo("select ':a', 'it''s :b', ''::bytea, '{}'::text[] where x = ?");
    assertThat(sql.numbers()).containsOnlyKeys("c");
  }

  @Test
  void anUnknownNameIsAMistake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NamedSql.of("select :a").number("b"))
        .withMessageContaining("`b`");
  }

  @Test
  void anOpenQuoteIsAMistake() {
    assertThatIllegalArgumentException().isThrownBy(() -> NamedSql.of("select 'open"));
  }
}
