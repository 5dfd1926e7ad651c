package dev.countersign.ledger.usecase;

import dev.countersign.ledger.Entry;
import java.util.SortedSet;

/// What a room keeps that repeats the content of ledger entries, and its end: an erasure reaches
/// every room's copies in its own transaction.
///
/// A copy is what the request that recorded the entry stored elsewhere. A column that may hold one
/// MUST be named by [#columns]; a test compares them with the catalog of the database, so that a
/// column added later is either erased or listed with the reason why it holds no content.
///
/// ```java
/// new EraseContent(ledger, List.of(new OwnCopies(), new WorkflowCopies(scopes), new PolicyCopies()));
/// ```
public interface ErasedCopies {

  /// Where copies may stand: `workflow.proposal.context`.
  SortedSet<String> columns();

  /// Empties the copies of an entry; MUST leave rows that can still be read, and nothing that
  /// depends on what is gone.
  ///
  /// Throws `Refusal.Conflict`, saying what to do first, if the copy is in force.
  void erase(LedgerTransaction transaction, Entry entry);
}
