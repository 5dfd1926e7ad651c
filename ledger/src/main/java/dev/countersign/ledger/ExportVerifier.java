package dev.countersign.ledger;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Verifies a tenant's [Export] offline, line by line, in constant memory.
///
/// It proves that the checkpoint is signed; that every entry is in that log where it says, with
/// this content, or erased; that they are the tenant's, in order, without one missing between the
/// first and the last, from the tenant's first if the export has no `from`; and that they are as
/// many as counted. With the logged count (`closing`) it also proves the first and last line, and
/// that the tenant had no later entry when the count was logged.
///
/// With an older checkpoint ([#since]) it also proves that the log has not become shorter, and
/// given a consistency proof that it still begins with the older one; and given a logged count,
/// that the export reaches beyond the older checkpoint, so that no end was cut that the older one
/// covers.
///
/// What it can't know: whether the tenant has entries after the logged count, or after the last
/// line if none is logged; whether an entry said to be erased was. What an export lacks to be
/// proved is named in [Verdict.Verified#unproven]. Immutable and safe for use by many threads.
public final class ExportVerifier {

  private final TrustedKeys keys;
  private final @Nullable SignedNote since;

  public ExportVerifier(TrustedKeys keys) {
    this(keys, null);
  }

  private ExportVerifier(TrustedKeys keys, @Nullable SignedNote since) {
    this.keys = keys;
    this.since = since;
  }

  /// The same, for one who holds this older checkpoint of the log.
  public ExportVerifier since(SignedNote older) {
    return new ExportVerifier(keys, older);
  }

  /// Verifies a file; `progress` is told after each entry how many were verified.
  public Verdict verify(Path file, LongConsumer progress) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      return verify(channel, progress);
    }
  }

  /// Verifies what a channel holds from its beginning; it is not closed.
  public Verdict verify(SeekableByteChannel file, LongConsumer progress) throws IOException {
    ExportLines lines;
    Export.Footer footer;
    try {
      lines = new ExportLines(file);
      footer = Export.Footer.parse(lines.last());
    } catch (MalformedLedgerData e) {
      return new Verdict.Refused(
          Flaw.TAIL_CUT,
          "the last line",
          "the export does not end with its count and checkpoint: " + e.getMessage());
    }
    return switch (keys.check(footer.checkpoint())) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Verdict.Refused(flaw, "the checkpoint", message);
      case CheckpointVerdict.Accepted(var checkpoint, var witnesses) ->
          verify(lines, footer, checkpoint, witnesses, progress);
    };
  }

  private Verdict verify(
      ExportLines lines,
      Export.Footer footer,
      Checkpoint checkpoint,
      SortedSet<String> witnesses,
      LongConsumer progress)
      throws IOException {
    var unproven = new ArrayList<Verdict.Unproven>();
    var broken = older(footer, checkpoint, unproven);
    if (broken.isPresent()) {
      return broken.get();
    }
    long line = 1;
    try {
      var header = Export.Header.parse(lines.next());
      if (!header.origin().equals(checkpoint.origin())) {
        return new Verdict.Refused(
            Flaw.WRONG_ORIGIN, "line 1", "the export is of `" + header.origin() + "`");
      }
      var chain = new TenantChain(header);
      while (lines.more()) {
        line++;
        var entry = Export.entry(lines.next());
        var flaw = entry.flaw(checkpoint).or(() -> chain.follow(entry));
        if (flaw.isPresent()) {
          return flaw.get();
        }
        progress.accept(chain.entries());
      }
      var flaw = end(header, footer, chain, checkpoint);
      if (flaw.isPresent()) {
        return flaw.get();
      }
      if (footer.closing() == null) {
        unproven.add(Verdict.Unproven.TAIL);
      }
      return new Verdict.Verified(checkpoint, witnesses, chain.entries(), chain.erased(), unproven);
    } catch (MalformedLedgerData e) {
      return new Verdict.Refused(Flaw.MALFORMED, "line " + line, String.valueOf(e.getMessage()));
    }
  }

  /// Why the log does not continue the older checkpoint, or empty if nothing speaks against it.
  private Optional<Verdict.Refused> older(
      Export.Footer footer, Checkpoint checkpoint, List<Verdict.Unproven> unproven) {
    if (since == null) {
      return Optional.empty();
    }
    // Whoever holds a checkpoint accepted it once; its witnesses need not be counted again.
    return switch (TrustedKeys.of(keys.log().toArray(VerifierKey[]::new)).check(since)) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          Optional.of(new Verdict.Refused(flaw, "the older checkpoint", message));
      case CheckpointVerdict.Accepted(var older, _) -> older(older, footer, checkpoint, unproven);
    };
  }

  private static Optional<Verdict.Refused> older(
      Checkpoint older,
      Export.Footer footer,
      Checkpoint checkpoint,
      List<Verdict.Unproven> unproven) {
    if (!older.origin().equals(checkpoint.origin())) {
      return refused(Flaw.WRONG_ORIGIN, "the older checkpoint is of `" + older.origin() + "`");
    }
    if (older.size() > checkpoint.size()) {
      return refused(
          Flaw.TAIL_CUT,
          "the log had " + older.size() + " entries before and has " + checkpoint.size() + " now");
    }
    if (older.size() == checkpoint.size()) {
      return older.root().equals(checkpoint.root())
          ? Optional.empty()
          : refused(Flaw.BROKEN_CHAIN_OF_CHECKPOINTS, "it has another root at the same size");
    }
    if (older.size() == 0) {
      return Optional.empty();
    }
    var consistency = footer.consistency();
    if (consistency == null || consistency.from() != older.size()) {
      unproven.add(Verdict.Unproven.CONSISTENCY);
      return Optional.empty();
    }
    return consistency.path().size() <= ConsistencyProof.LONGEST_PATH
            && new ConsistencyProof(older.size(), checkpoint.size(), consistency.path())
                .verifies(older.root(), checkpoint.root())
        ? Optional.empty()
        : refused(
            Flaw.BROKEN_CHAIN_OF_CHECKPOINTS, "its proof does not lead from the older checkpoint");
  }

  private Optional<Verdict.Refused> end(
      Export.Header header, Export.Footer footer, TenantChain chain, Checkpoint checkpoint) {
    if (chain.entries() != footer.count()) {
      return Optional.of(
          new Verdict.Refused(
              chain.entries() < footer.count() ? Flaw.TAIL_CUT : Flaw.WRONG_COUNT,
              "the last line",
              chain.entries() + " entries are there, " + footer.count() + " were counted"));
    }
    var flaw = chain.reaches(footer.tenantSize());
    var closing = footer.closing();
    return flaw.isPresent() || closing == null
        ? flaw
        : closing.flaw(checkpoint).or(() -> closing(header, footer, closing, chain));
  }

  /// Why the logged count is not one of this export.
  private Optional<Verdict.Refused> closing(
      Export.Header header, Export.Footer footer, ProvenEntry closing, TenantChain chain) {
    if (!(closing.disclosure() instanceof Disclosure.Held(_, var entry))
        || !entry.action().equals(Export.CLOSING_ACTION)
        || !entry.tenant().equals(header.tenant())) {
      return closing.refused(Flaw.WRONG_COUNT, "this is no logged count of the tenant's export");
    }
    if (!entry.details().equals(Export.closingDetails(header, footer.count()))) {
      return closing.refused(Flaw.WRONG_COUNT, "another count or period was logged");
    }
    if (entry.tenantSeq() != footer.tenantSize() || !chain.endsAt(closing.index(), entry)) {
      return closing.refused(Flaw.TAIL_CUT, "entries are missing before the logged count");
    }
    if (since != null && closing.index() < Checkpoint.parse(since.text()).size()) {
      return closing.refused(
          Flaw.TAIL_CUT, "the count was logged before the older checkpoint, which covers more");
    }
    return Optional.empty();
  }

  private static Optional<Verdict.Refused> refused(Flaw flaw, String message) {
    return Optional.of(new Verdict.Refused(flaw, "the checkpoint", message));
  }
}
