package dev.countersign.cli.ledger;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Checks a server's log from outside: its checkpoint, all of its tiles, and the export of one
/// tenant. The key is the server's own word, so a stranger gives his by `ledger verify`.
public final class DownloadedLog {
  private final Server server;
  private final RandomGenerator random;
  private final Console console;

  public DownloadedLog(Server server, RandomGenerator random, Console console) {
    this.server = server;
    this.random = random;
    this.console = console;
  }

  /// @param keyName the name of a key that may export its tenant's log
  public LedgerState check(String keyName) {
    try (var api = new Api(server.url(), random, _ -> {})) {
      var keys =
          TrustedKeys.of(
              GivenKeys.lines("`/ledger/keys`", api.text("/ledger/keys"))
                  .toArray(VerifierKey[]::new));
      return switch (keys.check(SignedNote.parse(api.bytes("/ledger/checkpoint")))) {
        case CheckpointVerdict.Refused(_, var message) ->
            LedgerState.failed("the checkpoint: " + message);
        case CheckpointVerdict.Accepted(var checkpoint, _) ->
            tiles(api, checkpoint)
                .map(LedgerState::failed)
                .orElseGet(() -> export(api, keys, server.key(keyName)));
      };
    } catch (MalformedLedgerData e) {
      return LedgerState.failed("the checkpoint: " + e.getMessage());
    }
  }

  private Optional<String> tiles(Api api, Checkpoint checkpoint) {
    try (var progress = console.progress("tiles", checkpoint.size())) {
      return new ServedTiles((level, index, width) ->
          api.bytes("/ledger/tile/" + new TilePath.Hashes(level, index, width).path()))
          .flaw(checkpoint, progress::at);
    }
  }

  private LedgerState export(Api api, TrustedKeys keys, String key) {
    try {
      var file = Files.createTempFile("countersign-export", ".jsonl");
      try {
        api.download(key, "/v1/ledger/export", file);
        return switch (new Verification(keys, Optional.empty(), console).of(file)) {
          case Verdict.Verified _ ->
              LedgerState.ok("export and tiles verified; the database was not read");
          case Verdict.Refused(var flaw, var place, var message) ->
              LedgerState.failed("the export: %s: %s: %s".formatted(place, flaw.words(), message));
        };
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "the export cannot be kept: " + e.getMessage(), "is there space for temporary files?", e);
    }
  }
}
