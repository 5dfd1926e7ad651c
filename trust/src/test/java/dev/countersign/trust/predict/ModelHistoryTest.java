package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import org.junit.jupiter.api.Test;

class ModelHistoryTest {
  private static final Digest A = Digest.sha256(new byte[] {1});
  private static final Digest B = Digest.sha256(new byte[] {2});

  @Test
  void theFirstVersionServesAndALaterOneChallenges() {
    assertThat(ModelHistory.NONE.served()).isEmpty();
    var one = ModelHistory.NONE.with(A);
    assertThat(one.served()).contains(new ModelHistory.Version(1, A));
    assertThat(one.challenger()).isEmpty();
    var two = one.with(B);
    assertThat(two.served()).contains(new ModelHistory.Version(1, A));
    assertThat(two.challenger()).contains(new ModelHistory.Version(2, B));
    assertThat(two.next()).isEqualTo(3);
  }

  @Test
  void rollingBackChoosesAnEarlierVersionAndForgetsNone() {
    var history = ModelHistory.NONE.with(A).with(B).serving(2);
    assertThat(history.challenger()).isEmpty();
    var back = history.serving(1);
    assertThat(back.served()).contains(new ModelHistory.Version(1, A));
    assertThat(back.versions()).isEqualTo(history.versions());
    assertThat(back.serving(2)).isEqualTo(history);
  }

  @Test
  void aVersionThatIsNotThereCannotServe() {
    assertThatThrownBy(() -> ModelHistory.NONE.with(A).serving(2))
        .hasMessage("version `2` is not there");
  }
}
