package dev.countersign.ledger;

/// Why a receipt or an export is refused.
public enum Flaw {
  /// It is not in the format at all, or cut off.
  MALFORMED("malformed"),
  /// The checkpoint is of another log than the keys.
  WRONG_ORIGIN("wrong origin"),
  /// No trusted key has signed the checkpoint, or one that seems to has not.
  BAD_SIGNATURE("bad signature"),
  /// Fewer trusted witnesses than wanted have cosigned.
  TOO_FEW_WITNESSES("too few witnesses"),
  /// The checkpoint does not continue the older one that the verifier holds.
  BROKEN_CHAIN_OF_CHECKPOINTS("broken chain of checkpoints"),
  /// The entry is not the one its leaf commits to.
  ALTERED_CONTENT("altered content"),
  /// The leaf is not at this position of the log.
  WRONG_POSITION("wrong position"),
  /// Content, position or proof was changed, and nothing tells which.
  NOT_IN_LOG("not in the log"),
  /// The entry is another tenant's.
  WRONG_TENANT("wrong tenant"),
  /// An entry of the tenant is missing before this one, was inserted, or is out of order.
  BROKEN_CHAIN_OF_ENTRIES("broken chain of entries"),
  /// The entries are not those, or not as many, as were counted and logged.
  WRONG_COUNT("wrong count"),
  /// The end is missing, or the log is older than what the verifier has seen of it.
  TAIL_CUT("tail cut");

  private final String words;

  Flaw(String words) {
    this.words = words;
  }

  /// For people.
  public String words() {
    return words;
  }
}
