package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The cases of a log file, in its order.
///
/// They are held in memory: a log of more than [CaseReading#MOST_CASES] cases, or of longer texts
/// than [CaseReading#MOST_CHARACTERS] in all, is refused with a word on how to take a part of it.
///
/// @param digest of the file, by which a later run knows it again
record CaseLog(String name, Digest digest, List<LoggedCase> cases) {
  CaseLog {
    cases = List.copyOf(cases);
  }

  /// Reads the first `limit` cases; names the first few problems together.
  static CaseLog read(Path file, Mapping mapping, int limit) {
    if (!Files.isRegularFile(file)) {
      throw new CommandFailure.NotUsable(
          "there is no log `" + file + "`",
          "packs/replay/sample-applications.csv is one to begin with");
    }
    var reading = new CaseReading(file, mapping, limit);
    var digest =
        switch (mapping.shape()) {
          case LogShape.CsvCases(var separator) -> new CsvLog(file, separator).cases(reading);
          case LogShape.CsvEvents(var separator, var events) ->
              new CsvLog(file, separator).events(reading, events);
          case LogShape.Xes(var events) -> new XesLog(file, events).read(reading);
        };
    return new CaseLog(String.valueOf(file.getFileName()), digest, reading.finish());
  }
}
