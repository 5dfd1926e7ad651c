package dev.countersign.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Guesses which option or command was meant by a word that is none.
final class Meant {
  /// Two slips of the finger; more is another word.
  private static final int MOST_SLIPS = 2;

  private Meant() {}

  /// The nearest word of that command, if one is near.
  static Optional<String> by(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return Optional.empty();
    }
    var given = unmatched.getUnmatched().getFirst();
    var word = given.replaceFirst("=.*", "");
    return words(failure.getCommandLine()).stream()
        .filter(known -> slips(known, word) <= Math.min(MOST_SLIPS, known.length() / 3))
        .min(Comparator.comparingInt(known -> slips(known, word)));
  }

  private static List<String> words(CommandLine command) {
    var words = new ArrayList<String>(command.getSubcommands().keySet());
    command.getCommandSpec().options().forEach(option -> words.addAll(List.of(option.names())));
    return words;
  }

  /// Letters to put in, take out or change (Levenshtein, 1966).
  static int slips(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
