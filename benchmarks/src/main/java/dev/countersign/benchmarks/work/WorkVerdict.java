package dev.countersign.benchmarks.work;

import dev.countersign.ledger.usecase.Fsck;
import java.util.Locale;

/// What came of killing what moves cases so many times.
///
/// @param early how many kills came before the first answer
/// @param log what `fsck` found in the end
record WorkVerdict(int kills, int early, Executed.Finding found, Fsck.Finding log) {
  boolean sound() {
    return found.sound() && log instanceof Fsck.Finding.Sound;
  }

  String words() {
    return String.format(
        Locale.ROOT,
        """
        kills: %,d (%,d of them before the first answer)
        answers: %,d about %,d proposals
        executions stored: %,d
        lost or contradicted: %,d
        done twice: %,d
        stored without an entry or the other way round: %,d
        cases that do not stand where their executions put them: %,d
        log: %s
        """,
        kills,
        early,
        found.answers(),
        found.proposals(),
        found.executions(),
        found.lost(),
        found.twice(),
        found.unlogged(),
        found.moved(),
        log instanceof Fsck.Finding.Sound sound
            ? String.format(Locale.ROOT, "sound, %,d entries", sound.entries())
            : "DAMAGED");
  }
}
