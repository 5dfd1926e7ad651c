package dev.countersign.ledger;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Verifies a tenant's [Export] offline, line by line, in constant memory.
///
/// It proves that the checkpoint is signed; that every entry is in that log where it says, with
/// this content, or erased; that they are the tenant's, in order, without one missing between the
/// first and the last, from the tenant's first if the export has no `from`; and that they are as
/// many as counted. With the entry that logged the export (`closing`) it also proves that they are
/// those that were logged, and, if the export has no `to`, that the tenant had no other entry
/// before that one.
///
/// With an older checkpoint ([#since]) it also proves that the log has not become shorter, and
/// given a consistency proof that it still begins with the older one; and given the logged entry,
/// that the export reaches beyond the older checkpoint, so that no end was cut that the older one
/// covers.
///
/// What it can't know: whether the tenant has entries after the one that logged the export, or
/// after the last line if none did; whether an entry said to be erased was. What an export lacks to
/// be proved is named in [Verdict.Verified#unproven]. For use by one thread.
public final class ExportVerifier {

  private final CheckedNotes notes;
  private final @Nullable SignedNote since;

  public ExportVerifier(TrustedKeys keys) {
    this(new CheckedNotes(keys));
  }

  /// Shares what is known of checkpoints with the verification of other files.
  public ExportVerifier(CheckedNotes notes) {
    this(notes, null);
  }

  private ExportVerifier(CheckedNotes notes, @Nullable SignedNote since) {
    this.notes = notes;
    this.since = since;
  }

  /// The same, for one who holds this older checkpoint of the log.
  public ExportVerifier since(SignedNote older) {
    return new ExportVerifier(notes, older);
  }

  /// Told after each entry how many were verified, of as many as the export says it has.
  @FunctionalInterface
  public interface Watcher {
    void verified(long entries, long of);
  }

  /// Verifies a file.
  public Verdict verify(Path file, Watcher watcher) throws IOException {
    return verify(file, watcher, _ -> {});
  }

  /// Verifies a file and hands on its entries as it goes, in their order: what is read is what is
  /// verified. Nothing of it may be believed unless the verdict is [Verdict.Verified].
  public Verdict verify(Path file, Watcher watcher, Consumer<ProvenEntry> entries)
      throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      return verify(channel, watcher, entries);
    }
  }

  /// Verifies what a channel holds from its beginning; it is not closed.
  public Verdict verify(SeekableByteChannel file, Watcher watcher) throws IOException {
    return verify(file, watcher, _ -> {});
  }

  private Verdict verify(SeekableByteChannel file, Watcher watcher, Consumer<ProvenEntry> entries)
      throws IOException {
    ExportLines lines;
    Export.Footer footer;
    try {
      lines = new ExportLines(file);
      footer = Export.Footer.parse(lines.last());
    } catch (MalformedLedgerData e) {
      return withoutFooter(ExportLines.end(file), String.valueOf(e.getMessage()));
    }
    return switch (notes.check(footer.checkpoint())) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Verdict.Refused(flaw, "the checkpoint", message);
      case CheckpointVerdict.Accepted(var checkpoint, var witnesses) ->
          verify(lines, footer, checkpoint, witnesses, watcher, entries);
    };
  }

  private Verdict verify(
      ExportLines lines,
      Export.Footer footer,
      Checkpoint checkpoint,
      SortedSet<String> witnesses,
      Watcher watcher,
      Consumer<ProvenEntry> entries)
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
        entries.accept(entry);
        watcher.verified(chain.entries(), footer.count());
      }
      var flaw = end(header, footer, chain, checkpoint);
      if (flaw.isPresent()) {
        return flaw.get();
      }
      if (footer.closing() == null) {
        unproven.add(Verdict.Unproven.TAIL);
      }
      if (header.from() != null || header.to() != null) {
        unproven.add(Verdict.Unproven.PERIOD);
      }
      return new Verdict.Verified(checkpoint, witnesses, chain.entries(), chain.erased(), unproven);
    } catch (MalformedLedgerData e) {
      return new Verdict.Refused(Flaw.MALFORMED, "line " + line, String.valueOf(e.getMessage()));
    }
  }

  /// Names where a file ends that has no last line, as after a download that was interrupted.
  private static Verdict.Refused withoutFooter(ExportLines.End end, String message) {
    if (!end.cut()) {
      return new Verdict.Refused(Flaw.MALFORMED, "the last line", message);
    }
    return new Verdict.Refused(
        Flaw.TAIL_CUT,
        "line " + (end.lines() + 1),
        "the export ends here%s, without its count and checkpoint: was the download interrupted?"
            .formatted(end.whole() ? "" : ", within the line"));
  }

  /// Why the log does not continue the older checkpoint, or empty if nothing speaks against it.
  private Optional<Verdict.Refused> older(
      Export.Footer footer, Checkpoint checkpoint, List<Verdict.Unproven> unproven) {
    if (since == null) {
      return Optional.empty();
    }
    return switch (notes.checkHeld(since)) {
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

  /// Why the entry that is to have logged the export has not.
  private Optional<Verdict.Refused> closing(
      Export.Header header, Export.Footer footer, ProvenEntry closing, TenantChain chain) {
    if (!(closing.disclosure() instanceof Disclosure.Held(_, var entry))
        || !entry.action().equals(Export.CLOSING_ACTION)
        || !entry.tenant().equals(header.tenant())) {
      return closing.refused(Flaw.WRONG_COUNT, "this entry logs no export of the tenant");
    }
    Export.Range range;
    try {
      range = Export.Range.parse(entry.details());
    } catch (MalformedLedgerData e) {
      return closing.refused(Flaw.MALFORMED, String.valueOf(e.getMessage()));
    }
    if (!entry.details().equals(range.details(header))
        || (header.from() == null && range.first() != 0)
        || (header.to() == null && range.end() != null)) {
      return closing.refused(Flaw.WRONG_COUNT, "another period was logged");
    }
    if (entry.tenantSeq() != footer.tenantSize() || !chain.endsAt(closing.index(), entry, range)) {
      return closing.refused(
          Flaw.TAIL_CUT, "entries are missing before the one that logged the export");
    }
    if (footer.count() != range.count(entry.tenantSeq()) || !chain.beginsWith(range.first())) {
      return closing.refused(Flaw.WRONG_COUNT, "other entries were logged than are there");
    }
    if (since != null && closing.index() < Checkpoint.parse(since.text()).size()) {
      return closing.refused(
          Flaw.TAIL_CUT, "the export was logged before the older checkpoint, which covers more");
    }
    return Optional.empty();
  }

  private static Optional<Verdict.Refused> refused(Flaw flaw, String message) {
    return Optional.of(new Verdict.Refused(flaw, "the checkpoint", message));
  }
}
