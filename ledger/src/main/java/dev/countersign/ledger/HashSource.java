package dev.countersign.ledger;

/// Where the hash tiles of a log are read: a database, a folder, another log over HTTP.
public interface HashSource {

  /// The first `width` hashes of a tile, one after the other: exactly 32 times `width` bytes.
  ///
  /// Only tiles that a tree of the source's size has are asked for, with the width they have in it
  /// ([TilePath#width]).
  byte[] tile(int level, long index, int width);
}
