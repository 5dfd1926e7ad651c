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
        executions stored: %,d (%,d by themselves, %,d by another system, %,d taken back)
        taken over or tried again: %,d; the other system was asked %,d times and did %,d things
        lost or contradicted: %,d
        done twice: %,d
        done by the other system and not stored as done, or the other way round: %,d
        stored without an entry or the other way round: %,d
        cases that do not stand where their executions put them: %,d
        log: %s
        """,
        kills,
        early,
        found.answers(),
        found.proposals(),
        found.executions(),
        found.how().byStage(),
        found.how().remote(),
        found.how().takenBack(),
        found.how().again(),
        found.how().asked(),
        found.how().done(),
        found.lost(),
        found.twice(),
        found.elsewhere(),
        found.unlogged(),
        found.moved(),
        log instanceof Fsck.Finding.Sound sound
            ? String.format(Locale.ROOT, "sound, %,d entries", sound.entries())
            : "DAMAGED");
  }
}
