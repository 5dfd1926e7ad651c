package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Hash tiles with their inner nodes, kept for the proofs of many callers.
///
/// A tile of one width never changes, so none has to be dropped but to make room. The complete ones
/// of the lowest level are not kept: they are as many as the log is long, each is of use to its own
/// entries only, and they would drive out the few that every proof needs.
///
/// What is kept is only as good as where it was read, so whoever hands on a proof MUST verify it.
/// Safe for use by many threads.
public final class KeptTiles {

  /// At some 40 KB each ten megabytes; a tree of 2^24 leaves has no more above its lowest level.
  private static final int MOST = 257;

  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<TilePath.Hashes, List<List<Digest>>> tiles =
      new LinkedHashMap<>(MOST, 0.75f, true);

  Optional<List<List<Digest>>> get(TilePath.Hashes path) {
    lock.lock();
    try {
      return Optional.ofNullable(tiles.get(path));
    } finally {
      lock.unlock();
    }
  }

  void keep(TilePath.Hashes path, List<List<Digest>> levels) {
    if (path.level() == 0 && path.width() == TilePath.FULL) {
      return;
    }
    lock.lock();
    try {
      tiles.put(path, levels);
      if (tiles.size() > MOST) {
        tiles.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Forgets everything, because something of it was wrong.
  public void clear() {
    lock.lock();
    try {
      tiles.clear();
    } finally {
      lock.unlock();
    }
  }
}
