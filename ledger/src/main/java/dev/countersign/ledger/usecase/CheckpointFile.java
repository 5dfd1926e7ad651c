package dev.countersign.ledger.usecase;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest signed checkpoint on disk, durable when [#write] returns: two files that are written
/// by turns, so that one is whole at every moment.
///
/// They are overwritten in place and never renamed. Replacing a file changes its folder, and the
/// file system then commits its journal, fifty times a second; on many that stalls the write-ahead
/// log of a database on the same disk, and with it every answer. An overwritten block costs one
/// flush.
///
/// Not safe for use by many threads.
public final class CheckpointFile implements AutoCloseable {
  private final List<Path> slots;
  private final @Nullable FileChannel[] open = new FileChannel[2];
  private int next;

  /// @param path of the one file; the other one is beside it and ends in `.other`
  CheckpointFile(Path path) {
    this.slots = slots(path);
  }

  private static List<Path> slots(Path path) {
    return List.of(path, path.resolveSibling(path.getFileName() + ".other"));
  }

  /// The notes that are kept at `path`, by ascending size: none, one or two. Their signatures are
  /// not checked. A slot whose writing was cut off counts as absent while the other one is whole;
  /// if none is, [MalformedLedgerData] is thrown, because nothing else tells how far the log had
  /// got.
  public static List<SignedNote> read(Path path) throws IOException {
    var notes = new ArrayList<SignedNote>();
    MalformedLedgerData broken = null;
    for (var slot : slots(path)) {
      if (Files.exists(slot)) {
        try {
          var note = SignedNote.parse(Files.readAllBytes(slot));
          Checkpoint.parse(note.text());
          notes.add(note);
        } catch (MalformedLedgerData e) {
          broken = e;
        }
      }
    }
    if (notes.isEmpty() && broken != null) {
      throw broken;
    }
    notes.sort(Comparator.comparingLong(note -> Checkpoint.parse(note.text()).size()));
    return List.copyOf(notes);
  }

  /// Says that `note` is the newest: what is written next spares the slot that holds it.
  void spare(SignedNote note) throws IOException {
    var first = slots.get(0);
    // Bytes, not text: what was cut off in the middle of a character is no text.
    next = Files.exists(first) && Arrays.equals(bytes(note), Files.readAllBytes(first)) ? 1 : 0;
  }

  void write(SignedNote note) throws IOException {
    var bytes = ByteBuffer.wrap(bytes(note));
    var channel = channel(next);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    // Only when the size of the log has a digit more than before, so nearly never.
    if (channel.size() != bytes.limit()) {
      channel.truncate(bytes.limit());
    }
    channel.force(false);
    next = 1 - next;
  }

  private static byte[] bytes(SignedNote note) {
    return note.toString().getBytes(StandardCharsets.UTF_8);
  }

  private FileChannel channel(int slot) throws IOException {
    var known = open[slot];
    if (known != null && known.isOpen()) {
      return known;
    }
    var fresh =
        FileChannel.open(slots.get(slot), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    open[slot] = fresh;
    return fresh;
  }

  @Override
  public void close() {
    for (var channel : open) {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          // What was written was flushed by then.
        }
      }
    }
  }
}
