package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.SentStatements;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowsOfTest {
  private record Said(int rank, String text) {}

  private static final RowsOf<Said> ROWS =
      new RowsOf<>(
          "insert into written (tenant, rank, text) values",
          "(:tenant, :rank#, :text#)",
          2,
          (row, said) ->
              row.bind("rank", said.rank())
                  .bind("text", said.text().isEmpty() ? null : said.text()));

  private final KernelDatabase database = KernelDatabase.create();
  private final SentStatements sent = new SentStatements();
  private final TenantTransactions transactions =
      new TenantTransactions(sent.of(database.as(DatabaseRole.APP)));
  private TenantId tenant = new TenantId(new UUID(0, 0));

  @BeforeEach
  void makeTenant() {
    tenant = database.tenant(1);
  }

  @Test
  void rowsAreWrittenInTheirOrderAsManyTogetherAsMayBe() {
    var written =
        written(
            List.of(
                new Said(3, "c"),
                new Said(1, ""),
                new Said(2, "b"),
                new Said(5, "e"),
                new Said(4, "d")));
    assertThat(written)
        .containsExactly(
            tenant + " 3 c",
            tenant + " 1 nothing",
            tenant + " 2 b",
            tenant + " 5 e",
            tenant + " 4 d");
    assertThat(sent.texts().getLast().split("insert into", -1)).as("two, two and one").hasSize(4);
  }

  @Test
  void noRowsAreNoStatement() {
    assertThat(written(List.of())).isEmpty();
    assertThat(sent.texts()).noneMatch(text -> text.contains("insert"));
  }

  private List<String> written(List<Said> rows) {
    return transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          transaction
              .handle()
              .execute(
                  """
                  create temporary table written (
                    number bigint generated always as identity, tenant uuid, rank int, text text) on commit drop\
                  """);
          ROWS.later(transaction, rows);
          return transaction
              .query(
                  """
                  select tenant::text || ' ' || rank || ' ' || coalesce(text, 'nothing') from written order by number\
                  """)
              .mapTo(String.class)
              .list();
        });
  }
}
