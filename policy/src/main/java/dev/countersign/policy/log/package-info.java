/// The decision log: what was decided, as the ledger keeps it.
///
/// Start at [DecisionFilter], which says what is asked for, and [LoggedDecision], which is one
/// record. [DecisionCursor] is where a list goes on, [DecisionColumns] the table that an export
/// writes.
///
/// What always holds:
///
/// - What a filter looks for in the stored text only narrows; what is found is checked
///   (`ShowDecisionsTest`).
/// - A cursor goes on only with the list that gave it (`DecisionCursorTest`).
/// - A record whose content is gone says so, and shows no value in its place (`ShowDecisionsTest`).
/// - No cell of the table is a formula (`DecisionColumnsTest`).
///
/// Nothing here knows of storage or HTTP.
@NullMarked
package dev.countersign.policy.log;

import org.jspecify.annotations.NullMarked;
