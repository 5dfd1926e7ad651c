package dev.countersign.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.SentStatements;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private final KernelDatabase database = KernelDatabase.create();

  private final SentStatements sent = new SentStatements();

  private final TenantTransactions transactions =
      new TenantTransactions(sent.of(database.as(DatabaseRole.APP)));
  private TenantId tenant = new TenantId(new UUID(0, 0));

  private long start;

  @BeforeEach
  void makeTenant() {
    tenant = database.tenant(1);
    start = committed();
  }

  @Test
  void whatWasLeftForLaterIsThereForTheNextQuestion() {
    change(transaction -> {
      trust(transaction, 5).later();
      assertThat(trust(transaction).one()).isEqualTo(5);
    });
    assertThat(sent.texts()).hasSize(2).last().asString().contains("update", "select");
  }

  @Test
  void whatNobodyAsksForTravelsWithTheCommit() {
    change(transaction -> {
      trust(transaction, 5).later();
      trust(transaction, 6).later();
    });
    assertThat(sent.texts()).hasSize(2).last().asString().endsWith("commit");
    assertThat(committed()).isEqualTo(6);
  }

  @Test
  void whatMustChangeOneRowIsLookedAtBeforeTheCommit() {
    assertThatThrownBy(() ->
            change(transaction -> {
              trust(transaction, 5).later();
              transaction
                  .update("update kernel.generation set trust = 9 where tenant_id = :tenant")
                  .bind("tenant", new UUID(1, 1))
                  .laterOnce("there is no such tenant");
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("there is no such tenant");
    assertThat(committed()).isEqualTo(start);
  }

  @Test
  void whatItBreaksIsThrownAtTheCommitAndUndoesAll() {
    assertThatThrownBy(() ->
            change(transaction -> {
              trust(transaction, 5).later();
              transaction
                  .update("insert into kernel.generation (tenant_id) values (:other)")
                  .bind("other", new UUID(1, 1))
                  .later();
            }))
        .isInstanceOf(DatabaseFailure.Broken.class)
        .rootCause()
        .hasMessageContaining("row-level security");
    assertThat(committed()).isEqualTo(start);
  }

  @Test
  void questionsAskedAheadAreAnsweredTogetherEachWithWhatWasDoneBeforeIt() {
    change(transaction -> {
      var before = trust(transaction).ahead();
      trust(transaction, 5).later();
      var after = trust(transaction).ahead();
      assertThat(trust(transaction).one()).isEqualTo(5);
      assertThat(before.one()).isEqualTo(start);
      assertThat(after.one()).isEqualTo(5);
    });
    assertThat(sent.texts()).hasSize(2);
  }

  @Test
  void questionsAskedAheadAreAnsweredWhenNothingFollows() {
    change(transaction -> assertThat(trust(transaction).ahead().findOne()).contains(start));
  }

  @Test
  void anUndonePartForgetsWhatItLeftForLater() {
    change(transaction -> {
      trust(transaction, 5).later();
      transaction.savepoint("part");
      trust(transaction, 6).later();
      transaction.undo("part");
    });
    assertThat(committed()).isEqualTo(5);
  }

  @Test
  void aPartThatIsDoneHasSentWhatItLeftForLater() {
    assertThatThrownBy(() ->
            change(transaction -> {
              transaction.savepoint("part");
              transaction.update("select 1 / :none").bind("none", 0).later();
              transaction.release("part");
            }))
        .isInstanceOf(DatabaseFailure.class);
  }

  @Test
  void theHandleComesAfterWhatWasLeftForLater() {
    change(transaction -> {
      trust(transaction, 5).later();
      long seen =
          transaction
              .handle()
              .createQuery("select trust from kernel.generation")
              .mapTo(Long.class)
              .one();
      assertThat(seen).isEqualTo(5);
    });
  }

  @Test
  void moreThanFitIntoOneTextAreDoneInTheirOrder() {
    change(transaction -> {
      for (int i = 1; i <= 40; i++) {
        trust(transaction, i).later();
      }
    });
    assertThat(committed()).isEqualTo(40);
    assertThat(sent.texts()).hasSizeBetween(4, 6);
  }

  @Test
  void whatIsNotBoundIsAMistake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            change(transaction ->
                transaction
                    .query("select 1 from kernel.generation where trust = :trust")
                    .map((_, number) -> number)
                    .list()))
        .withMessageContaining("not bound");
  }

  @Test
  void nullIsBoundLikeAnyValueAndLeftOutOfWhatIsRead() {
    change(transaction -> {
      var nothing = transaction.query("select cast(:x as bigint)").bind("x", null);
      assertThat(nothing.mapTo(Long.class).findOne()).isEmpty();
    });
  }

  private static Update trust(TenantTransaction transaction, long number) {
    return transaction
        .update("update kernel.generation set trust = :trust where tenant_id = :tenant")
        .bind("trust", number)
        .bind("tenant", transaction.tenant().value());
  }

  private static Query.Rows<Long> trust(TenantTransaction transaction) {
    return transaction
        .query("select trust from kernel.generation where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Long.class);
  }

  private interface Change {
    void in(TenantTransaction transaction);
  }

  private void change(Change change) {
    sent.forget();
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          change.in(transaction);
          return tenant;
        });
  }

  private long committed() {
    return transactions.run(tenant, Rules.READ, transaction -> transaction.generation().trust());
  }
}
