package dev.countersign.benchmarks.crash;

import dev.countersign.ledger.usecase.Fsck.Finding;
import java.util.Locale;

/// What came of killing something so many times.
///
/// @param early how many kills came before the first answer
/// @param log what `fsck` found in the end
record Verdict(int kills, int early, Answers.Comparison answers, Finding log) {

  boolean sound() {
    return answers.missing() == 0 && answers.twice() == 0 && log instanceof Finding.Sound;
  }

  String words() {
    var finding =
        switch (log) {
          case Finding.Sound sound ->
              String.format(
                  Locale.ROOT,
                  "sound, %,d entries, %d signed checkpoint(s) compared",
                  sound.entries(),
                  sound.checkpoints());
          case Finding.Damaged(var first) -> "DAMAGED, " + first.place() + ": " + first.message();
        };
    return String.format(
        Locale.ROOT,
        """
        kills: %,d (%,d of them before the first answer)
        answered decisions: %,d
        decisions in the log: %,d
        answered and missing: %,d
        there twice: %,d
        log: %s
        """,
        kills,
        early,
        answers.answered(),
        answers.logged(),
        answers.missing(),
        answers.twice(),
        finding);
  }
}
