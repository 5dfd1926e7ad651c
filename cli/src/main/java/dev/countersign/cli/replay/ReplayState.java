package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// How far a replay came, so that the next run need not ask again for what is done.
///
/// It saves time and nothing else: what the server has done it does not do twice, with or without
/// this ([CaseReplay]).
///
/// @param run what is replayed where; another run has no use for it
/// @param done events of the time line
/// @param endings of the decisions among them, in their order
/// @param judged how many decisions the scope had seen before the first of them
/// @param samples of the trust scope, taken on the way
record ReplayState(
    Run run, int done, List<Step.Ending> endings, long judged, List<TrustSample> samples) {

  /// A letter for each decision of the largest log, and everything else.
  private static final long LARGEST = 16L << 20;

  /// Which replay it is.
  ///
  /// @param log the digest of the file
  /// @param mapping the digest of the mapping
  record Run(String log, String mapping, int limit, String tenant) {
    JsonObject json() {
      return Json.object()
          .put("log", log)
          .put("mapping", mapping)
          .put("limit", limit)
          .put("tenant", tenant)
          .build();
    }
  }

  ReplayState {
    endings = List.copyOf(endings);
    samples = List.copyOf(samples);
  }

  /// The state in the file, or a fresh one if there is no file; throws if it is another run's.
  static ReplayState read(Path file, Run run) {
    if (!Files.exists(file)) {
      return new ReplayState(run, 0, List.of(), TrustSample.UNKNOWN, List.of());
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw notUsable(file, "it is larger than a state can be");
      }
      return parse(file, JsonReader.readObject(Files.readString(file)), run);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it yours?", e);
    } catch (MalformedJson | IllegalArgumentException e) {
      throw notUsable(file, String.valueOf(e.getMessage()));
    }
  }

  private static ReplayState parse(Path file, JsonObject json, Run run) {
    if (!json.object("run").filter(run.json()::equals).isPresent()) {
      throw notUsable(file, "it is of another log, mapping, limit or tenant");
    }
    var endings = new ArrayList<Step.Ending>();
    for (var letter : json.text("endings").orElse("").split("", -1)) {
      if (!letter.isEmpty()) {
        endings.add(ending(letter));
      }
    }
    var samples = new ArrayList<TrustSample>();
    for (var item : json.items("samples")) {
      if (item instanceof JsonObject sample) {
        samples.add(TrustSample.read(sample));
      }
    }
    int done = json.number("done").orElse(-1.0).intValue();
    if (done < endings.size()) {
      throw new IllegalArgumentException("it does not add up");
    }
    return new ReplayState(
        run,
        done,
        endings,
        json.number("judged").orElse((double) TrustSample.UNKNOWN).longValue(),
        samples);
  }

  /// Writes it beside the file first, so that a kill leaves the old one or the new one.
  void write(Path file) throws IOException {
    var letters = new StringBuilder();
    endings.forEach(ending -> letters.append(letter(ending)));
    var json =
        Json.object()
            .put("run", run.json())
            .put("done", done)
            .put("endings", letters.toString())
            .put("judged", judged)
            .put("samples", Json.array(samples.stream().map(TrustSample::json).toList()))
            .build();
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, json + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String letter(Step.Ending ending) {
    return switch (ending) {
      case REJECTED -> "R";
      case SUCCEEDED -> "S";
      case HARMED -> "H";
      case UNOBSERVED -> "U";
      case FAILED -> "F";
    };
  }

  private static Step.Ending ending(String letter) {
    for (var ending : Step.Ending.values()) {
      if (letter(ending).equals(letter)) {
        return ending;
      }
    }
    throw new IllegalArgumentException("`" + letter + "` is no ending");
  }

  private static CommandFailure notUsable(Path file, String why) {
    return new CommandFailure.NotUsable(
        "`" + file + "` is not the state of this replay: " + why,
        "remove it to begin anew (what the server has done stays done), or give --state FILE");
  }
}
